"""Everything real but the workspace: PostgreSQL, the record, the queue. Time is moved by hand."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from incidents.catalogue import Catalogue
from incidents.check_desk import CheckDesk
from incidents.desk import Desk
from incidents.facts import Via
from incidents.model import Incident, IncidentId, PersonId, Place, RoomId
from incidents.policy import Policy, Severity
from incidents.ports import SET_UP
from incidents.work import Request
from storage.checks import PostgresChecks
from storage.database import Database, open_database
from storage.journal import PostgresJournal
from storage.ledger import PostgresLedger
from storage.outbox import PostgresOutbox
from tests.budgets import PATIENT
from tests.workflows.examiner import Examiner
from tests.workflows.mitigator import Mitigator
from tests.workflows.workspace import Workspace
from workflows.deliveries import Deliveries
from workflows.engine import Engine, Jobs
from workflows.ports import Ports
from workflows.room import SetUp

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, minutes: float) -> datetime:
        """The time after moving on."""
        self.now += timedelta(minutes=minutes)
        return self.now


class WatchedJournal(PostgresJournal):
    """Tells when a set-up is done."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.set_up = asyncio.Condition()
        self.done: set[IncidentId] = set()

    async def finish(self, incident: IncidentId, step: str, result: str = "") -> None:
        """As the journal."""
        await super().finish(incident, step, result)
        if step == SET_UP:
            async with self.set_up:
                self.done.add(incident)
                self.set_up.notify_all()

    async def until_set_up(self, *incidents: IncidentId) -> None:
        """Wait until these are."""
        async with asyncio.timeout(20), self.set_up:
            await self.set_up.wait_for(lambda: self.done >= set(incidents))


async def held() -> None:
    """The turn is ours."""


@dataclass
class World:
    """What a test works in."""

    dsn: str
    ports: Ports
    chat: Workspace
    clock: Clock
    journal: WatchedJournal
    requests: list[Request] = field(default_factory=list)
    delivered: list[IncidentId] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        """The use cases."""
        return self.ports.desk

    def ask(self, key: str, by: str = "ada") -> Request:
        """A request of @ada's, now."""
        return Request(key, self.clock(), PersonId(by), Via.COMMAND, answer_to="https://way/back")

    async def declare(
        self, title: str = "payments down", *, key: str = "", private: bool = False
    ) -> Incident:
        """An incident whose room is not set up."""
        request = self.ask(key or f"declare {title}")
        return (await self.desk.declare(request, title=title, severity="SEV1", private=private)).incident

    async def set_up(self, incident: Incident) -> Incident:
        """Run its set-up, once."""

        async def deliver(number: IncidentId) -> None:
            self.delivered.append(number)

        await SetUp(self.ports, deliver).run(incident.id, held)
        return await self.ports.ledger.get(incident.id)

    async def housed(self, title: str = "payments down") -> Incident:
        """An incident with its room."""
        return await self.set_up(await self.declare(title))

    async def drain(self, incident: Incident) -> None:
        """Say what waits."""
        await Deliveries(self.ports).drain(incident.id, held)

    def engine(self) -> Engine:
        """An engine on all this, whose clocks do not tick by themselves."""
        return Engine(self.dsn, ports=self.ports, clocks=False)


@pytest.fixture
def policy() -> Policy:
    worst = Severity("SEV1", "down", "🔴", cadence=timedelta(minutes=15), retrospective=True)
    mild = Severity("SEV2", "bad", "🟠", cadence=timedelta(minutes=30))
    return Policy((worst, mild), "SEV2", ZoneInfo("Europe/Berlin"), ladder=("carol",))


@pytest_asyncio.fixture
async def world(database_url: str, policy: Policy) -> AsyncIterator[World]:
    async with open_database(database_url, budget=PATIENT) as database:
        clock, chat, journal = Clock(), Workspace(), WatchedJournal(database)
        chat.now = clock
        ledger = PostgresLedger(database, enqueue=Jobs().enqueue, time_zone=policy.time_zone)
        checks = PostgresChecks(database, enqueue=Jobs().enqueue)
        ports = Ports(
            ledger,
            journal,
            PostgresOutbox(database),
            chat,
            Examiner(),
            Mitigator(),
            CheckDesk({}, checks, ledger, policy),
            policy,
            Catalogue(),
            clock,
        )
        yield World(database_url, ports, chat, clock, journal)


@pytest.fixture
def elsewhere() -> Place:
    return Place(RoomId("CELSE"))


Trouble = Callable[[str], Awaitable[None]]
