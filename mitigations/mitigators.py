"""Offers what is configured, plans it and carries it out: capped, cooled down, in time, without secrets."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from incidents.errors import IncidentError, Refused, Unavailable
from incidents.mitigation import Aim, Hit, Offer, Plan, Result
from incidents.quoting import cut, shortened
from mitigations.action import REFUSED_WORDS, AnyAction, Draft, Reach, Target
from mitigations.wording import lasting, listed

PLANNING = 10.0  # seconds for looking up a plan
LONGEST = 600  # characters of one text
WITHHELD = "[withheld: it could not be freed of secrets safely]"


@dataclass(frozen=True, slots=True)
class _Ready:
    """A target with its way to it; one thing at a time is done there."""

    target: Target
    reach: Reach
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Mitigators:
    """Changes the configured targets; keeps the ways to them open while it is open.

    Args:
        services: the targets by service key.
        clock: the time of day, UTC.
        mask: takes secrets out of a text.
        patience: seconds to wait at opening for targets to get ready; the others get ready later.
    """

    def __init__(
        self,
        services: Mapping[str, Sequence[Target]],
        *,
        clock: Callable[[], datetime],
        mask: Callable[[str], str],
        patience: float = 1.0,
    ) -> None:
        self._ready = tuple(
            _Ready(target, target.kind.reach(str(target), target.section))
            for targets in services.values()
            for target in targets
        )
        self._clock = clock
        self._mask = mask
        self._patience = patience
        self._opening: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._opening = {asyncio.create_task(ready.reach.open()) for ready in self._ready}
        if self._opening:
            await asyncio.wait(self._opening, timeout=self._patience)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._opening:
            task.cancel()
        if self._opening:
            await asyncio.wait(self._opening)
        await asyncio.gather(*(ready.reach.close() for ready in self._ready))

    def offers(self, service: str | None) -> tuple[Offer, ...]:
        """What can be done for a service; for all of them if None."""
        return tuple(
            ready.target.offer(action)
            for ready in self._ready
            if service in {None, ready.target.service}
            for action in ready.target.actions
        )

    def alike(self, offer: Offer) -> tuple[Offer, ...]:
        """The same done to the same thing, whatever services name it; see `Mitigator`."""
        try:
            own, _ = self._find(offer)
        except Refused:
            return (offer,)
        places = own.target.section.places
        return tuple(
            ready.target.offer(action)
            for ready in self._ready
            for action in ready.target.actions
            if action.id == offer.action and not places.isdisjoint(ready.target.section.places)
        )

    async def plan(self, offer: Offer, *, last: datetime | None = None) -> Plan:
        """Look up exactly what would be hit; see `Mitigator`."""
        ready, action = self._find(offer)
        self._cool(ready.target, action, last)
        with self._careful(ready.target, "Nothing was changed."):
            async with asyncio.timeout(PLANNING), ready.turn:
                draft = await action.plan(ready.reach, _cap(ready.target, action))
        return self._planned(ready.target.offer(action), draft)

    async def carry_out(self, plan: Plan, *, last: datetime | None = None, resumed: bool = False) -> Result:
        """Do it to those aims that are still what they were; see `Mitigator`."""
        ready, action = self._find(plan.offer)
        self._cool(ready.target, action, last)
        _fits(plan, _cap(ready.target, action))
        do = (action.again if resumed else None) or action.carry_out
        with self._careful(ready.target, "What was changed is not known; it may be tried again."):
            async with asyncio.timeout(ready.target.kind.patience(ready.target.section)), ready.turn:
                return self._masked(await do(ready.reach, plan))

    def _find(self, offer: Offer) -> tuple[_Ready, AnyAction]:
        for ready in self._ready:
            for action in ready.target.actions:
                if (action.id, str(ready.target)) == (offer.action, offer.target):
                    return ready, action
        there = tuple(f"{each.word} {each.target}" for each in self.offers(None))
        word, target = (cut(self._clean(text), REFUSED_WORDS) for text in (offer.word, offer.target))
        raise Refused(
            f"“{word} {target}” is not offered. "
            f"{f'There are: {listed(there)}.' if there else 'No mitigation is configured.'} "
            "Nothing was changed."
        )

    def _cool(self, target: Target, action: AnyAction, last: datetime | None) -> None:
        pause = timedelta(minutes=target.section.cooldown_minutes)
        if last is not None and self._clock() < last + pause:
            raise Refused(
                f"“{action.word}” was begun on {target} less than {lasting(pause.total_seconds())} ago. "
                "It can be done again from {until}. Nothing was changed.",
                until=last + pause,
            )

    @contextmanager
    def _careful(self, target: Target, outcome: str) -> Iterator[None]:
        """Whatever goes wrong is one of our two errors, and holds no secret."""
        try:
            yield
        except IncidentError as error:
            raise type(error)(self._clean(error.text), person=error.person, until=error.until) from None
        except TimeoutError:
            raise Unavailable(f"{target} did not answer in time. {outcome}") from None
        except Exception as error:  # noqa: BLE001 -- the text of an unforeseen error may hold a secret, so only its kind is said
            raise Unavailable(f"{target}: that failed ({type(error).__name__}). {outcome}") from None

    def _planned(self, offer: Offer, draft: Draft) -> Plan:
        left_out = f" {draft.left_out:,} more must wait: {len(draft.aims)} at once is the most."
        return Plan(
            offer=offer,
            sentence=self._clean(draft.sentence) + (left_out if draft.left_out else ""),
            effect=self._clean(draft.effect),
            aims=tuple(map(self._shown, draft.aims)),
            made_at=self._clock(),
            before=self._clean(draft.before),
            left_out=draft.left_out,
        )

    def _shown(self, aim: Aim) -> Aim:
        alike = replace(aim.alike, many=self._clean(aim.alike.many)) if aim.alike else None
        return replace(aim, label=self._clean(aim.label), alike=alike)

    def _masked(self, result: Result) -> Result:
        hits = tuple(Hit(self._clean(hit.label), hit.fate, self._clean(hit.words)) for hit in result.hits)
        sentence, before, after = map(self._clean, (result.sentence, result.before, result.after))
        return replace(result, hits=hits, sentence=sentence, before=before, after=after)

    def _clean(self, text: str) -> str:
        try:
            return cut(shortened(self._mask(text)), LONGEST)  # in this order: half a secret is none to see
        except Exception:  # noqa: BLE001 -- whatever breaks in masking, the text must not go out
            return WITHHELD


def _fits(plan: Plan, cap: int) -> None:
    """Raises Refused: the plan would hit nothing, or more than may be hit now."""
    if not plan.aims:
        raise Refused("The plan would hit nothing. Nothing was changed; ask for a new plan.")
    if len(plan.aims) > cap:
        raise Refused(
            f"The plan would hit {len(plan.aims)}, but {cap} is the most now. "
            "Nothing was changed; ask for a new plan."
        )


def _cap(target: Target, action: AnyAction) -> int:
    return min(target.section.cap, action.most)
