"""A crash loop is told alike at each moment of it: while the container runs, and while it waits."""

import pytest

from diagnostics.probes.docker.containers import Census, read
from diagnostics.probes.docker.engine import Engine
from diagnostics.probes.docker.loops import End, last_ends, told_of
from diagnostics.probes.docker.section import Limits, Place
from diagnostics.probes.docker.state import Seen, judged
from tests.diagnostics.docker.conftest import NOW, Opens
from tests.diagnostics.docker.dockerd import Dockerd
from tests.diagnostics.docker.proxy import proxied
from tests.diagnostics.docker.test_faults import IDLE, figures, looked, of
from tests.diagnostics.rules import RULES

COUNTED = "read n < /n; n=$((n+1)); echo $n > /n; "
WAITING = {
    "Status": "restarting",
    "StartedAt": "2026-11-21T13:59:58.5Z",
    "FinishedAt": "2026-11-21T13:59:59Z",
}
AGAIN = {"Status": "running", "StartedAt": "2026-11-21T13:59:59.8Z", "FinishedAt": "2026-11-21T13:59:59Z"}


def caught_running(engine: Dockerd, script: str) -> None:
    """A loop in which this ends three times; the fourth run lasts, so that it is surely the one looked at."""
    loop = engine.run(
        "api", f"{COUNTED} [ $n -gt 3 ] && {{ {IDLE}; }}; {script}", restart_policy={"Name": "always"}
    )
    engine.heard(loop, "start", times=4)


@pytest.mark.parametrize(
    ("script", "code", "cause"),
    [
        ("/app/start.sh --workers 4", 127, "CONFIG_ERROR"),
        ("echo > /start.sh; /start.sh", 126, "CONFIG_ERROR"),
        ("exit 1", 1, "CRASH_LOOP"),
        ("exit 0", 0, "CRASH_LOOP"),
    ],
)
async def test_a_loop_that_runs_this_moment_is_told_by_how_it_ended_before(
    engine: Dockerd, opens: Opens, script: str, code: int, cause: str
) -> None:
    caught_running(engine, script)
    async with opens(rules=RULES) as examiner:
        examination = await looked(examiner)
    finding = of(examination, "DK105")
    assert figures(finding)["state"] == "running"
    assert figures(finding)["exit code"] == code
    assert float(str(figures(finding)["ran before"])) < 60
    assert f"; exit code {code}" in finding.sentence
    assert [each.code for each in examination.causes] == [cause]


async def test_how_a_loop_ended_is_not_known_where_events_are_forbidden(
    engine: Dockerd, opens: Opens
) -> None:
    caught_running(engine, "exit 127")
    async with proxied(engine, forbidden=["/events"]) as proxy, opens(url=proxy.address) as examiner:
        finding = of(await looked(examiner), "DK105")
    assert finding.sentence == "api is in a crash loop: 3 restarts; it ends soon after each start."
    assert figures(finding)["exit code"] is None


@pytest.mark.parametrize("code", [1, 126, 127, 137])
async def test_a_loop_is_told_alike_whether_it_waits_or_runs(code: int) -> None:
    state = {**WAITING, "ExitCode": code, "OOMKilled": code == 137}
    waiting, running = (told(state), told({**AGAIN, "OOMKilled": code == 137}))
    nowhere = Engine(Place(containers=("api",), url="unix:///nowhere/docker.sock"))
    ends = await last_ends(nowhere, waiting.containers, Limits(), NOW)
    nowhere.close()
    assert ends == {"1": End(code, 0.5)}
    sentences = set()
    for census in (waiting, running):
        (loop, *_rest) = judged(Seen("shop app", Limits(), str, {}, ends), census)
        sentences.add((loop.code, loop.sentence, figures(loop)["exit code"], figures(loop)["ran before"]))
    assert len(sentences) == 1


def told(state: dict[str, object]) -> Census:
    """What the engine said of the container at one moment, with this state."""
    return Census((read({"Id": "1", "Name": "/api", "RestartCount": 4, "State": state}),), (), 0, NOW)


def event(action: str, at: float, **attributes: str) -> dict[str, object]:
    return {"Action": action, "timeNano": int(at * 10**9), "Actor": {"ID": "1", "Attributes": attributes}}


def test_the_last_end_among_events_counts() -> None:
    events = [
        event("die", 1, exitCode="1"),
        event("start", 2),
        event("die", 4.5, exitCode="127"),
        event("start", 5),
    ]
    assert told_of(events) == End(127, 2.5)
    assert told_of(events[:1]) == End(1, None)
    assert told_of([event("start", 1), event("die", 2)]) is None
    assert told_of([]) is None
