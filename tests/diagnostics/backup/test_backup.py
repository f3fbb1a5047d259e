"""The age of the last good backup, as a real Prometheus tells it."""

from collections.abc import Callable, Iterator
from typing import NoReturn

import pytest

from diagnostics.confidential import secrets
from diagnostics.examine import Examiner
from diagnostics.probes.backup.codes import CODES, Code
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.errors import Misconfigured
from incidents.evidence import Examination, Finding, Health
from tests.diagnostics.described import assert_described, coded, codes
from tests.diagnostics.prometheus.conftest import AT
from tests.diagnostics.prometheus.server import Server, free_port, needed, prometheus


@pytest.fixture(scope="module")
def server(
    missing: Callable[[str, str], NoReturn], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A Prometheus without any data: what a query makes of its clock is enough."""
    needed(missing, "prometheus", "prometheus")
    with prometheus(tmp_path_factory.mktemp("prometheus")) as server:
        yield server


async def looked_at(url: str, query: str, **settings: object) -> Examination:
    section = {"kind": "backup", "name": "backup", "prometheus": url, "query": query, **settings}
    (target,) = read_targets("payments", [section], environ={})
    redactor = Redactor(secrets([target]))
    async with Examiner({"payments": [target]}, clock=lambda: AT, redactor=redactor) as examiner:
        examination = [each async for each in examiner.examine("backups", "payments")][-1]
    assert_described(examination.findings, CODES)
    return examination


def ago(hours: float) -> str:
    """The Unix time so many hours ago, as a series."""
    return f"vector(time() - {hours * 3600})"


def only(examination: Examination) -> Finding:
    (finding,) = examination.findings
    return finding


def test_every_code_is_described() -> None:
    assert [described.code for described in CODES] == list(Code)


@pytest.mark.parametrize(
    ("hours", "health", "said"),
    [
        (3, Health.OK, "The last good backup is 3 h old."),
        (30, Health.WARN, "The last good backup is 30 h old."),
        (75, Health.CRITICAL, "The last good backup is 3 days old."),
    ],
)
async def test_an_old_backup_is_worse_the_older_it_is(
    server: Server, hours: float, health: Health, said: str
) -> None:
    finding = only(await looked_at(server.url, ago(hours)))
    assert (finding.code, finding.health, finding.sentence) == ("BU001", health, said)
    assert bool(finding.next_step) is (health is not Health.OK)


async def test_the_limits_are_the_operators(server: Server) -> None:
    weekly = await looked_at(server.url, ago(75), warn_hours=8 * 24, critical_hours=9 * 24)
    assert weekly.health is Health.OK


async def test_of_several_the_oldest_counts(server: Server) -> None:
    both = f'{ago(3)} or label_replace({ago(60)}, "database", "orders", "", "")'
    finding = only(await looked_at(server.url, both))
    assert finding.sentence == "The oldest of 2 last backups is 2 days old."


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("backup_last_success_timestamp_seconds", "is not told"),
        (ago(-48), "lies in the future"),
        ("vector(NaN)", "is not told"),
    ],
)
async def test_a_time_that_is_not_to_be_had_is_unknown_and_never_fine(
    server: Server, query: str, said: str
) -> None:
    examination = await looked_at(server.url, query)
    assert codes(examination) == {"BU002"}
    assert examination.health is Health.UNKNOWN
    assert said in only(examination).sentence


async def test_a_query_that_is_none_and_a_prometheus_that_is_gone_say_nothing_of_the_backup(
    server: Server,
) -> None:
    wrong = await looked_at(server.url, "sum(")
    assert coded(wrong, "BU017").health is Health.UNKNOWN
    gone = await looked_at(f"http://127.0.0.1:{free_port()}", ago(3))
    assert coded(gone, "BU010").health is Health.UNKNOWN
    assert gone.health is Health.UNKNOWN


def test_limits_in_the_wrong_order_are_refused() -> None:
    section = {"kind": "backup", "name": "backup", "prometheus": "http://127.0.0.1:9", "query": "x"}
    with pytest.raises(Misconfigured, match="critical_hours must not be less"):
        read_targets("payments", [section | {"warn_hours": 30, "critical_hours": 20}], environ={})
