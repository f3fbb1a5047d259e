"""A picture under a verdict, over the wire: from a real Prometheus to a file in the thread."""

import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from PIL import Image

from tests.acceptance.conftest import HERE, Bot
from tests.acceptance.test_declare import declared
from tests.diagnostics.prometheus.server import History, needed, prometheus
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import File

MINUTES = 90
BEGAN = 20  # minutes ago
KEPT = Path(__file__).parents[2] / "build" / "pictures"


def failing(now: float) -> History:
    """Six hundred requests a minute, of which every tenth fails since some minutes."""
    history = History()
    for status in ("200", "500"):
        total, points = 0.0, []
        for minute in range(MINUTES + 1):
            bad = 60.0 if minute >= MINUTES - BEGAN else 0.1
            total += bad if status == "500" else 600 - bad
            points.append((now - 60 * (MINUTES - minute), total))
        history.add("http_requests_total", {"job": "payments", "status": status}, points)
    return history


@pytest.fixture
def metrics(missing: Callable[[str, str], NoReturn], tmp_path: Path) -> Iterator[str]:
    """The address of a Prometheus that has kept the last ninety minutes."""
    for name in ("prometheus", "promtool"):
        needed(missing, name, "prometheus")
    folder = tmp_path / "prometheus"
    folder.mkdir()
    failing(time.time()).written(folder)
    with prometheus(folder) as server:
        yield server.url


@pytest.fixture
def config_folder(tmp_path: Path, metrics: str) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "templates").symlink_to(HERE / "config" / "templates")
    (folder / "policy.toml").write_text((HERE / "config" / "policy.toml").read_text())
    (folder / "services.toml").write_text(
        f"""
        [services.payments]
        name = "Payments"
        aliases = ["checkout"]
        [[services.payments.probes]]
        kind = "prometheus"
        name = "metrics"
        url = "{metrics}"
        labels = {{ job = "payments" }}
        """
    )
    return folder


async def test_errors_that_began_are_shown_in_the_verdicts_thread(practice: PracticeDriver, bot: Bot) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice = practice.person("alice")
    await alice.command("/incident", f"time began {BEGAN} min ago", channel=room)
    await practice.message(channel=room, contains="recorded when it began")

    await alice.command("/diagnose", "metrics", channel=room)
    verdict = await practice.message(channel=room, contains="end in 5xx")

    def shown() -> File | None:
        return next((f for f in practice.workspace.files if f.complete and f.mimetype == "image/png"), None)

    file = await practice.until(shown, seconds=40)
    with Image.open(io.BytesIO(file.content)) as image:
        assert image.size == (720, 480)
        assert len(image.convert("RGB").getcolors(720 * 480) or ()) > 20
    assert "10 % at last" in file.alt_txt
    assert "it began: " in file.alt_txt
    (post,) = (
        each for each in practice.messages(room) if file.id in [f["id"] for f in each.get("files", ())]
    )
    assert post["thread_ts"] == verdict["ts"]
    assert bot.runs
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "in-chat.png").write_bytes(file.content)
