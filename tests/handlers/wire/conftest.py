"""The handlers on Slack's real wire: Bolt and SDK unmodified, the practice workspace, PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
import yaml
from sqlalchemy.ext.asyncio import AsyncConnection

from app.secrecy import masking
from handlers.chat import SlackChat
from handlers.front import Targets
from handlers.messages.drawing import Drawing
from handlers.slack import build
from handlers.socket import connect
from handlers.wire import open_client
from incidents.catalogue import Catalogue
from incidents.check_desk import CheckDesk
from incidents.desk import Desk
from incidents.facts import Via
from incidents.mitigation import Offer
from incidents.model import Incident, PersonId
from incidents.notices import BoardNotice
from incidents.policy import Policy
from incidents.ports import Posted
from incidents.work import Board, FollowUp, Request
from storage.checks import PostgresChecks
from storage.database import open_database
from storage.ledger import PostgresLedger
from tests.budgets import PATIENT
from tocsin_practice.driver import PersonDriver, PracticeDriver
from tocsin_practice.model import Channel, Json

ROOT = Path(__file__).parents[3]
OWN_SECRET = "Zx9-own-database-password"
END_IDLE = Offer("pg.end_idle", "end-idle", "payments db", "End sessions that sit idle in a transaction")
OFFERS = (
    END_IDLE,
    replace(END_IDLE, target="payments reports"),
    Offer("x.restart", "restart", "payments api", "Restart it"),
)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def practice_manifest() -> Json:
    found: Json = yaml.safe_load((ROOT / "manifest.yml").read_text())
    return found


@dataclass
class Clock:
    """The time, as the test tells it."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.at

    def advance(self, minutes: float) -> None:
        self.at += timedelta(minutes=minutes)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@dataclass
class Works:
    """Remembers what was to follow."""

    done: list[FollowUp] = field(default_factory=list)

    async def __call__(
        self, _connection: AsyncConnection, _incident: object, works: Sequence[FollowUp], _request: Request
    ) -> None:
        self.done += works


@pytest.fixture
def works() -> Works:
    return Works()


@dataclass
class Bot:
    """The connected bot."""

    desk: Desk
    chat: SlackChat
    practice: PracticeDriver
    clock: Clock

    async def declared(self, title: str = "payments down", severity: str = "SEV1") -> Incident:
        """An incident of Alice's with its room and card, as the set-up leaves it."""
        alice = self.practice.person("alice")
        outcome = await self.desk.declare(self.request(alice), title=title, severity=severity)
        room = await self.chat.open_room(iter([f"incident-{outcome.incident.id}"]), private=False)
        await self.chat.invite(room, [PersonId(p.id) for p in self.practice.workspace.people if not p.is_bot])
        moved = await self.desk.room_opened(self.request(alice), outcome.incident.id, room, "")
        await self.show_card(moved.incident)
        return moved.incident

    async def show_card(self, incident: Incident) -> Posted:
        """Its card, posted once more."""
        assert incident.room is not None
        return await self.chat.say(incident.room.place, BoardNotice(incident, Board.CARD), delivery=uuid4())

    async def now(self, incident: Incident) -> Incident:
        """As it is on record."""
        return await self.desk.ledger.get(incident.id)

    def channel(self, incident: Incident) -> Channel:
        """Its channel in the workspace."""
        assert incident.room is not None
        return self.practice.channel(incident.room.id)

    def request(self, person: PersonDriver) -> Request:
        """Something that a person asks for in another way."""
        return Request(f"test:{uuid4()}", self.clock(), PersonId(person.id), Via.SHELL)


@pytest_asyncio.fixture
async def chat(practice: PracticeDriver, drawing: Drawing) -> AsyncIterator[SlackChat]:
    async with open_client(practice.app.bot_token, practice.api_url) as client:
        yield SlackChat(client, drawing)


@pytest.fixture
def targets() -> Targets:
    """What can be looked at, whatever the service."""
    return lambda _service: ["db", "api", "logs"]


@pytest_asyncio.fixture
async def bot(  # noqa: PLR0913, PLR0917 - a fixture names all that it is put together from
    practice: PracticeDriver,
    chat: SlackChat,
    database_url: str,
    policy: Policy,
    catalogue: Catalogue,
    clock: Clock,
    works: Works,
    targets: Targets,
) -> AsyncIterator[Bot]:
    async with open_database(database_url, budget=PATIENT) as database:
        ledger = PostgresLedger(database, enqueue=works, time_zone=policy.time_zone)
        desk = Desk(ledger, policy, catalogue)
        checks = CheckDesk({}, PostgresChecks(database, enqueue=works), ledger, policy)
        app = build(
            desk=desk,
            chat=chat,
            targets=targets,
            offers=lambda service: OFFERS if service in {None, "payments"} else (),
            checks=checks,
            now=clock,
            masked=masking([OWN_SECRET]),
        )
        async with connect(app, practice.app.app_token):
            await practice.connected()
            yield Bot(desk, chat, practice, clock)


@pytest.fixture
def alice(practice: PracticeDriver) -> PersonDriver:
    return practice.person("alice")


@pytest.fixture
def bob(practice: PracticeDriver) -> PersonDriver:
    return practice.person("bob")
