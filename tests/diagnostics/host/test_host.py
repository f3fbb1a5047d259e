"""A machine as its node_exporter tells of it: the real one for its shape, ill figures on a page of ours."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import NoReturn

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from diagnostics.examine import Examiner
from diagnostics.probe import Pause
from diagnostics.probes.host.codes import Code
from diagnostics.probes.host.described import CODES
from diagnostics.probes.http import getter
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.errors import Misconfigured
from incidents.evidence import Examination, Health
from tests.diagnostics.conftest import at_once
from tests.diagnostics.described import assert_described, coded, codes
from tests.diagnostics.host.page import DATA, DISK, Line, Machine, cpu, disk, line, load, memory, unit
from tests.diagnostics.prometheus.conftest import ill
from tests.diagnostics.prometheus.server import free_port, needed, program
from tests.frozen import frozen

AT = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
EVERYWHERE = {"HO001", "HO101", "HO103", "HO104", "HO105", "HO106", "HO107", "HO108", "HO109"}
Look = Callable[[], Awaitable[Examination]]


@asynccontextmanager
async def looking(url: str, pause: Pause = at_once, **settings: object) -> AsyncIterator[Look]:
    """Looks at one machine, again and again, as one process does."""
    passed = 0.0
    section = {"kind": "host", "name": "db1", "node_exporter": url, **settings}
    targets = {"payments": read_targets("payments", [section], environ={})}
    async with Examiner(
        targets, clock=lambda: AT, redactor=Redactor(), monotonic=lambda: passed, pause=pause
    ) as examiner:

        async def look() -> Examination:
            nonlocal passed
            passed += 60  # past the time within which a look is shared
            examination = [each async for each in examiner.examine("db1", "payments")][-1]
            assert_described(examination.findings, CODES)
            return examination

        yield look


async def seen(figures: Mapping[Line, float], pause: Pause = at_once, **settings: object) -> Examination:
    """One look at a machine that is well but for these figures."""
    machine = Machine()
    machine.set(figures)
    async with machine.serving() as url, looking(url, pause, **settings) as look:
        return await look()


async def worked(_seconds: float) -> None:
    """A pause in which this machine's CPU time moves on, by our own work instead of waiting for it."""
    end = time.process_time() + 0.05
    while time.process_time() < end:
        pass


def test_every_code_is_described() -> None:
    assert [described.code for described in CODES] == list(Code)


async def test_the_real_exporter_tells_everything_that_is_asked(
    missing: Callable[[str, str], NoReturn],
) -> None:
    needed(missing, "prometheus-node-exporter", "prometheus-node-exporter")
    port = free_port()
    command = ["prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{port}"]
    with program(command, "Listening on") as pid:
        async with looking(f"http://127.0.0.1:{port}", worked) as look:
            examination = await look()
            with frozen(pid), pytest.MonkeyPatch.context() as patched:
                patched.setattr(getter, "SECONDS", 0.3)
                async with looking(f"http://127.0.0.1:{port}") as again:
                    hanging = await again()
    unknown = {f.code for f in examination.findings if f.health is Health.UNKNOWN}
    assert codes(examination) >= EVERYWHERE
    assert unknown <= {"HO104"}  # where something was killed before the first look
    assert codes(hanging) == {"HO011"}


async def test_a_machine_that_is_well_stays_quiet() -> None:
    machine = Machine()
    async with machine.serving() as url, looking(url) as look:
        await look()
        machine.pass_time(600)
        machine.set(cpu(idle=1_000, user=200))
        examination = await look()
    assert ill(examination) == set()
    assert examination.health is Health.OK
    assert coded(examination, "HO001").sentence == "The machine has been up for 12 days."


@pytest.mark.parametrize(
    ("figures", "code", "health", "said"),
    [
        (
            disk(DATA, used=92),
            "HO101",
            Health.WARN,
            "/var/lib/postgresql is 92 % full, 8.0 GB of 100 GB are left.",
        ),
        (disk(DISK, used=97), "HO101", Health.CRITICAL, "/ is 97 % full, 3.0 GB of 100 GB are left."),
        (disk(DISK, used=40, inodes=93), "HO102", Health.WARN, "/ has used 93 % of its inodes."),
        (disk(DISK, used=40, inodes=99), "HO102", Health.CRITICAL, "/ has used 99 % of its inodes."),
        (memory(used=92), "HO103", Health.WARN, "2.6 GB of 32 GB of memory are available; 92 % are used."),
        (memory(used=99), "HO103", Health.CRITICAL, "99 % are used."),
        (load(5, 5, 5), "HO105", Health.WARN, "The load is 5.0, 5.0 and 5.0 (1, 5 and 15 min) on 2 cores."),
        (load(30, 9, 5), "HO105", Health.CRITICAL, "The load is 30.0, 9.0 and 5.0"),
        ({line("node_filefd_allocated"): 91_000}, "HO109", Health.WARN, "91,000 files are open, 91 %"),
        ({line("node_timex_offset_seconds"): -0.3}, "HO110", Health.WARN, "The clock is off by 300 ms."),
        (
            {line("node_timex_sync_status"): 0, line("node_timex_maxerror_seconds"): 16},
            "HO110",
            Health.WARN,
            "The clock is set by nobody, so how wrong it is is not known.",
        ),
        (unit("nginx.service", "failed"), "HO111", Health.WARN, "nginx.service has failed."),
    ],
)
async def test_each_fault_is_named_with_its_figures_and_nothing_else_is(
    figures: Mapping[Line, float], code: str, health: Health, said: str
) -> None:
    examination = await seen(figures)
    finding = coded(examination, code)
    assert said in finding.sentence
    assert finding.health is health
    assert finding.next_step
    assert ill(examination) == {code}


@pytest.mark.parametrize(
    ("spent", "code", "health", "said"),
    [
        ({"user": 3.6, "idle": 0.4}, "HO106", Health.WARN, "The CPU was busy for 90 % of the last 2 s."),
        ({"user": 3, "system": 1}, "HO106", Health.CRITICAL, "The CPU was busy for 100 % of the last 2 s."),
        ({"iowait": 2, "idle": 2}, "HO107", Health.WARN, "Processes waited for disks for 50 % of the last"),
        (
            {"steal": 1, "idle": 3},
            "HO108",
            Health.WARN,
            "The hypervisor gave 25 % to others of the last 2 s.",
        ),
    ],
)
async def test_the_cpu_is_judged_by_two_looks(
    spent: Mapping[str, float], code: str, health: Health, said: str
) -> None:
    machine = Machine()

    async def work(seconds: float) -> None:
        machine.pass_time(seconds)
        machine.set(cpu(**spent))

    async with machine.serving() as url, looking(url, work) as look:
        examination = await look()
    assert said in coded(examination, code).sentence
    assert coded(examination, code).health is health
    assert ill(examination) == {code}


async def test_a_disk_that_fills_is_told_before_it_is_full() -> None:
    machine = Machine()
    async with machine.serving() as url, looking(url) as look:
        for used in (50, 52, 54):
            machine.set(disk(DATA, used=used))
            examination = await look()
            machine.pass_time(600)
    finding = coded(examination, "HO101")
    assert finding.health is Health.WARN
    assert finding.sentence == (
        "/var/lib/postgresql is 54 % full, 46 GB of 100 GB are left."
        " At the rate of the last hour it is full in 3 h."
    )


async def test_a_disk_that_is_written_to_and_emptied_is_not_filling() -> None:
    machine = Machine()
    async with machine.serving() as url, looking(url) as look:
        for used in (50, 58, 50, 58, 51):
            machine.set(disk(DATA, used=used))
            examination = await look()
            machine.pass_time(600)
    assert ill(examination) == set()


async def test_kills_count_from_when_they_were_first_seen() -> None:
    machine = Machine()
    async with machine.serving() as url, looking(url) as look:
        first = coded(await look(), "HO104")
        machine.pass_time(900)
        machine.set({line("node_vmstat_oom_kill"): 5})
        second = coded(await look(), "HO104")
    assert first.health is Health.UNKNOWN
    assert first.sentence == (
        "The kernel has killed 3 processes since it started for want of memory; when is not known."
    )
    assert second.health is Health.WARN
    assert second.sentence == "2 processes were killed for want of memory in the last 15 min."


async def test_kills_of_a_time_when_nobody_looked_may_be_over() -> None:
    machine = Machine()
    async with machine.serving() as url, looking(url) as look:
        await look()
        machine.pass_time(9 * 3600)
        machine.set({line("node_vmstat_oom_kill"): 5})
        finding = coded(await look(), "HO104")
    assert finding.health is Health.UNKNOWN
    assert finding.sentence == "2 processes were killed for want of memory in the last 9 h."


async def test_a_machine_that_never_killed_is_well() -> None:
    examination = await seen({line("node_vmstat_oom_kill"): 0})
    assert coded(examination, "HO104").health is Health.OK


async def test_a_configured_unit_must_run() -> None:
    figures = {**unit("nginx.service", "active"), **unit("pgbouncer.service", "inactive")}
    examination = await seen(figures, units=["nginx.service", "pgbouncer.service", "redis.service"])
    finding = coded(examination, "HO111")
    assert finding.health is Health.CRITICAL
    assert finding.sentence == "pgbouncer.service and redis.service do not run."


async def test_what_an_exporter_does_not_tell_is_not_taken_for_well() -> None:
    machine = Machine()
    for start in ("node_memory", "node_filesystem", "node_timex", "node_load"):
        machine.drop(start)
    machine.set({line("node_filefd_maximum"): float("nan")})
    async with machine.serving() as url, looking(url) as look:
        examination = await look()
    assert codes(examination) == {"HO001", "HO104"}
    assert "memory: its exporter does not tell its memory" in examination.unseen
    assert "disks: its exporter tells of no disk" in examination.unseen
    assert "open files: its exporter does not tell how many files may be open" in examination.unseen
    assert any(reason.startswith("systemd units: ") for reason in examination.unseen)


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [
        (200, "<html>", "HO018"),
        (200, 'node_load1{a="', "HO018"),
        (200, "", "HO018"),
        (401, "", "HO015"),
        (404, "", "HO017"),
        (500, "", "HO016"),
    ],
)
async def test_what_is_no_exporter_is_told(status: int, text: str, code: str) -> None:
    async def page(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=text)

    application = web.Application()
    application.router.add_get("/metrics", page)
    async with TestServer(application) as server, looking(str(server.make_url("/"))) as look:
        examination = await look()
    assert codes(examination) == {code}
    assert examination.health is not Health.OK


async def test_an_exporter_that_is_not_there_is_evidence() -> None:
    async with looking(f"http://127.0.0.1:{free_port()}") as look:
        examination = await look()
    assert codes(examination) == {"HO010"}
    assert examination.findings[0].sentence == "node_exporter takes no connection: nothing listens there."


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "give prometheus with instance, or node_exporter"),
        ({"prometheus": "http://prom"}, "instance goes with prometheus"),
        ({"prometheus": "http://prom", "instance": 'a"}\n'}, "instance: the value of instance must have"),
        ({"node_exporter": "http://a", "labels": {"job": "x"}}, "labels go with prometheus"),
        ({"node_exporter": "http://a", "units": ["a b; rm"]}, "units.0: it must be the name of a unit"),
        ({"node_exporter": "http://a", "limits": {"disk_wran": 1}}, "Did you mean 'disk_warn'?"),
    ],
)
def test_a_mistake_is_refused_by_name(settings: dict[str, object], said: str) -> None:
    with pytest.raises(Misconfigured) as raised:
        read_targets("payments", [{"kind": "host", "name": "db1", **settings}], environ={})
    assert said in str(raised.value)
