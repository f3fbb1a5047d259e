"""The front desk: what every handler works with, and the questions that several of them ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from logging import Logger
from typing import TypeAlias

from slack_sdk.models.views import View

from handlers import called
from handlers.chat import SlackChat
from handlers.messages.drawing import Drawing
from handlers.messages.text import plain, unmarked
from handlers.refusals import EXPIRED
from handlers.requests import Asked
from handlers.wire import SlackRefusalError
from incidents.catalogue import Catalogue
from incidents.check_desk import CheckDesk
from incidents.desk import Desk
from incidents.errors import NoSuchIncident, Refused
from incidents.mitigation import Offer
from incidents.model import Incident, RoomId
from incidents.policy import Policy
from incidents.rollback import LastChange

Targets: TypeAlias = Callable[[str | None], Sequence[str]]
"""Words for what can be looked at for a service (or None: for all), such as "db" and "api"."""
Offers: TypeAlias = Callable[[str | None], Sequence[Offer]]
"""What can be done for a service (or None: for all)."""
Changed: TypeAlias = Callable[[Incident], Awaitable[LastChange]]
"""The last deploy of an incident's service, as far as that is known within a second."""
_LISTED = 5


@dataclass(frozen=True, slots=True)
class Front:
    """The desk, the workspace, what can be looked at, and what can be done about it.

    Attributes:
        targets: the words that are offered.
        understood: these, and the others by which people may call a target.
        checks: the standing checks.
        changed: what was deployed lately.
        now: the time in UTC.
        masked: what people write, without the secrets in it; the same text where there is none. What stays
            of it is kept on record, on buttons and in messages that others read.
    """

    desk: Desk
    chat: SlackChat
    targets: Targets
    offers: Offers
    understood: Targets
    checks: CheckDesk
    changed: Changed
    now: Callable[[], datetime]
    log: Logger
    masked: Callable[[str], str] = str

    @property
    def policy(self) -> Policy:
        """The team's rules."""
        return self.desk.policy

    @property
    def catalogue(self) -> Catalogue:
        """The services."""
        return self.desk.catalogue

    @property
    def drawing(self) -> Drawing:
        """What messages are drawn with."""
        return self.chat.drawing

    async def in_room(self, room: RoomId | None) -> Incident | None:
        """The incident whose own channel this is."""
        return await self.desk.ledger.in_room(room) if room else None

    async def named(self, asked: Asked, reference: str) -> Incident:
        """The incident of that reference, if this person may know of it. Raises NoSuchIncident."""
        found = await self.desk.ledger.by_reference(reference)
        if found is None or not (_room_of(found) == asked.room or found.known_to(asked.person)):
            choices = await self._choices(asked, reference)
            raise NoSuchIncident(f"There is no incident {reference}. Nothing was changed. {choices}")
        return found

    async def open_incidents(self, asked: Asked) -> list[Incident]:
        """Those that are open and that this person may know of, newest first."""
        return [i for i in await self.desk.ledger.open_incidents() if i.known_to(asked.person)]

    async def likeliest(self, asked: Asked) -> list[Incident]:
        """The open incidents, those first that this person works on.

        Before all stands the one in whose announcement or thread the message stands, open or not.
        """
        found = sorted(await self.open_incidents(asked), key=lambda i: asked.person not in i.at_work)
        head = asked.thread or asked.message
        near = await self.desk.ledger.of_board(asked.room, head) if asked.room and head else None
        if near is None or not near.known_to(asked.person):
            return found
        return [near, *(other for other in found if other.id != near.id)]

    async def nowhere(self, asked: Asked, verb: str, more: str = " ...") -> NoSuchIncident:
        """What to say where no incident is meant: which are open, and how one is addressed.

        Args:
            asked: by whom; private incidents are told to those only who work on them.
            verb: what was asked for.
            more: what stands after the reference when the verb is typed.
        """
        return NoSuchIncident(
            f"This channel is no incident's, so I do not know which one you mean. Nothing was changed. "
            f"{await self._choices(asked, '', verb, more)}"
        )

    async def _choices(self, asked: Asked, reference: str, verb: str = "", after: str = "") -> str:
        found = await self.open_incidents(asked)
        if not found:
            return "No incident is open. To declare one, type `/incident SEV1 what is wrong`."
        listed = "; ".join(f"{i.reference} ({plain(unmarked(i.title), 80)})" for i in found[:_LISTED])
        more = f" and {len(found) - _LISTED} more (`/incident list`)" if len(found) > _LISTED else ""
        example = f" Type `/incident {verb} {found[0].reference}{after}` from anywhere." if verb else ""
        return f"Open: {listed}{more}.{example}" if reference or verb else f"Open: {listed}{more}."

    async def show(self, asked: Asked, view: View, *, line: str) -> None:
        """Open a form; `line` is what can be typed instead if Slack does not let it open any more.

        Raises:
            Refused: the three seconds were over; Unavailable: Slack did not answer.
        """
        client, drawn = self.chat.wire.client, await called.spelled(self.chat.people, view.to_dict())
        try:
            await self.chat.wire.call(
                "views.open", lambda: client.views_open(trigger_id=asked.trigger, view=drawn)
            )
        except SlackRefusalError as refusal:
            if refusal.code not in EXPIRED:
                raise refusal.explained() from refusal
            raise Refused(
                "The form could not open: Slack allows three seconds for that, and they were over. "
                f"Nothing was changed. Try again, or type `{line}`."
            ) from refusal


def _room_of(incident: Incident) -> RoomId | None:
    """Its own channel, if it has one."""
    return incident.room.id if incident.room and incident.room.thread is None else None
