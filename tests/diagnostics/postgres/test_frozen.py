"""A database that is frozen rather than stopped: the look ends in time and says what could not be seen."""

from collections.abc import Callable, Iterator
from typing import NoReturn

import pytest

from diagnostics.probes.postgres import session as session_module
from incidents.evidence import Health
from storage.embedded import DatabaseError, Options, Server, temporary
from tests.diagnostics.conftest import Looks, examined, of
from tests.frozen import frozen


@pytest.fixture
def server(missing: Callable[[str, str], NoReturn]) -> Iterator[Server]:
    try:
        with temporary(Options()) as running:
            yield running
    except DatabaseError as error:
        missing(f"PostgreSQL ({error})", "postgresql")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "CONNECT", 0.5)


async def test_a_server_that_takes_no_new_connections_still_answers_on_the_open_one(
    server: Server, looks: Looks
) -> None:
    async with looks(server.dsn) as examiner:
        with frozen(server.pid):
            examination = await examined(examiner)
    assert of(examination, "pg.connect").code == "PG013"
    assert of(examination, "pg.idle_in_txn").health is Health.OK
    assert examination.sentence.startswith("The database does not answer a new connection within")


async def test_a_connection_that_falls_silent_ends_the_look_and_the_rest_is_unseen(
    server: Server, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    pids: list[int] = []
    opened = session_module.Session.open

    async def noted(session: session_module.Session) -> None:
        await opened(session)
        pids.append(session.pid)

    monkeypatch.setattr(session_module.Session, "open", noted)
    async with looks(server.dsn) as examiner:
        with frozen(server.pid), frozen(pids[0]):
            examination = await examined(examiner)
    assert examination.health is Health.CRITICAL
    assert (
        "connection slots: the database stopped answering on the connection that was open"
        in examination.unseen
    )
    assert "lock waits: not tried after that" in examination.unseen
