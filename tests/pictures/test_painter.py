"""Pictures from a real process of their own; its failures are one error, and nothing is left behind."""

import asyncio
import sys
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from incidents.errors import Unavailable
from pictures.order import Order, packed, read, unpacked, written
from pictures.painter import ProcessPainter
from tests.pictures.samples import ALL, memory, sessions

BERLIN = ZoneInfo("Europe/Berlin")
PNG = b"\x89PNG\r\n\x1a\n"


def there() -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob("tocsin-pictures-*"))


async def test_pictures_come_as_images_with_their_words() -> None:
    async with ProcessPainter(BERLIN) as painter:
        first, second = await painter.paint([sessions(), memory()])
    assert first.png.startswith(PNG)
    assert second.png.startswith(PNG)
    assert first.png != second.png
    assert first.title == "payments db: 46 of 47 usable slots are taken (97 %), Tocsin's own left out."
    assert "idle in transaction: 1 at first, 44 at last, at most 44 at 15:51." in first.alt
    assert "Client sessions from 15:06 to 16:06 CET." in first.alt
    assert "usable slots: 47." in first.alt
    assert "declared: 15:46." in first.alt
    assert "limit: 512 MB, reached at 16:56 if it goes on." in second.alt


async def test_nothing_to_draw_starts_nothing() -> None:
    async with ProcessPainter(BERLIN, line=["/does/not/exist"]) as painter:
        assert await painter.paint([]) == ()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["/does/not/exist"], "FileNotFoundError"),
        ([sys.executable, "-c", "import sys; sys.exit('out of ink')"], "ended with 1: out of ink"),
        ([sys.executable, "-c", "print('[')"], "failed"),
        ([sys.executable, "-c", "import time; time.sleep(600)"], "longer than 1 s"),
    ],
    ids=["missing", "ends", "babbles", "hangs"],
)
async def test_a_program_that_fails_is_one_error(line: list[str], said: str) -> None:
    async with ProcessPainter(BERLIN, line=line, longest=1) as painter:
        with pytest.raises(Unavailable, match=said):
            await painter.paint([memory()])


async def test_the_process_gets_nothing_of_our_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    seen = tmp_path / "seen"
    code = f"import os, sys; open({str(seen)!r}, 'w').write(repr(dict(os.environ))); sys.exit('enough')"
    async with ProcessPainter(BERLIN, line=[sys.executable, "-c", code]) as painter:
        with pytest.raises(Unavailable, match="enough"):
            await painter.paint([memory()])
    environment = await asyncio.to_thread(seen.read_text)
    assert "MPLCONFIGDIR" in environment
    assert "xoxb" not in environment


async def test_its_folder_is_gone_with_it() -> None:
    async with ProcessPainter(BERLIN) as painter:
        assert painter.folder in map(str, await asyncio.to_thread(there))
    assert painter.folder not in map(str, await asyncio.to_thread(there))


def test_an_order_is_read_as_it_was_written() -> None:
    order = Order(tuple(make() for make in ALL), "Europe/Berlin")
    assert read(written(order)) == order
    assert unpacked(packed([b"\x00", b"\xff"])) == (b"\x00", b"\xff")
