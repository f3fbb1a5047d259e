"""A standby that has replayed nothing: its lag is unknown, and unknown is not fine."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest

from diagnostics.probes.postgres.replication import as_standby, of_standbys
from diagnostics.probes.postgres.section import Limits
from incidents.evidence import Health
from storage.embedded import DatabaseError, Options, running_blocking
from tests.diagnostics.conftest import Looks, examined, of

LIMITS = Limits()
MEGABYTE = 1024**2


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the server's user can enter."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-test-"))
    folder.chmod(0o755)
    yield folder / "standby"
    shutil.rmtree(folder)


async def test_a_standby_that_never_replayed_a_transaction_is_unknown(
    home: Path, looks: Looks, missing: Callable[[str, str], NoReturn]
) -> None:
    options = Options(durable=False)
    try:
        with running_blocking(home, options) as server:
            (server.folder / "data" / "standby.signal").touch(0o666)
        with running_blocking(home, options) as server:
            async with looks(server.dsn) as examiner:
                found = of(await examined(examiner), "pg.replication")
    except DatabaseError as error:
        missing(f"PostgreSQL ({error})", "postgresql")
    assert (found.code, found.health) == ("PG603", Health.UNKNOWN)
    assert "how far it lags is not known" in found.sentence
    assert found.figures[0].value is None


def standby(**figures: object) -> Health:
    row = {"standby": True, "paused": False, "waiting": None, "behind": None} | figures
    return as_standby("payments db", row, LIMITS).health


def test_a_lag_that_is_not_told_is_unknown() -> None:
    assert standby() is Health.UNKNOWN


def test_a_paused_replay_is_critical_although_its_lag_is_not_told() -> None:
    assert standby(paused=True) is Health.CRITICAL


def test_a_standby_that_has_replayed_all_is_well_however_old_the_last_transaction() -> None:
    assert standby(waiting=0.0, behind=9e6) is Health.OK


def test_an_old_last_transaction_with_work_left_is_a_lag() -> None:
    assert standby(waiting=5.0, behind=31.0) is Health.WARN
    assert standby(waiting=5.0, behind=3601.0) is Health.CRITICAL


def primary(*rows: tuple[float | None, float | None]) -> tuple[Health, str]:
    means = SimpleNamespace(target="payments db", limits=LIMITS)
    named = [{"name": f"standby-{n}", "state": "", "bytes": b, "seconds": s} for n, (b, s) in enumerate(rows)]
    finding = of_standbys(means, named)  # type: ignore[arg-type]  # these two are all that is asked of the means
    return finding.health, finding.sentence


def test_the_primary_tells_the_lag_in_bytes_and_seconds() -> None:
    assert primary((86.8 * MEGABYTE, 40.0)) == (
        Health.WARN,
        "1 standby; the lag of standby-0 is 87 MB, 40 s.",
    )


def test_a_lag_without_seconds_is_well_only_while_it_is_small() -> None:
    assert primary((0.0, None))[0] is Health.OK
    assert primary((86.8 * MEGABYTE, None))[0] is Health.UNKNOWN
    assert primary((None, None))[0] is Health.UNKNOWN


def test_the_worst_standby_leads() -> None:
    assert primary((0.0, None), (1.0, 99.0))[1].startswith("2 standbys; the lag of standby-1 is ")
