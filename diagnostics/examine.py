"""Looks at targets for whoever asks: all at once, each within its time, one run for all who ask together."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Self

from diagnostics import wanted
from diagnostics.causes import NONE, Rules
from diagnostics.look import Collected, Look
from diagnostics.probe import Care, Patient, Pause, Target, TargetName
from diagnostics.question import Dated, Question
from diagnostics.redaction import Redaction, redacted
from diagnostics.remembered import Remembered, Seen, compared
from diagnostics.run import Run
from diagnostics.runs import Asking, Runs, shared
from diagnostics.upstream import ALONE, Upstream
from diagnostics.verdict import judge
from diagnostics.wanted import ALL, EVERY, Wanted
from incidents.errors import Refused
from incidents.evidence import Examination, Health, Sought
from incidents.looked import LookBook, Looked

COMMAND = 30.0  # seconds for everything that one person asked for
FIRST_WORD = 2.0  # seconds after which something is said, even if quick probes are still out
NEXT_WORD = 0.5  # seconds within which later news are said together, since each is judged with all the rest


class Examiner:
    """Looks at the targets of all services; keeps one warm connection to each database while it is open.

    Args:
        services: the targets by service key.
        clock: the time of day, UTC.
        redactor: takes secrets out of everything that is seen.
        rules: what the findings are judged by.
        upstream: what services depend on.
        book: the record of earlier looks; without one, what is new is told as far as this process knows.
        monotonic: seconds that only rise.
        pause: how sampled probes wait between their two looks.
        patience: seconds to wait at opening for targets to get ready; the others get ready later.
    """

    def __init__(  # noqa: PLR0913 -- each is named where an examiner is made
        self,
        services: Mapping[str, Sequence[Target]],
        *,
        clock: Callable[[], datetime],
        redactor: Redaction,
        rules: Rules = NONE,
        upstream: Upstream = ALONE,
        book: LookBook | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        pause: Pause = asyncio.sleep,
        patience: float = 1.0,
    ) -> None:
        self._services = {key: tuple(targets) for key, targets in services.items()}
        self._clock = clock
        self._monotonic = monotonic
        self._redactor = redactor
        self._rules = rules
        self._upstream = upstream
        self._patience = patience
        care = Care(pause, redactor)
        self._patients: dict[TargetName, Patient] = {
            target.name: target.patient(care) for targets in self._services.values() for target in targets
        }
        self._words = {
            target.name: target.family.word for targets in self._services.values() for target in targets
        }
        self._before = Remembered(book)
        self._runs = Runs(
            self._patients, clock=clock, monotonic=monotonic, redaction=redactor, before=self._before
        )
        self._opening: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._opening = {asyncio.create_task(patient.open()) for patient in self._patients.values()}
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
        await self._runs.end()
        await asyncio.gather(*(patient.close() for patient in self._patients.values()))

    def targets(self, service: str | None) -> tuple[str, ...]:
        """What can be asked for: "db" and "api" in the room of a service, "payments db" elsewhere."""
        return wanted.words(self._services, service)

    def understood(self, service: str | None) -> tuple[str, ...]:
        """Every word for them, also those for all targets of a kind, such as "database"."""
        return wanted.understood(self._services, service)

    def examine(
        self,
        target: str,
        service: str | None,
        sought: Sought | None = None,
        onset: datetime | None = None,
        *,
        routine: bool = False,
        fresh: datetime | None = None,
        by: str | None = None,
    ) -> AsyncIterator[Examination]:
        """The examination as it grows: first when the quick probes have answered, last when complete.

        Args:
            target: "db", a service's key, "payments db", "all", "everything", or a part such as "logs".
            service: the service of the room in which it was asked, if any.
            sought: look for that text in the logs, and for nothing else.
            onset: when the incident began in which it was asked, UTC; what came before is told to it.
            routine: nobody asked for it, so later looks are not compared with it.
            fresh: a look that was begun before then (UTC) does not serve, such as one from before a change.
            by: who asks, for those who share the look.

        Raises:
            Refused: no such target, or none that can be searched; the text lists those that there are.
        """
        asked = wanted.wanted(self._services, target, service)
        if sought:
            asked = self._searched(target, asked, sought)
        elif onset:
            asked = tuple(self._dated(each, onset) for each in asked)
        return self._examine(asked, Asking(self._monotonic(), onset, fresh, by, routine))

    async def collect(self, target: str, service: str | None, onset: datetime | None = None) -> Collected:
        """All that can be known of it now, to be judged at any time; asked for, and refused, as `examine`."""
        asked = wanted.wanted(self._services, target, service)
        if onset:
            asked = tuple(self._dated(each, onset) for each in asked)
        asking = Asking(self._monotonic(), onset)
        return [seen.collected async for seen in self._collect(asked, asking)][-1]

    def _searched(self, target: str, asked: tuple[Wanted, ...], sought: Sought) -> tuple[Wanted, ...]:
        if redacted(self._redactor, sought.text).masked:
            raise Refused("What is to be found looks like a secret, so it is not looked for.")
        question = Question(sought=sought)
        found = tuple(Wanted(w.name, question) for w in asked if question.probes(self._patients[w.name]))
        if not found:
            raise Refused(
                f"{target} has no logs that can be searched. A container's can: `/diagnose logs find TEXT`."
            )
        return found

    def _dated(self, wanted: Wanted, onset: datetime) -> Wanted:
        if not isinstance(self._patients[wanted.name], Dated):
            return wanted
        return replace(wanted, question=replace(wanted.question, onset=onset))

    async def _examine(self, asked: tuple[Wanted, ...], asking: Asking) -> AsyncIterator[Examination]:
        async for seen in self._collect(asked, asking):
            yield self._judged(seen)

    async def _collect(self, asked: tuple[Wanted, ...], asking: Asking) -> AsyncIterator[Seen]:
        """What is known as it grows; it may come to be more than was asked for."""
        begun, routine = asking.begun, asking.routine
        runs = await self._runs.of(asked, asking)
        told = shared(runs.values(), asking)
        before: dict[Wanted, Looked] = {}
        if not routine:
            self._runs.asked_for(asked)
            before |= await self._earlier(runs)
        said = 0
        while True:
            await self._hear(tuple(runs.values()), said, begun)
            said = _stages(tuple(runs.values()))
            over = self._monotonic() - begun >= COMMAND
            if not (over or routine):
                more = await self._runs.of(self._further(runs, asking.onset), asking)
                before |= await self._earlier(more)
                runs |= more
            ended = over or all(run.complete for run in runs.values())
            if ended and not routine:
                await self._before.keep(compared({each: run for each, run in runs.items() if run.complete}))
            yield Seen(self._collected(_title(asked), runs, over=over), tuple(map(before.get, runs)), told)
            if ended:
                return

    async def _earlier(self, runs: Mapping[Wanted, Run]) -> Mapping[Wanted, Looked]:
        """The look before each of these."""
        await self._before.learn({each: look.at for each, look in compared(runs).items()})
        found = {each: self._before.before(each, run.started_at) for each, run in runs.items()}
        return {each: look for each, look in found.items() if look}

    def _further(self, runs: Mapping[Wanted, Run], onset: datetime | None) -> tuple[Wanted, ...]:
        """What a service depends on, once all of it was looked at and something is critical."""
        services = {each.name.service for each in runs}
        whole = {each.name for each in runs if each.question.whole}
        if len(services) != 1 or not all(run.complete for run in runs.values()):
            return ()
        (service,) = services
        own = {target.name for target in self._services[service]}
        if own - whole or not any(_critical(run) for run in runs.values()):
            return ()
        upstream = (key for key in self._upstream.of(service) if key in self._services)
        found = (Wanted(target.name) for key in upstream for target in self._services[key])
        return tuple(self._dated(each, onset) if onset else each for each in found)

    async def _hear(self, runs: tuple[Run, ...], said: int, begun: float) -> None:
        """Wait for news worth saying: first for all quick probes or a while, then for any, a few together."""
        spent = self._monotonic() - begun
        if not said and spent < FIRST_WORD:
            await self._runs.until(lambda: all(run.progress.stage for run in runs), FIRST_WORD - spent)
            return
        await self._runs.until(lambda: all(run.complete for run in runs), min(NEXT_WORD, COMMAND - spent))
        await self._runs.until(lambda: _stages(runs) > said, COMMAND - (self._monotonic() - begun))

    def _collected(self, title: str, runs: Mapping[Wanted, Run], *, over: bool) -> Collected:
        end = max(run.progress.done_at or self._monotonic() for run in runs.values())
        return Collected(
            target=title,
            started_at=min(run.started_at for run in runs.values()),
            seconds=round(end - min(run.begun for run in runs.values()), 3),
            looks=tuple(self._look(each, run, alone=len(runs) == 1) for each, run in runs.items()),
            over=over,
            sought=next(iter(runs)).question.sought,
            upstream=self._upstream,
            configured={
                key: {target.name.word: target.family.word for target in targets}
                for key, targets in self._services.items()
            },
        )

    def _look(self, wanted: Wanted, run: Run, *, alone: bool) -> Look:
        name = wanted.name
        return Look(str(wanted), name.service, self._words[name], run.progress, alone=alone)

    def _judged(self, seen: Seen) -> Examination:
        judged = judge(seen.collected, self._rules, changes=seen.changes, since=seen.since)
        return replace(judged, shared=seen.shared, since_latest=seen.since_latest)


def _critical(run: Run) -> bool:
    return any(finding.health is Health.CRITICAL for finding in run.progress.findings)


def _stages(runs: tuple[Run, ...]) -> int:
    return sum(run.progress.stage for run in runs)


def _title(names: tuple[Wanted, ...]) -> str:
    if len(names) == 1:
        return str(names[0])
    services, (part, *_) = {wanted.name.service for wanted in names}, [wanted.part for wanted in names]
    several = ALL if part else EVERY
    return f"{services.pop() if len(services) == 1 else several} {part}".strip()
