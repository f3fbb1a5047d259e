"""Root's server runs as somebody else: it must reach its data and its programs wherever root works."""

import importlib.util
import shutil
from pathlib import Path

import psycopg
import pytest

from storage.embedded import DatabaseError, Options, running_blocking
from storage.embedded.account import choose
from storage.embedded.binaries import WHEEL, every
from storage.embedded.places import reachable_binaries
from tests.storage.embedded.conftest import needs_root


@pytest.fixture
def private(open_folder: Path) -> Path:
    """A folder that only root can enter, as root's home is."""
    folder = open_folder / "home"
    folder.mkdir(mode=0o700)
    return folder


@needs_root
def test_data_below_a_private_home_go_where_the_server_reaches_them(open_folder: Path, private: Path) -> None:
    asked = Options(durable=False, public=open_folder / "public")
    for count in (1, 2):
        with running_blocking(private / "data", asked) as server, psycopg.connect(server.dsn) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS starts (number integer)")
            connection.execute("INSERT INTO starts VALUES (1)")
            assert connection.execute("SELECT count(*) FROM starts").fetchone() == (count,)
    assert server.folder.parent == open_folder / "public"
    assert (private / "data").resolve() == server.folder
    assert (server.folder / "belongs-to").read_text() == f"{private / 'data'}\n"


@needs_root
def test_data_that_stand_behind_a_closed_door_are_left_alone(open_folder: Path, private: Path) -> None:
    (private / "data").mkdir()
    (private / "data" / "precious").touch()
    asked = Options(durable=False, public=open_folder / "public")
    with (
        pytest.raises(DatabaseError, match="cannot reach the data"),
        running_blocking(private / "data", asked),
    ):
        pytest.fail("it started")
    assert (private / "data" / "precious").exists()


def test_a_link_to_data_that_are_gone_is_not_taken_for_a_first_start(open_folder: Path) -> None:
    (open_folder / "data").symlink_to(open_folder / "gone")
    with pytest.raises(DatabaseError, match="which is gone"), running_blocking(open_folder / "data"):
        pytest.fail("it started")


@needs_root
def test_programs_in_a_private_home_are_copied_once(open_folder: Path, private: Path) -> None:
    wheel = importlib.util.find_spec(WHEEL)
    if wheel is None or wheel.origin is None:
        pytest.skip(f"the wheel {WHEEL} is not installed")
    site = Path(wheel.origin).parents[1]
    shutil.copytree(site / f"{WHEEL}.libs", private / f"{WHEEL}.libs")
    shutil.copytree(site / WHEEL / "pginstall18", private / WHEEL / "pginstall18")
    binaries = next(every(private / WHEEL / "pginstall18" / "bin"))
    account = choose(open_folder / "data")
    copies = [reachable_binaries(binaries, account, public=open_folder / "public") for _ in range(2)]
    assert copies[0] == copies[1]
    asked = Options(
        durable=False, binaries=private / WHEEL / "pginstall18" / "bin", public=open_folder / "public"
    )
    with running_blocking(open_folder / "data", asked) as server:
        assert server.version.startswith("18.")


@needs_root
def test_data_that_belong_to_somebody_are_served_as_that_user(open_folder: Path) -> None:
    folder = open_folder / "data"
    folder.mkdir(mode=0o700)
    shutil.chown(folder, "daemon")
    with running_blocking(folder, Options(durable=False)) as server:
        runs_as = Path(f"/proc/{server.pid}").stat().st_uid
    assert runs_as == folder.stat().st_uid != 0


def test_a_folder_that_cannot_be_made_is_named(open_folder: Path) -> None:
    (open_folder / "file").touch()
    with (
        pytest.raises(DatabaseError, match=r"file/data.*Set TOCSIN_HOME"),
        running_blocking(open_folder / "file/data"),
    ):
        pytest.fail("it started")


def test_the_server_never_runs_as_root(made: Path) -> None:
    with running_blocking(made, Options(durable=False)) as server:
        runs_as = Path(f"/proc/{server.pid}").stat().st_uid
    assert runs_as != 0
