"""A machine through a real Prometheus that has scraped it: older figures are there from the first look."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import NoReturn

import pytest

from diagnostics.examine import Examiner
from diagnostics.probes.host.described import CODES
from diagnostics.probes.host.patient import HostPatient
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.evidence import Examination, Health
from tests.diagnostics.described import assert_described, coded, codes
from tests.diagnostics.host.page import DATA, NOON, Line, cpu, disk, line, machine
from tests.diagnostics.prometheus.conftest import ill
from tests.diagnostics.prometheus.server import History, Server, free_port, needed, prometheus

AT = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
MINUTES = 90
Course = Callable[[float], Mapping[Line, float]]


def told(history: History, instance: str, course: Course) -> None:
    """An hour and a half of a machine whose figures go as `course` says, by minutes before the end."""
    for minute in range(MINUTES + 1):
        time = NOON - 60 * (MINUTES - minute)
        figures = {**machine(), **course(MINUTES - minute), line("up"): 1.0}
        for (name, labels), value in figures.items():
            history.add(name, {"instance": instance, **dict(labels)}, [(time, value)])


def working(ago: float, busy: float) -> dict[Line, float]:
    """Two cores, busy for a share of the time."""
    spent = 120 * (MINUTES - ago)
    return cpu(user=busy * spent, idle=(1 - busy) * spent)


@pytest.fixture(scope="module")
def scraped(
    missing: Callable[[str, str], NoReturn], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    for name in ("prometheus", "promtool"):
        needed(missing, name, "prometheus")
    history, folder = History(), tmp_path_factory.mktemp("machines")
    told(history, "well:9100", lambda ago: working(ago, 0.2))
    told(history, "busy:9100", lambda ago: working(ago, 0.97))
    told(history, "fills:9100", lambda ago: working(ago, 0.2) | disk(DATA, used=88 - 7 * ago / 60))
    killed = line("node_vmstat_oom_kill")
    told(history, "kills:9100", lambda ago: working(ago, 0.2) | {killed: 3 + 2 * (ago < 20)})
    told(history, "killed_before:9100", lambda ago: working(ago, 0.2) | {killed: 3 + 2 * (ago < 40)})
    history.add("up", {"instance": "down:9100"}, [(NOON - 60, 0.0), (NOON, 0.0)])
    history.written(folder)
    with prometheus(folder) as server:
        yield server


async def looked_at(server: Server, instance: str) -> Examination:
    section = {"kind": "host", "name": "db1", "prometheus": server.url, "instance": instance}
    (target,) = read_targets("payments", [section], environ={})
    target = replace(target, family=replace(target.family, patient=partial(HostPatient, clock=lambda: NOON)))
    async with Examiner(
        {"payments": [target]}, clock=lambda: AT, redactor=Redactor(), patience=30
    ) as examiner:
        examination = [each async for each in examiner.examine("db1", "payments")][-1]
    assert_described(examination.findings, CODES)
    return examination


async def test_a_machine_that_is_well_stays_quiet(scraped: Server) -> None:
    examination = await looked_at(scraped, "well:9100")
    assert examination.health is Health.OK
    assert coded(examination, "HO106").sentence == "The CPU was busy for 20 % of the last 10 min."
    assert coded(examination, "HO104").sentence == (
        "No process was killed for want of memory in the last 30 min."
    )


@pytest.mark.parametrize(
    ("instance", "code", "health", "said"),
    [
        ("busy:9100", "HO106", Health.CRITICAL, "The CPU was busy for 97 % of the last 10 min."),
        ("fills:9100", "HO101", Health.CRITICAL, "it is full in 102 min."),
        (
            "kills:9100",
            "HO104",
            Health.WARN,
            "2 processes were killed for want of memory in the last 30 min.",
        ),
        ("down:9100", "HO021", Health.WARN, "Prometheus cannot scrape the machine."),
    ],
)
async def test_what_is_ill_is_seen_at_the_first_look(
    scraped: Server, instance: str, code: str, health: Health, said: str
) -> None:
    examination = await looked_at(scraped, instance)
    assert said in coded(examination, code).sentence
    assert coded(examination, code).health is health
    assert ill(examination) == {code}


async def test_kills_of_longer_ago_are_not_this_incident(scraped: Server) -> None:
    assert ill(await looked_at(scraped, "killed_before:9100")) == set()


@pytest.mark.parametrize("instance", ["unknown:9100", 'x"} or up{a="', "well.*", "$labels"])
async def test_an_instance_that_is_not_there_is_not_known_to_be_well(scraped: Server, instance: str) -> None:
    examination = await looked_at(scraped, instance)
    assert codes(examination) == {"HO022"}
    assert examination.health is Health.UNKNOWN


async def test_a_prometheus_that_is_stopped_is_evidence() -> None:
    gone = Server(f"http://127.0.0.1:{free_port()}", 0)
    examination = await looked_at(gone, "well:9100")
    assert codes(examination) == {"HO010"}
    assert examination.findings[0].sentence == "Prometheus takes no connection: nothing listens there."
