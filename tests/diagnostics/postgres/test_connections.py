"""Connections: the leak that locks everybody out, the healthy pool that is not accused, refusals by kind."""

import asyncio
import socket
from contextlib import AsyncExitStack

import asyncpg
import psycopg
import pytest

from incidents.evidence import Confidence, Examination, Health
from storage.embedded import Loopback, Options
from tests.diagnostics.conftest import Looks, as_role, examined, of
from tests.diagnostics.described import coded, codes
from tests.diagnostics.faults import at_rest, connected, filled, gone, leaked
from tests.servers import temporary


async def test_a_healthy_database_is_said_to_be_healthy_with_what_was_looked_at(
    database: str, looks: Looks
) -> None:
    async with looks(as_role(database, "diag")) as examiner:
        examination = await examined(examiner)
    assert examination.health is Health.OK
    assert examination.sentence.startswith("Payments db looks healthy: PostgreSQL ")
    assert examination.sentence.endswith(" things were looked at.")
    assert examination.causes == ()
    assert examination.unseen == (
        "costliest statements: the extension pg_stat_statements is not installed in this database",
    )


async def test_the_warm_connection_answers_when_new_ones_are_refused(database: str, looks: Looks) -> None:
    async with looks(as_role(database, "diag")) as examiner, filled(as_role(database, "app")) as count:
        with pytest.raises(asyncpg.TooManyConnectionsError):
            await asyncpg.connect(as_role(database, "diag"))
        examination = await examined(examiner)
    assert count == 46
    assert of(examination, "pg.connect").code == "PG010"
    assert of(examination, "pg.connect").health is Health.CRITICAL
    assert of(examination, "pg.idle_in_txn").health is Health.CRITICAL
    assert examination.unseen == (
        "costliest statements: the extension pg_stat_statements is not installed in this database",
    )


async def test_the_leak_is_named_with_its_figures_and_its_application(database: str, looks: Looks) -> None:
    async with looks(as_role(database, "diag")) as examiner, filled(as_role(database, "app")):
        examination = await examined(examiner)
    assert examination.sentence.startswith(
        "46 of 47 usable slots are taken; 46 sit idle in a transaction, the oldest"
    )
    assert "from reports-export: a connection leak" in examination.sentence
    (first, *_) = examination.causes
    assert first.code == "DB_CONN_EXHAUSTION_LEAK"
    assert first.confidence in {Confidence.HIGH, Confidence.MEDIUM}
    assert {"PG010", "PG102", "PG103"} == set(first.evidence)
    assert "reports-export" in examination.next_step


async def test_what_was_refused_at_start_is_looked_at_once_a_slot_is_free(
    database: str, looks: Looks
) -> None:
    now = [0.0]
    async with AsyncExitStack() as stack:
        async with filled(as_role(database, "app")):
            examiner = await stack.enter_async_context(
                looks(as_role(database, "diag"), monotonic=lambda: now[0])
            )
            full = await examined(examiner)
        await gone(database, "usename = 'app'")
        now[0] = 60.0
        free = await examined(examiner)
    assert (full.health, free.health) == (Health.CRITICAL, Health.OK)
    assert "connection slots: there is no connection to the database" in full.unseen
    assert "lock waits: not tried after that" in full.unseen


async def test_an_idle_pool_is_not_accused(database: str, looks: Looks) -> None:
    limits = {"old_idle": 0, "old_busy": 0, "slow_note": 0}
    async with (
        looks(as_role(database, "diag"), limits=limits) as examiner,
        at_rest(as_role(database, "app"), 20, "shop"),
    ):
        examination = await examined(examiner)
    assert examination.health is Health.OK
    assert "20 connections at rest" in of(examination, "pg.idle_old").sentence
    assert of(examination, "pg.idle_old").next_step == ""
    assert "No session sits idle" in of(examination, "pg.idle_in_txn").sentence
    assert "No statement has been running" in of(examination, "pg.slow_now").sentence


async def test_only_other_clients_are_counted(database: str, looks: Looks) -> None:
    async with looks(as_role(database, "diag")) as examiner, connected(as_role(database, "app"), "shop"):
        examination = await examined(examiner)
    assert of(examination, "pg.pool_utilisation").sentence.startswith("1 of 47 usable slots are taken")
    assert of(examination, "pg.activity_by_state").sentence == "1 client session: 1 idle."


async def test_five_transactions_left_open_for_a_while_are_a_warning(database: str, looks: Looks) -> None:
    async with (
        looks(as_role(database, "diag"), limits={"idle_in_transaction_settled": 0}) as examiner,
        leaked(as_role(database, "app"), 5, "reports-export"),
    ):
        finding = of(await examined(examiner), "pg.idle_in_txn")
    assert finding.health is Health.WARN
    assert finding.sentence.startswith("5 sessions of 5 sit idle in a transaction")
    assert finding.sentence.endswith("from reports-export.")


async def test_a_role_that_may_not_see_others_says_which_grant_it_needs(database: str, looks: Looks) -> None:
    async with looks(as_role(database, "blind")) as examiner, leaked(as_role(database, "app"), 3):
        examination = await examined(examiner)
    assert examination.health is Health.UNKNOWN
    assert "nothing wrong was found, but not everything could be looked at" in examination.sentence
    for probe in ("pg.idle_in_txn", "pg.lock_roots"):
        assert of(examination, probe).health is Health.UNKNOWN
        assert of(examination, probe).next_step == 'As a superuser: `GRANT pg_monitor TO "blind"`.'
    assert 'slow statements: 3 sessions cannot be seen; GRANT pg_monitor TO "blind"' in examination.unseen
    assert "pg.slow_now" not in {finding.probe for finding in examination.findings}


async def test_a_role_near_its_own_limit_is_named(database: str, looks: Looks) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE ROLE narrow LOGIN CONNECTION LIMIT 2")
    try:
        async with (
            looks(as_role(database, "diag")) as examiner,
            at_rest(as_role(database, "narrow"), 2, "shop"),
        ):
            examination = await examined(examiner)
    finally:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("DROP ROLE narrow")
    (finding,) = (finding for finding in examination.findings if finding.code == "PG106")
    assert finding.health is Health.CRITICAL
    assert finding.sentence == "The role narrow uses 2 of its 2 connections."


async def test_a_database_near_its_own_limit_is_warned_of_before_it_refuses(
    database: str, looks: Looks
) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 10')
    async with looks(as_role(database, "diag")) as examiner, at_rest(as_role(database, "app"), 6, "shop"):
        roomy = await examined(examiner)
    async with looks(as_role(database, "diag")) as examiner, at_rest(as_role(database, "app"), 7, "shop"):
        near = await examined(examiner)
    async with looks(as_role(database, "diag")) as examiner, at_rest(as_role(database, "app"), 8, "shop"):
        nearer = await examined(examiner)
    assert "PG109" not in codes(roomy)
    assert (coded(near, "PG109").health, coded(nearer, "PG109").health) == (Health.WARN, Health.CRITICAL)
    assert coded(nearer, "PG109").sentence == (
        f"The database {name} has 9 of the 10 connections that it may have, Tocsin's own among them."
    )
    assert nearer.causes[0].code == "DB_CONN_LIMIT"


async def test_a_role_at_its_own_limit_is_not_taken_for_a_full_server(database: str, looks: Looks) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE ROLE single LOGIN CONNECTION LIMIT 1; GRANT pg_monitor TO single")
    try:
        async with looks(as_role(database, "single")) as examiner:
            finding = of(await examined(examiner), "pg.connect")
    finally:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("DROP ROLE single")
    assert (finding.code, finding.health) == ("PG011", Health.UNKNOWN)
    assert "at least two connections" in finding.next_step


async def test_a_database_at_its_own_limit_is_critical(database: str, looks: Looks) -> None:
    name = database.partition("@/")[2].partition("?")[0]
    async with looks(as_role(database, "diag")) as examiner:
        with psycopg.connect(database.replace(name, "postgres"), autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 1')
        examination = await examined(examiner)
    assert of(examination, "pg.connect").code == "PG020"
    assert examination.causes[0].code == "DB_CONN_LIMIT"


async def refused(looks: Looks, dsn: str) -> Examination:
    async with looks(dsn) as examiner:
        examination = await examined(examiner)
    assert examination.health is Health.CRITICAL
    assert any(reason.endswith("not tried after that") for reason in examination.unseen)
    return examination


def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


async def test_a_stopped_server_is_down(looks: Looks) -> None:
    examination = await refused(looks, f"postgresql://diag:secret-word@127.0.0.1:{unused_port()}/shop")
    assert of(examination, "pg.connect").code == "PG012"
    assert examination.causes[0].code == "DB_DOWN"
    assert "secret-word" not in repr(examination)


@pytest.mark.parametrize(("query", "code"), [("", "PG019"), ("?sslmode=require", "PG018")])
async def test_another_program_at_the_address_is_no_trouble_with_encryption(
    looks: Looks, query: str, code: str
) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        examination = await refused(looks, f"postgresql://diag@127.0.0.1:{port}/shop{query}")
    assert of(examination, "pg.connect").code == code


async def test_a_missing_database_is_not_a_stopped_server(database: str, looks: Looks) -> None:
    examination = await refused(looks, as_role(database, "diag").replace("/fresh_", "/gone_"))
    assert of(examination, "pg.connect").code == "PG015"


async def test_a_wrong_password_is_told_apart(looks: Looks) -> None:
    options = Options(loopback=Loopback("right-password"))
    with temporary(options) as server:
        assert server.loopback_dsn
        examination = await refused(looks, server.loopback_dsn.replace("right-password", "wrong-password"))
    assert of(examination, "pg.connect").code == "PG014"
    assert "wrong-password" not in repr(examination)


async def test_a_host_that_says_nothing_is_given_up(looks: Looks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diagnostics.probes.postgres.session.CONNECT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        examination = await refused(looks, f"postgresql://diag@127.0.0.1:{listener.getsockname()[1]}/shop")
    assert of(examination, "pg.connect").code == "PG013"


async def test_a_superuser_is_told_that_his_connection_proves_little(database: str, looks: Looks) -> None:
    async with looks(database) as examiner:
        finding = of(await examined(examiner), "pg.connect")
    assert "of superusers" in finding.sentence
    assert "pg_monitor" in finding.meaning


async def test_closing_leaves_no_connection_behind(database: str, looks: Looks) -> None:
    async with looks(as_role(database, "diag")) as examiner:
        await examined(examiner)
    await gone(database, "usename = 'diag'")
