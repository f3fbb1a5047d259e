"""What is said of a standing check's turn: one message for each, drawn anew in its place as things change."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from incidents.check_record import Told
from incidents.checks import Check, CheckId
from incidents.errors import IncidentError, Unavailable
from incidents.model import IncidentId, Place
from incidents.notices import CheckNotice
from incidents.ports import PlaceUnwritableError, Posted
from workflows.ports import Ports
from workflows.steps import SKEW
from workflows.turns import Check as StillHeld
from workflows.turns import Key, What, named

_TURNS = UUID("c1f0f9f6-7b0d-4b0e-9a53-2f4f0a7d6c11")  # a message's delivery follows from check and turn
_log = logging.getLogger(__name__)


def lane(check: str, number: int) -> Key:
    """In which what is said of a turn is said one after the other."""
    return named(What.CHECK, f"{check}/{number}")


@dataclass(frozen=True, slots=True)
class TellingChecks:
    """Says how turns are."""

    ports: Ports

    async def show(self, name: str, number: int, held: StillHeld) -> None:
        """Say how that turn is: in the incident about it, and in the message that speaks of it.

        Raises:
            Unavailable: it must be done again, which then finishes the same message.
        """
        check = self.ports.checks.checks.get(CheckId(name))
        told = await self.ports.checks.record.told(CheckId(name), number)
        if check is None or told is None:
            return
        await self.ports.checks.inform(self.ports.request(f"check:{name}:{number}"), check, told.turn)
        try:
            await replace(self, ports=self.ports.during(held))._message(check, told)  # noqa: SLF001 - its own
        except Unavailable:
            raise
        except (IncidentError, PlaceUnwritableError) as error:
            _log.error("nobody hears of the check %s: %s", name, error)

    async def join(self, incident: IncidentId, name: str, number: int) -> None:
        """Note that the incident was declared from that turn."""
        await self.ports.checks.joined(name, number, incident, self.ports.clock())

    async def _message(self, check: Check, told: Told) -> None:
        """Where an incident was open from the beginning, its room has heard of it and nobody else need to."""
        turn = told.turn
        incident = await self.ports.ledger.get(turn.incident) if turn.incident else None
        notice = CheckNotice(check, turn, incident)
        if told.posted:
            await self.ports.chat.revise(told.posted, notice)
        elif incident is None or told.attempted:
            await self._post(told, notice)

    async def _post(self, told: Told, notice: CheckNotice) -> None:
        name, record = self.ports.policy.announce_in, self.ports.checks.record
        check, number = notice.check.id, notice.turn.number
        room = await self.ports.chat.find_channel(name)
        if room is None:
            raise PlaceUnwritableError(f"there is no channel #{name} that Tocsin can see")
        place, delivery = Place(room), uuid5(_TURNS, f"{check}/{number}")
        found: Posted | None = None
        if told.attempted:
            since = notice.turn.turned_at - SKEW
            found = await self.ports.chat.find_said(place, delivery, since=since)
        if found:
            await self.ports.chat.revise(found, notice)
        else:
            await record.attempt(check, number)
            found = await self.ports.chat.say(place, notice, delivery=delivery)
        await record.keep(check, number, found)
