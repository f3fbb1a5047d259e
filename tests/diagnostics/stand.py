"""Targets whose probes are given, so that a test decides what they say and when."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from diagnostics.examine import Examiner
from diagnostics.probe import Care, Family, Probe, Section, Target, TargetName
from diagnostics.redaction import Redactor
from diagnostics.upstream import ALONE, Upstream
from incidents.evidence import Examination, Finding, Health, Sought
from incidents.looked import LookBook

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
Look = Callable[[], Awaitable[tuple[Finding, ...]]]


def finding(sentence: str = "All is well.", health: Health = Health.OK) -> Finding:
    return Finding("TT001", "tt.look", "payments db", health, sentence)


class Stand:
    """A patient whose probes are given, so that a test decides when they answer."""

    def __init__(self, name: TargetName, probes: Sequence[Probe]) -> None:
        self.name = name
        self.probes = probes
        self.opened = self.closed = False

    def explain(self, _probe: Probe, error: Exception) -> Finding | None:
        return finding(f"It broke: {error}.", Health.UNKNOWN) if isinstance(error, ValueError) else None

    async def open(self) -> None:
        self.opened = True

    async def close(self) -> None:
        self.closed = True


class Searched(Stand):
    """One whose logs can be searched."""

    def search(self, sought: Sought) -> Probe:
        return Probe("tt.search", "its logs", says(finding(f"“{sought.text}” stands there.")))


class Told(Stand):
    """One that tells what was before an onset."""

    def __init__(self, stand: Stand, told: Callable[[datetime], Probe]) -> None:
        super().__init__(stand.name, stand.probes)
        self._told = told

    def before(self, onset: datetime) -> tuple[Probe, ...]:
        return (self._told(onset),)


def dated(plain: Target, told: Callable[[datetime], Probe]) -> Target:
    """The target with a patient that can be told an onset."""

    def patient(name: TargetName, section: Section, care: Care) -> Told:
        return Told(Stand(name, plain.family.patient(name, section, care).probes), told)

    return replace(plain, family=replace(plain.family, patient=patient))


def target(word: str, *probes: Probe, service: str = "payments", logs: bool = False) -> Target:
    name = TargetName(service, word, "stand")

    def patient(name: TargetName, _section: Section, _care: Care) -> Stand:
        return Searched(name, probes) if logs else Stand(name, probes)

    parts = ("logs",) if logs else ()
    family = Family("stand", ("stand", "db"), Section, patient, parts=parts)
    return Target(name, Section(kind="stand", name=word), family)


def examiner_of(
    *targets: Target,
    monotonic: Callable[[], float] = lambda: 0.0,
    clock: Callable[[], datetime] = lambda: NOW,
    upstream: Upstream = ALONE,
    book: LookBook | None = None,
) -> Examiner:
    services: dict[str, list[Target]] = {}
    for each in targets:
        services.setdefault(each.name.service, []).append(each)
    redactor = Redactor(["hunter2-and-more"])
    return Examiner(
        services, clock=clock, redactor=redactor, monotonic=monotonic, upstream=upstream, book=book
    )


def says(*findings: Finding) -> Look:
    async def look() -> tuple[Finding, ...]:
        return findings or (finding(),)

    return look


async def last(examinations: AsyncIterator[Examination]) -> Examination:
    return [examination async for examination in examinations][-1]
