"""The looks that are under way or lately over: one serves all who ask the same within a few seconds."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnostics.probe import Patient, TargetName
from diagnostics.redaction import Redaction
from diagnostics.remembered import Remembered, compared
from diagnostics.run import Run
from diagnostics.wanted import Wanted
from incidents.evidence import Shared

SHARED = 10.0  # seconds within which a run serves everybody who asks
TOGETHER = 1.0  # seconds between two who ask together: neither need be told that they share


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody asks.

    Attributes:
        begun: when, by the monotonic clock.
        onset: when the incident began in which it is asked, UTC.
        fresh: what was begun before that does not serve, UTC.
        by: who asks; None where nobody does.
        routine: nobody asked for it, so later looks are not compared with it.
    """

    begun: float
    onset: datetime | None = None
    fresh: datetime | None = None
    by: str | None = None
    routine: bool = False


class Runs:
    """Begins runs, and shares them.

    Args:
        patients: what can be looked at.
        clock: the time of day, UTC.
        monotonic: seconds that only rise.
        redaction: takes secrets out of what is seen.
        before: where it is remembered what runs found that serve nobody any more.
    """

    def __init__(
        self,
        patients: Mapping[TargetName, Patient],
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        redaction: Redaction,
        before: Remembered,
    ) -> None:
        self._patients = patients
        self._clock = clock
        self._monotonic = monotonic
        self._redaction = redaction
        self._before = before
        self._runs: dict[Wanted, Run] = {}
        self._routine: set[Wanted] = set()  # those whose run nobody asked for
        self._news = asyncio.Condition()

    async def of(self, asked: Iterable[Wanted], asking: Asking) -> dict[Wanted, Run]:
        """A run for each, under way or begun now; never a second one beside one that is under way."""
        asked = tuple(asked)
        runs = await asyncio.gather(*(self._one(each, asking) for each in asked))
        return dict(zip(asked, runs, strict=True))

    def asked_for(self, asked: Iterable[Wanted]) -> None:
        """Note that somebody wants these, so that later looks are compared with them."""
        self._routine.difference_update(asked)

    async def until(self, heard: Callable[[], bool], seconds: float) -> None:
        """Return when it is so, or when the time is up."""
        try:
            async with asyncio.timeout(max(seconds, 0)), self._news:
                await self._news.wait_for(heard)
        except TimeoutError:
            return

    async def end(self) -> None:
        """End all that are under way."""
        await asyncio.gather(*(run.end() for run in self._runs.values()))

    async def _one(self, wanted: Wanted, asking: Asking) -> Run:
        self._drop(self._monotonic())
        run = self._runs.get(wanted)
        if run and not _serves(run, asking):
            await run.ended()
            run = self._runs.get(wanted)
        if run and not _serves(run, asking):
            self._remember(wanted, run)
            run = None
        return run or self._begun(wanted, asking)

    def _begun(self, wanted: Wanted, asking: Asking) -> Run:
        run = self._runs[wanted] = Run(
            self._patients[wanted.name],
            question=wanted.question,
            started_at=self._clock(),
            begun=self._monotonic(),
            monotonic=self._monotonic,
            redaction=self._redaction,
            tell=self._tell,
            by=asking.by,
        )
        self._routine.add(wanted)  # until somebody asks for it
        return run

    def _drop(self, now: float) -> None:
        """Forget the runs that serve nobody any more, save what the last look at each target found."""
        served = {key: run for key, run in self._runs.items() if not run.complete or self._recent(run, now)}
        for key, run in self._runs.items():
            if key not in served:
                self._remember(key, run)
        self._runs = served
        self._routine.intersection_update(served)

    def _remember(self, wanted: Wanted, run: Run) -> None:
        if wanted not in self._routine:
            for each, look in compared({wanted: run}).items():
                self._before.note(each, look)

    def _recent(self, run: Run, now: float) -> bool:
        """By both clocks: the one that only rises stands still while the machine sleeps."""
        aged = self._clock() - run.started_at
        return now - run.begun < SHARED and aged < timedelta(seconds=SHARED)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


def _serves(run: Run, asking: Asking) -> bool:
    """Whether it is as new as was asked for; one that was begun since then is, whatever the clocks say."""
    return asking.fresh is None or run.started_at >= asking.fresh or run.begun >= asking.begun


def shared(runs: Iterable[Run], asking: Asking) -> Shared | None:
    """That what is seen was begun for somebody else, told by the oldest; None if all was begun for this."""
    oldest = min(runs, key=lambda run: run.begun)
    earlier = asking.begun - oldest.begun
    return Shared(round(earlier, 1), oldest.by) if earlier >= TOGETHER else None
