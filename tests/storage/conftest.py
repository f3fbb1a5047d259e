"""A migrated database for each test, a ledger on it, and requests at a known time."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from incidents.catalogue import Catalogue
from incidents.desk import Desk
from incidents.facts import Via
from incidents.model import PersonId
from incidents.policy import Policy, Severity
from incidents.work import Request
from storage.database import Database, open_database
from storage.ledger import PostgresLedger
from tests.budgets import PATIENT

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url, budget=PATIENT) as database:
        yield database


@pytest.fixture
def queued() -> list[object]:
    """The follow-ups for which jobs were to be made."""
    return []


@pytest.fixture
def ledger(database: Database, queued: list[object]) -> PostgresLedger:
    async def enqueue(_connection: object, _incident: object, works: object, _request: object) -> None:
        queued.append(works)

    return PostgresLedger(database, enqueue=enqueue, time_zone=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def policy() -> Policy:
    worst = Severity("SEV1", "down", "🔴", cadence=timedelta(minutes=15), retrospective=True)
    mild = Severity("SEV2", "bad", "🟠", cadence=timedelta(minutes=30))
    return Policy((worst, mild), "SEV2", ZoneInfo("Europe/Berlin"), ladder=("carol",))


@pytest.fixture
def desk(ledger: PostgresLedger, policy: Policy) -> Desk:
    return Desk(ledger, policy, Catalogue())


@pytest.fixture
def ask() -> Callable[..., Request]:
    """A request under a key, from @ada at noon unless told otherwise."""

    def request(
        key: str, by: str = "ada", at: datetime = NOON, via: Via = Via.COMMAND, answer_to: str = ""
    ) -> Request:
        return Request(key, at, PersonId(by), via, {"text": key}, answer_to)

    return request


@pytest_asyncio.fixture
async def replica(database_url: str, database: Database, policy: Policy) -> AsyncIterator[Desk]:
    """A second replica's desk, on connections of its own."""
    _ = database  # up to date by now

    async def enqueue(*_: object) -> None:
        return

    async with open_database(database_url, budget=PATIENT) as another:
        yield Desk(PostgresLedger(another, enqueue=enqueue, time_zone=policy.time_zone), policy, Catalogue())
