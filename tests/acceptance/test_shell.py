"""The shell beside a running bot, and mistakes in the settings: what is printed, and the exit code."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import ROOT, StartBot
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Json
from tocsin_practice.reading import said


async def tocsin(environment: Json, *words: str) -> tuple[int, str]:
    """Run `tocsin`; its exit code and everything that it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app",
        *words,
        env=environment,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return await process.wait(), out.decode()


@pytest.mark.usefixtures("bot")
async def test_an_incident_is_declared_updated_and_resolved_from_the_shell(
    practice: PracticeDriver, environment: Json
) -> None:
    who = ("--as", practice.person("alice").id)
    noticed = ("--detected-by", "Grafana alert", "--suspect", "the deploy")
    code, out = await tocsin(environment, "incident", "start", "SEV1", "payments", "down", *noticed, *who)
    assert (code, "INC-" in out) == (0, True), out
    reference = out.split()[0]
    room = await practice.new_channel("incident-")
    await practice.until(lambda: practice.person("alice").is_in(room) or None)

    code, out = await tocsin(environment, "incident", "update", reference, "rolling", "back", *who)
    assert code == 0, out
    assert await practice.message(channel=room, contains="rolling back")

    code, out = await tocsin(environment, "incident", "list")
    assert reference in out
    assert "detected by Grafana alert; first suspect the deploy" in out
    code, out = await tocsin(environment, "incident", "resolve", reference, "rolled", "back", *who)
    assert (code, "Service restored" in out) == (1, True), out
    code, out = await tocsin(
        environment, "incident", "resolve", reference, "rolled", "back", "--now", "it is quiet", *who
    )
    assert code == 0, out
    assert await practice.message(channel=room, contains="rolled back")
    code, out = await tocsin(environment, "incident", "time", reference, "began", "25", "min", "ago", *who)
    assert (code, "it began at" in out) == (0, True), out
    assert await practice.message(channel=room, contains="recorded when it began")
    code, out = await tocsin(environment, "incident", "report", reference)
    assert "# Post-mortem: payments down" in out
    assert "- Began: 2" in out
    assert "- Detected by: Grafana alert\n- First suspect: the deploy\n" in out


async def test_without_slack_an_incident_waits_for_the_bot(
    practice: PracticeDriver, environment: Json, start_bot: StartBot
) -> None:
    code, out = await tocsin(environment, "incident", "start", "the", "office", "is", "dark")
    assert (code, "SEV2" in out) == (0, True), out
    assert "No bot runs on this record" in out

    await start_bot()

    room = await practice.new_channel("incident-")
    assert "the office is dark" in said(await practice.message(channel=room, contains="office is dark"))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SLACK_BOT_TOKEN", "", "SLACK_BOT_TOKEN is missing"),
        ("SLACK_BOT_TOKEN", "xapp-wrong", "SLACK_BOT_TOKEN is wrong"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL is wrong"),
        ("TOCSIN_CONFIG", "/nowhere", "policy.toml is missing"),
    ],
)
async def test_a_wrong_setting_is_one_line_and_exit_2(
    environment: Json, name: str, value: str, sentence: str
) -> None:
    code, out = await tocsin(environment | {name: value}, "run")

    assert code == 2
    assert sentence in out
    assert len(out.strip().splitlines()) == 1
    assert "Traceback" not in out


async def test_a_database_that_is_not_there_is_said(environment: Json, tmp_path: Path) -> None:
    gone = {"DATABASE_URL": f"postgresql://nobody@/none?host={tmp_path}"}

    code, out = await tocsin(environment | gone, "incident", "list")

    assert code == 1
    assert "Traceback" not in out
    assert "database" in out
