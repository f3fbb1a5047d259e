"""A standby that has replayed nothing: its lag is unknown, and unknown is not fine."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from diagnostics.probes.postgres.lag import Lags
from diagnostics.probes.postgres.replication import Behind, as_standby, of_standbys
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


def standby(size: float | None, seconds: float | None, held: float = 0.0, *, paused: bool = False) -> Health:
    return as_standby("payments db", Behind("", size, seconds, held, paused), LIMITS).health


def test_a_lag_that_is_not_told_is_unknown() -> None:
    assert standby(None, None) is Health.UNKNOWN


def test_a_paused_replay_is_critical_although_its_lag_is_not_told() -> None:
    assert standby(None, None, paused=True) is Health.CRITICAL


def test_a_standby_that_has_replayed_all_is_well_however_old_the_last_transaction() -> None:
    assert standby(0.0, 9e6) is Health.OK


def test_an_old_last_transaction_with_work_left_is_a_lag() -> None:
    assert standby(5.0, 31.0) is Health.WARN
    assert standby(5.0, 3601.0) is Health.CRITICAL


def test_a_small_lag_is_ill_once_it_has_stayed() -> None:
    assert standby(5.0, 6.0) is Health.OK
    assert standby(5.0, 6.0, held=9.0) is Health.OK
    assert standby(5.0, 6.0, held=10.0) is Health.WARN
    assert standby(5.0, 4.0, held=10.0) is Health.OK


def test_how_long_a_lag_has_stayed_begins_anew_once_it_was_gone() -> None:
    lags = Lags(5)
    assert [lags.held("a", *seen) for seen in ((6.0, 0.0), (7.0, 30.0))] == [0.0, 30.0]
    assert [lags.held("a", *seen) for seen in ((4.0, 40.0), (6.0, 41.0), (6.0, 45.0))] == [0.0, 0.0, 4.0]
    assert lags.held("b", 6.0, 45.0) == 0.0


def test_a_standby_that_went_and_comes_back_begins_anew() -> None:
    lags = Lags(5)
    lags.held("a", 6.0, 0.0)
    lags.attached(["b"])
    assert lags.held("a", 6.0, 9_000.0) == 0.0


def test_what_a_standby_had_received_and_has_replayed_bounds_its_lag() -> None:
    lags = Lags(5)
    assert lags.at_most(100.0, 100.0, at=0.0) == float("inf")
    assert lags.at_most(200.0, 100.0, at=30.0) == 30.0
    assert lags.at_most(300.0, 150.0, at=40.0) == 40.0
    assert lags.at_most(300.0, 200.0, at=50.0) == 20.0


def primary(*lags: tuple[float | None, float | None]) -> tuple[Health, str]:
    named = tuple(Behind(f"standby-{n}", size, seconds) for n, (size, seconds) in enumerate(lags))
    finding = of_standbys("payments db", named, LIMITS)
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
