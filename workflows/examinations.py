"""Looking at systems: the verdict early, revised as it grows; the findings below it when it is complete."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from incidents import proposals
from incidents.errors import Refused
from incidents.evidence import Examination, Health
from incidents.facts import Diagnosed
from incidents.model import Incident, Place
from incidents.notices import FindingsNotice, VerdictNotice
from incidents.ports import PlaceUnwritableError, Posted
from incidents.work import Examine
from workflows.evidence import kept
from workflows.ports import Ports
from workflows.remedies import remedies
from workflows.steps import SKEW

_EXAMINATIONS = UUID("6a7b5f0e-43f5-4a52-8a2f-97d1c8c4f0aa")
_RESUMED_WITHIN = timedelta(hours=1)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """An examination that somebody ordered; `key` is the same when it is resumed."""

    key: str
    work: Examine
    resumed: bool

    def delivery(self, what: str) -> UUID:
        """The delivery of one of its messages."""
        return uuid5(_EXAMINATIONS, f"{self.key}/{what}")


@dataclass(frozen=True, slots=True)
class Examinations:
    """Runs examinations."""

    ports: Ports

    async def run(self, order: Order) -> None:
        """Examine, and say what was found where it was asked for.

        Raises:
            Unavailable: it must be run again; it then finishes the same message.
        """
        incident = await self._incident(order.work)
        started_at = self.ports.clock()
        headline = Headline(self.ports, order, incident)
        try:
            last = await self._show_all(order, started_at, headline)
            await headline.settled()
        finally:
            headline.stop()
        if last is None:
            return
        if incident:
            await self._record(order, incident, last)
        if headline.posted:
            await self._findings(order, incident, headline.posted, last)

    async def _incident(self, work: Examine) -> Incident | None:
        """As it is now: the one that it was asked for in, else the one whose room that is."""
        if work.incident is not None:
            return await self.ports.ledger.get(work.incident)
        return await self.ports.ledger.in_room(work.place.room)

    async def _show_all(self, order: Order, at: datetime, headline: Headline) -> Examination | None:
        last: Examination | None = None
        async with aclosing(self._seen(order, at, headline.incident)) as seen:
            async for examination in seen:
                last = examination
                headline.show(examination)
        return last

    async def _seen(
        self, order: Order, at: datetime, incident: Incident | None
    ) -> AsyncGenerator[Examination, None]:
        """As the examiner sees it. Whoever asked is told at once, and also that there is no such target."""
        target, asked = order.work.target, order.work.asked_by is not None
        if asked:
            yield Examination(target, at, Health.UNKNOWN, "Looking…", looking=(target,))
        try:
            onset = incident.onset if incident else None
            examining = self.ports.examiner.examine(
                target,
                order.work.service,
                order.work.sought,
                onset,
                fresh=_fresh(order.work, incident),
                by=order.work.asked_by,
            )
            async for examination in examining:
                yield examination
        except Refused as refusal:
            if not asked:
                return
            yield Examination(target, at, Health.UNKNOWN, str(refusal))

    async def _findings(
        self, order: Order, incident: Incident | None, verdict: Posted, examination: Examination
    ) -> None:
        if not examination.findings:
            return
        thread = order.work.place.thread if verdict.room == order.work.place.room else None
        place = Place(verdict.room, thread or verdict.message)
        await _post(self.ports, place, FindingsNotice(examination, incident), order, "findings")

    async def _record(self, order: Order, incident: Incident, examination: Examination) -> None:
        seen = examination
        fact = Diagnosed(seen.target, seen.health.value, seen.sentence, kept(seen))
        request = replace(self.ports.request(f"diagnosed:{order.key}"), by=order.work.asked_by)
        await self.ports.desk.diagnosed(request, incident.id, fact)


class Headline:
    """The verdict's message: posted at once, then redrawn, never slower than the workspace takes it.

    What comes while a call is under way is drawn by the next one, and only the latest of it.
    """

    def __init__(self, ports: Ports, order: Order, incident: Incident | None) -> None:
        self._ports = ports
        self._order = order
        self.incident = incident
        self._latest: Examination | None = None
        self._drawing: asyncio.Task[None] | None = None
        self.posted: Posted | None = None

    def show(self, examination: Examination) -> None:
        """Have it drawn soon."""
        self._latest = examination
        if self._drawing is None or (self._drawing.done() and not _failed(self._drawing)):
            self._drawing = asyncio.create_task(self._draw())

    async def settled(self) -> None:
        """Wait until the latest is drawn. Raises Unavailable."""
        if self._drawing:
            await self._drawing

    def stop(self) -> None:
        """Draw no more."""
        if self._drawing:
            self._drawing.cancel()

    async def _draw(self) -> None:
        while self._latest:
            examination, self._latest = self._latest, None
            work = self._order.work
            offers = remedies(self._ports.mitigator, examination, self.incident)
            notice = VerdictNotice(examination, work.asked_by, self.incident, work.service, offers)
            if self.posted is None:
                self.posted = await self._post(notice)
            else:
                await self._ports.chat.revise(self.posted, notice)

    async def _post(self, notice: VerdictNotice) -> Posted | None:
        """Where it was asked for; where the bot cannot write there, to the one who asked, if anybody."""
        work = self._order.work
        try:
            return await _post(self._ports, work.place, notice, self._order, "verdict")
        except PlaceUnwritableError as error:
            _log.info("the verdict cannot be said where it was asked for: %s", error)
        if work.asked_by is None:
            return None
        place = await self._ports.chat.direct(work.asked_by)
        return await _post(self._ports, place, notice, self._order, "verdict")


def _fresh(work: Examine, incident: Incident | None) -> datetime | None:
    """A look that was begun before that does not serve: as was asked, or before a change of ours."""
    changed = proposals.last_change(incident) if incident else None
    return max((each for each in (work.fresh, changed) if each), default=None)


def _failed(task: asyncio.Task[None]) -> bool:
    return task.cancelled() or task.exception() is not None


async def _post(
    ports: Ports, place: Place, notice: VerdictNotice | FindingsNotice, order: Order, what: str
) -> Posted:
    """Post, unless the run before this one did; then that message is drawn anew."""
    delivery = order.delivery(what)
    if order.resumed:
        since = ports.clock() - SKEW - _RESUMED_WITHIN
        found = await ports.chat.find_said(place, delivery, since=since)
        if found:
            await ports.chat.revise(found, notice)
            return found
    return await ports.chat.say(place, notice, delivery=delivery)
