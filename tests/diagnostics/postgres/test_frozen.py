"""A database that is frozen rather than stopped: the look ends in time and says what could not be seen."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from typing import NoReturn

import pytest

from diagnostics.probes.postgres import session as session_module
from incidents.evidence import Health
from storage.embedded import DatabaseError, Loopback, Options, Server
from tests.diagnostics.conftest import Looks, examined, of
from tests.frozen import frozen
from tests.servers import temporary

PASSWORD = "root-password"


@dataclass
class Door:
    """The only way to a server: its port, and how many have come through."""

    port: int
    came: int = 0


@asynccontextmanager
async def counted(server: Server) -> AsyncIterator[Door]:
    """A door to the server at which everybody who comes is counted."""
    door, inside = Door(0), set[asyncio.Task[None]]()

    async def enter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        door.came += 1
        task = asyncio.current_task()
        inside.update({task} if task else ())
        there, back = await asyncio.open_connection("127.0.0.1", server.port)
        with closing(writer), closing(back):
            await asyncio.gather(passed_on(reader, back), passed_on(there, writer))

    async with await asyncio.start_server(enter, "127.0.0.1", 0) as listener:
        door.port = listener.sockets[0].getsockname()[1]
        yield door
        for task in inside:
            task.cancel()


async def passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Everything that is said, until nothing more is; then the other side is told so."""
    while said := await reader.read(2**16):
        writer.write(said)
    writer.close()


@pytest.fixture
def server(missing: Callable[[str, str], NoReturn]) -> Iterator[Server]:
    try:
        with temporary(Options(loopback=Loopback(PASSWORD))) as running:
            yield running
    except DatabaseError as error:
        missing(f"PostgreSQL ({error})", "postgresql")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "CONNECT", 0.5)


async def test_a_server_that_takes_no_new_connections_still_answers_on_the_open_one(
    server: Server, looks: Looks
) -> None:
    async with looks(server.dsn, pause=asyncio.sleep) as examiner:
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
    async with looks(server.dsn, pause=asyncio.sleep) as examiner:
        with frozen(server.pid), frozen(pids[0]):
            examination = await examined(examiner)
    assert examination.health is Health.CRITICAL
    assert (
        "connection slots: the database stopped answering on the connection that was open"
        in examination.unseen
    )
    assert "lock waits: not tried after that" in examination.unseen


@pytest.mark.parametrize("silent", [False, True], ids=["the server", "and the kept connection"])
async def test_a_look_at_a_frozen_server_brings_it_one_connection_beside_the_one_that_is_kept(
    server: Server, looks: Looks, monkeypatch: pytest.MonkeyPatch, *, silent: bool
) -> None:
    pids: list[int] = []
    opened = session_module.Session.open

    async def noted(session: session_module.Session) -> None:
        await opened(session)
        pids.append(session.pid)

    monkeypatch.setattr(session_module.Session, "open", noted)
    async with counted(server) as door:
        dsn = f"postgresql://tocsin:{PASSWORD}@127.0.0.1:{door.port}/tocsin?sslmode=disable"
        async with looks(dsn, pause=asyncio.sleep) as examiner:
            kept = door.came
            with frozen(server.pid, *(pids if silent else ())):
                await examined(examiner)
                came = door.came
    assert (kept, came) == (1, 2)
