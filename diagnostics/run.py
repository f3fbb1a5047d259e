"""One look at one target, shared by everyone who asks for it within a few seconds."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from diagnostics.cleaning import cleaned
from diagnostics.probe import Outcome, Patient, Probe, watch
from diagnostics.question import EVERYTHING, Question
from diagnostics.redaction import Redaction
from diagnostics.wording import duration
from incidents.evidence import Finding

FAMILY = 10.0  # seconds for all probes of one target

Tell: TypeAlias = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of a target now.

    Attributes:
        stage: rises whenever there is something worth saying: the quick probes are through, all are through.
        looking: titles of the probes that have not answered.
        unseen: what could not be looked at, each with its reason.
        looked: titles of the probes that found something, be it that all is well.
        answered: ids of the probes that saw all that they look for.
        masked: how many secrets were taken out.
        broken: the look ended before all had their turn, so that what is missing may be ill.
        partial: only a part of the target was asked for, so that what is missing may be ill.
        done_at: by the monotonic clock, when the last probe answered; None before.
    """

    stage: int = 0
    findings: tuple[Finding, ...] = ()
    looking: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    looked: tuple[str, ...] = ()
    answered: frozenset[str] = frozenset()
    masked: int = 0
    done_at: float | None = None
    broken: bool = False
    partial: bool = False

    @property
    def whole(self) -> bool:
        """Whether all of the target was seen, so that what was not found is not there."""
        return self.done_at is not None and not (self.unseen or self.broken or self.partial)


class Run:
    """The probes of one target, one after another, within the time for all of them.

    Args:
        question: which of its probes; all of them unless a part is asked for.
        started_at: when, by the time of day.
        begun: the same, by the monotonic clock.
        tell: called when the stage has risen.
        by: for whom; None where nobody asked.
    """

    def __init__(  # noqa: PLR0913 -- each is named where a run is made
        self,
        patient: Patient,
        *,
        started_at: datetime,
        begun: float,
        monotonic: Callable[[], float],
        redaction: Redaction,
        tell: Tell,
        question: Question = EVERYTHING,
        budget: float = FAMILY,
        by: str | None = None,
    ) -> None:
        self._patient = patient
        self._probes = question.probes(patient)
        self.started_at = started_at
        self.begun = begun
        self.by = by
        self._monotonic = monotonic
        self._redaction = redaction
        self._tell = tell
        self._budget = budget
        titles = tuple(probe.title for probe in self._probes)
        self.progress = Progress(looking=titles, partial=not question.whole)
        self._task = asyncio.create_task(self._look(), name=f"look at {patient.name}")

    @property
    def complete(self) -> bool:
        """Whether every probe has answered or was given up."""
        return self.progress.done_at is not None

    async def ended(self) -> None:
        """Return when the look is over."""
        await asyncio.wait({self._task})

    async def end(self) -> None:
        """Stop looking."""
        self._task.cancel()
        await asyncio.wait({self._task})

    async def _look(self) -> None:
        quick = [probe for probe in self._probes if not probe.sampled]
        sampled = [probe for probe in self._probes if probe.sampled]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._budget):
                if await self._one_by_one(quick):
                    await self._rise()
                    await asyncio.gather(*(self._one(probe) for probe in sampled))
        left = tuple(
            f"{title}: the {duration(self._budget)} for this target ran out"
            for title in self.progress.looking
        )
        self.progress = replace(
            self.progress,
            looking=(),
            unseen=self.progress.unseen + left,
            broken=self.progress.broken or bool(left),
            done_at=self._monotonic(),
        )
        await self._rise()

    async def _one_by_one(self, probes: Sequence[Probe]) -> bool:
        for probe in probes:
            if (await self._one(probe)).gone:
                self._give_up()
                return False
        return True

    async def _one(self, probe: Probe) -> Outcome:
        outcome = await watch(self._patient, probe)
        clean = await cleaned(self._redaction, outcome)
        now = self.progress
        self.progress = replace(
            now,
            findings=now.findings + clean.findings,
            unseen=now.unseen + ((clean.unseen,) if clean.unseen else ()),
            looking=tuple(title for title in now.looking if title != probe.title),
            looked=now.looked + ((probe.title,) if outcome.findings else ()),
            answered=now.answered | ({probe.id} if outcome.answered else set()),
            masked=now.masked + clean.masked,
        )
        return outcome

    def _give_up(self) -> None:
        left = tuple(f"{title}: not tried after that" for title in self.progress.looking)
        self.progress = replace(self.progress, looking=(), unseen=self.progress.unseen + left, broken=True)

    async def _rise(self) -> None:
        self.progress = replace(self.progress, stage=self.progress.stage + 1)
        await self._tell()
