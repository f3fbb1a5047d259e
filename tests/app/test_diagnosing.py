"""`tocsin diagnose` without Slack and without a database of our own: looked at, kept, and judged again."""

import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main

OWN = """
- code: OUR_OWN
  title: a cause of our own
  layer: app
  about: http
  required: [{when: http.refused.seen, weight: 0.45, says: nothing listens}]
  sentence: our own words
  next_step: Do what we do.
  runbook: https://wiki.example.com/own
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The operator's folder, with a service at whose address nothing listens."""
    for name in ("DATABASE_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TOCSIN_CONFIG", str(tmp_path))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        (tmp_path / "services.toml").write_text(
            f"""
            [services.payments]
            name = "Payments"
            aliases = ["checkout"]
            [[services.payments.probes]]
            kind = "http"
            name = "api"
            url = "http://127.0.0.1:{taken.getsockname()[1]}"
            """,
            encoding="utf-8",
        )
        yield tmp_path


def tocsin(*words: str) -> Result:
    return CliRunner().invoke(main, ["diagnose", *words])


def test_a_service_is_looked_at_and_what_is_wrong_is_said_first(folder: Path) -> None:
    said = tocsin("payments")
    assert (said.exit_code, folder.exists()) == (0, True), said.output
    lines = said.output.splitlines()
    assert re.fullmatch(r"CRITICAL  payments api, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", lines[0])
    assert lines[1].endswith(
        "takes no connection: nothing listens there: the service does not take requests."
    )
    assert lines[2] == "  HTTP_DOWN: this is likely (0.80, 1 of 1 sign checked)"
    assert lines[-1] == "Next: See whether the process runs, and read the end of its log."


@pytest.mark.parametrize("asked", ["checkout", "api", "payments api"])
def test_an_alias_or_a_part_names_it_too(folder: Path, asked: str) -> None:
    assert "HTTP_DOWN" in tocsin(*asked.split()).output
    assert folder.exists()


def test_what_was_kept_says_the_same_when_it_is_judged_again(folder: Path) -> None:
    kept = folder / "kept.json"
    live = tocsin("payments", "--save", str(kept))
    assert json.loads(kept.read_text())["version"] == 1
    (folder / "services.toml").unlink()
    again = tocsin("--replay", str(kept))
    assert (again.exit_code, again.output) == (0, live.stdout)
    assert live.stderr == f"Kept in {kept}. tocsin diagnose --replay {kept} judges it again.\n"


def test_what_was_kept_is_judged_by_the_patterns_as_they_are_now(folder: Path) -> None:
    kept = folder / "kept.json"
    tocsin("payments", "--save", str(kept))
    (folder / "patterns").mkdir()
    (folder / "patterns" / "own.yaml").write_text(OWN, encoding="utf-8")
    said = tocsin("--replay", str(kept)).output
    assert "Our own words." in said
    assert "OUR_OWN: we are sure of it (0.95, 1 of 1 sign checked)" in said
    assert "Runbook: https://wiki.example.com/own" in said
    assert "Next: Do what we do." in said


def test_a_pattern_that_is_wrong_is_named_with_file_and_line(folder: Path) -> None:
    (folder / "patterns").mkdir()
    (folder / "patterns" / "own.yaml").write_text(OWN.replace("refused", "refusd"), encoding="utf-8")
    said = tocsin("payments")
    assert said.exit_code == 2
    assert "patterns/own.yaml:6: required[1].when: unknown fact http.refusd.seen." in said.output
    assert "Did you mean http.refused.seen?" in said.output


def test_a_target_that_there_is_not_is_refused_with_those_that_there_are(folder: Path) -> None:
    said = tocsin("toaster")
    assert (said.exit_code, folder.exists()) == (1, True)
    assert "There is no target called 'toaster'" in said.output


@pytest.mark.parametrize("words", [(), ("payments", "--replay", "x"), ("--save", "x")])
def test_it_wants_a_service_or_a_file(folder: Path, words: tuple[str, ...]) -> None:
    assert (tocsin(*words).exit_code, folder.exists()) == (2, True)


def test_what_was_changed_is_told_to_when_the_trouble_began(folder: Path) -> None:
    clone = folder / "clone"
    clone.mkdir()
    at = (datetime.now(UTC) - timedelta(minutes=63)).isoformat(timespec="seconds")
    who = {f"GIT_{role}_{what}": "alice" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environ = os.environ | who | {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
    for words in (("init", "-q", "-b", "main"), ("commit", "-q", "--allow-empty", "-m", "Pool of five")):
        subprocess.run(("git", "-C", clone, *words), env=environ, check=True, timeout=30)
    (folder / "services.toml").write_text(
        f"""
        [services.payments]
        name = "Payments"
        [[services.payments.probes]]
        kind = "deploys"
        name = "deploys"
        repository = "{clone}"
        """,
        encoding="utf-8",
    )
    kept = folder / "kept.json"
    told = tocsin("payments", "--began", "40 min ago", "--save", str(kept))
    assert told.exit_code == 0, told.output
    assert "before it began" in kept.read_text()
    assert "before it began" not in tocsin("payments").output


@pytest.mark.parametrize(("began", "said"), [("soon", "I cannot read “soon” as a time"), ("1:77", "1:77")])
def test_when_it_began_must_be_a_time(folder: Path, began: str, said: str) -> None:
    told = tocsin("payments", "--began", began)
    assert (told.exit_code, folder.exists()) == (1, True)
    assert said in told.output
