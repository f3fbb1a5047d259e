"""A server for the length of a block: its data stay, it answers, and it says plainly what is in the way."""

import os
from pathlib import Path

import asyncpg
import psycopg
import pytest

from storage.embedded import DatabaseError, Loopback, Options, running, running_blocking
from storage.embedded.account import choose
from storage.embedded.supervisor import prepare

QUICK = Options(durable=False)


async def test_what_was_written_is_there_at_the_next_start(made: Path) -> None:
    for count in (1, 2):
        async with running(made, QUICK) as server:
            connection = await asyncpg.connect(server.dsn)
            await connection.execute("CREATE TABLE IF NOT EXISTS starts (number integer)")
            await connection.execute("INSERT INTO starts VALUES (1)")
            assert await connection.fetchval("SELECT count(*) FROM starts") == count
            await connection.close()


async def test_leaving_the_block_stops_the_server(made: Path) -> None:
    async with running(made, QUICK) as server:
        pass
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.dsn)


async def test_a_second_program_uses_the_server_that_runs_and_leaves_it_running(made: Path) -> None:
    async with running(made, QUICK) as first:
        async with running(made, QUICK) as second:
            assert (second.ours, second.pid, second.dsn) == (False, first.pid, first.dsn)
        with psycopg.connect(first.dsn) as connection:
            connection.execute("SELECT 1")


def test_a_holder_without_a_server_is_named(open_folder: Path) -> None:
    held = prepare(open_folder / "data", QUICK)
    with (
        pytest.raises(DatabaseError, match=rf"process {os.getpid()}.*End that program"),
        running_blocking(open_folder / "data", Options(durable=False, patience=0)),
    ):
        pytest.fail("two programs hold one folder")
    held.lock.close()  # type: ignore[union-attr]  # nobody else serves the folder, so it is ours


async def test_tcp_is_off_unless_asked_for(made: Path) -> None:
    async with running(made, QUICK) as server:
        connection = await asyncpg.connect(server.dsn)
        assert await connection.fetchval("SHOW listen_addresses") == ""
        await connection.close()
        assert server.loopback_dsn is None


async def test_tcp_asks_for_the_password(made: Path) -> None:
    asked = Options(durable=False, loopback=Loopback("right%pass/word"), settings={"max_connections": "12"})
    async with running(made, asked) as server:
        assert server.loopback_dsn
        connection = await asyncpg.connect(server.loopback_dsn)
        assert await connection.fetchval("SHOW max_connections") == "12"
        await connection.close()
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(server.loopback_dsn, password="wrong")


async def test_a_library_that_this_postgresql_lacks_is_left_out(made: Path) -> None:
    async with running(made, Options(durable=False, preload=("no_such_library",))) as server:
        assert server.preloaded == ()


async def test_a_server_that_does_not_start_gives_its_own_reason(made: Path) -> None:
    asked = Options(durable=False, settings={"shared_preload_libraries": "no_such_library"})
    with pytest.raises(DatabaseError, match=r"did not start.*no_such_library.*Its log is"):
        async with running(made, asked):
            pytest.fail("it started")


async def test_a_folder_with_a_very_long_name_gets_a_short_socket(open_folder: Path) -> None:
    async with running(open_folder / ("deep" * 20) / ("deeper" * 10), QUICK) as server:
        assert len(str(server.socket_folder)) < 60
        assert server.socket_folder.stat().st_mode & 0o077 == 0
        connection = await asyncpg.connect(server.dsn)
        await connection.close()
    server.socket_folder.rmdir()


async def test_a_folder_with_a_comma_and_a_space_in_its_name_works(open_folder: Path) -> None:
    async with running(open_folder / "a, b", QUICK) as server, running(open_folder / "a, b", QUICK) as second:
        assert second.dsn == server.dsn
    server.socket_folder.rmdir()


async def test_the_half_of_an_interrupted_first_start_is_removed(open_folder: Path) -> None:
    half = open_folder / "data" / "data.new-1"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15\n")
    async with running(open_folder / "data", QUICK):
        assert not half.exists()


async def test_a_process_number_that_another_program_got_is_no_server(made: Path) -> None:
    async with running(made, QUICK) as server:
        left = (server.folder / "data" / "postmaster.pid").read_text().split("\n", 1)[1]
    stale = server.folder / "data" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{left}")
    choose(server.folder).own(stale)
    async with running(made, QUICK) as again:
        assert again.ours


def test_the_server_knows_nothing_of_our_tokens(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-not-for-others")
    with running_blocking(made, QUICK) as server:
        environment = Path(f"/proc/{server.pid}/environ").read_bytes()
    assert b"SLACK" not in environment


async def test_others_cannot_look_into_the_folder(made: Path) -> None:
    async with running(made, QUICK) as server:
        assert server.folder.stat().st_mode & 0o077 == 0
