"""What was decided and is still to be said: each incident's lane, in order, without ever standing still."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

from incidents.errors import IncidentError, Unavailable
from incidents.model import Incident, IncidentId, Place, Room
from incidents.notices import BoardNotice, FactNotice
from incidents.ports import Delivery, PlaceUnwritableError
from incidents.work import (
    Apart,
    Board,
    DraftRetrospective,
    DrawChecklist,
    DrawPlan,
    Invite,
    Redraw,
    Tell,
    TellAll,
    TellPerson,
)
from workflows import boards, checklists, plans
from workflows.given_up import not_invited, report
from workflows.ports import Ports
from workflows.retrospectives import hand_over
from workflows.steps import SKEW
from workflows.turns import Check, TurnLostError

ATTEMPTS = 6
PATIENCE = timedelta(minutes=5)
_log = logging.getLogger(__name__)


class LaneHeldError(Exception):
    """The first message of the lane could not be said this time; it is tried again a little later."""


@dataclass(frozen=True, slots=True)
class Deliveries:
    """The lanes."""

    ports: Ports

    async def drain(self, incident_id: IncidentId, check: Check) -> None:
        """Say what waits; nothing, while there is no room.

        Raises:
            LaneHeldError: what waits must be tried again.
            TurnLostError: another says it.
            Unavailable: the database does not answer.
        """
        await replace(self, ports=self.ports.during(check))._drain(incident_id)  # noqa: SLF001 - its own

    async def _drain(self, incident_id: IncidentId) -> None:
        while pending := await self.ports.outbox.pending(incident_id):
            incident = await self.ports.ledger.get(incident_id)
            if incident.room is None:
                return
            for delivery in await self._prepared(pending):
                await self._deliver(delivery)

    async def _prepared(self, pending: Sequence[Delivery]) -> Sequence[Delivery]:
        """What is left after coalescing, noted as about to be said."""
        first = coalesced(pending)
        kept = {delivery.id for delivery in first}
        void = [delivery.id for delivery in pending if delivery.id not in kept]
        if void:
            await self.ports.outbox.done(void)
        new = [delivery.id for delivery in first if _posts(delivery) and not delivery.attempted]
        if new:
            await self.ports.outbox.attempt(new)
        return first

    async def _deliver(self, delivery: Delivery) -> None:
        incident = await self.ports.ledger.get(_incident(delivery))
        try:
            await self._say(delivery, incident)
        except Unavailable as error:
            await self._failed(delivery, incident, error, give_up=self._long_enough(delivery))
        except (IncidentError, PlaceUnwritableError) as error:
            await self._failed(delivery, incident, error, give_up=True)
        except TurnLostError:
            raise
        except Exception as error:  # noqa: BLE001 - what cannot even be drawn must not block its lane for ever
            _log.exception("delivery %s of %s failed", delivery.id, incident.reference)
            await self._failed(delivery, incident, error, give_up=self._long_enough(delivery))
        else:
            await self.ports.outbox.done([delivery.id])

    def _long_enough(self, delivery: Delivery) -> bool:
        waited = self.ports.clock() - delivery.created_at
        return delivery.attempts + 1 >= ATTEMPTS and waited >= PATIENCE

    async def _failed(
        self, delivery: Delivery, incident: Incident, error: Exception, *, give_up: bool
    ) -> None:
        reason = str(error) or type(error).__name__
        await self.ports.outbox.failed(delivery.id, reason, give_up=give_up)
        if not give_up:
            raise LaneHeldError(reason) from error
        _log.error("gave up saying %s in %s: %s", _kind(delivery), incident.reference, reason)
        writable = not isinstance(error, PlaceUnwritableError)
        await report(self.ports, delivery, incident, reason, say=writable)

    async def _say(self, delivery: Delivery, incident: Incident) -> None:
        room = _room(incident)
        match delivery.work:
            case Tell() | TellPerson() | TellAll() as work:
                if work.epoch in (None, incident.epoch):
                    await self._tell(delivery, incident, room, work)
            case Redraw(board):
                await self._redraw(board, incident, room)
            case Invite(people):
                missing = await self.ports.chat.invite(room, people)
                await not_invited(self.ports, delivery, incident, missing)
            case DraftRetrospective():
                await hand_over(self.ports, incident, room.place, delivery.id)
            case DrawPlan(number):
                await plans.draw(self.ports, delivery, incident, number)
            case DrawChecklist(number):
                await checklists.draw(self.ports, delivery, incident, number)
            case _ as apart:
                raise _not_said(apart)

    async def _tell(
        self, delivery: Delivery, incident: Incident, room: Room, work: Tell | TellPerson | TellAll
    ) -> None:
        place = await self._place(incident, room, work)
        by = work.by if isinstance(work, Tell) else None
        if place:
            await self._post(place, delivery, FactNotice(incident, work.fact, by, work.at))

    async def _place(self, incident: Incident, room: Room, work: Tell | TellPerson | TellAll) -> Place | None:
        match work:
            case Tell():
                return room.place
            case TellPerson(person):
                return await self.ports.chat.direct(person)
            case TellAll():
                posted = await self.ports.journal.board(incident.id, Board.ANNOUNCEMENT)
                return Place(posted.room) if posted else None
            case _:
                assert_never(work)

    async def _post(self, place: Place, delivery: Delivery, notice: FactNotice) -> None:
        """What was attempted before is looked for first."""
        chat, since = self.ports.chat, delivery.created_at - SKEW
        if delivery.attempted and await chat.find_said(place, delivery.id, since=since):
            return
        await chat.say(place, notice, delivery=delivery.id)

    async def _redraw(self, board: Board, incident: Incident, room: Room) -> None:
        """A board that is not posted yet will be drawn as things are then."""
        if board is Board.TOPIC:
            if room.thread is None:
                await self.ports.chat.set_topic(room, incident)
            return
        posted = await self.ports.journal.board(incident.id, board)
        if posted:
            links = await boards.links(self.ports, incident) if board is Board.CARD else {}
            await self.ports.chat.revise(posted, BoardNotice(incident, board, links))


def coalesced(pending: Sequence[Delivery]) -> list[Delivery]:
    """Of several redraws of one board the first, since it draws the incident as it is by now.

    The card links to the messages of plans and checklists, so one after such a message is kept too.
    """
    seen: set[Board] = set()
    kept: list[Delivery] = []
    for delivery in pending:
        if isinstance(delivery.work, DrawPlan | DrawChecklist):
            seen.discard(Board.CARD)
        if isinstance(delivery.work, Redraw):
            if delivery.work.board in seen:
                continue
            seen.add(delivery.work.board)
        kept.append(delivery)
    return kept


def _not_said(work: Apart) -> TypeError:
    return TypeError(f"{type(work).__name__} is a job of its own and is not said")


def _posts(delivery: Delivery) -> bool:
    """Whether saying it twice would be seen."""
    said = Tell | TellPerson | TellAll | DraftRetrospective | DrawPlan | DrawChecklist
    return isinstance(delivery.work, said)


def _kind(delivery: Delivery) -> str:
    return type(delivery.work).__name__


def _incident(delivery: Delivery) -> IncidentId:
    if delivery.incident is None:
        raise TypeError("a lane belongs to an incident")
    return delivery.incident


def _room(incident: Incident) -> Room:
    if incident.room is None:
        raise TypeError("the lane waits for the room")
    return incident.room
