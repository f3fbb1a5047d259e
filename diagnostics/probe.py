"""What a way of looking is, and the watch that is kept over it: it never raises and never waits for ever."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict

from diagnostics.code import Described, Watched
from diagnostics.redaction import Redaction
from diagnostics.wording import duration
from incidents.evidence import Finding, Health
from incidents.quoting import quoted

Pause: TypeAlias = Callable[[float], Awaitable[None]]
Look: TypeAlias = Callable[[], Awaitable[tuple[Finding, ...]]]


class Section(BaseModel):
    """One entry of a service's probes in services.toml; each kind adds its own keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class TargetName:
    """What is looked at: a service's part, such as "payments db"; `word` is what people type."""

    service: str
    word: str
    kind: str

    def __str__(self) -> str:
        return f"{self.service} {self.word}"


@dataclass(frozen=True, slots=True)
class Probe:
    """One way of looking at one target, ready to be used.

    Attributes:
        id: stable, such as "pg.idle_in_txn".
        title: what it looks for, as people say it.
        look: does it.
        deadline: seconds after which it is given up.
        sampled: it takes seconds by its nature, since it looks twice with a pause between or reads much, so
            its answer comes later than the others'.
        part: the part of the target that it looks at, for those who ask for that part only.
    """

    id: str
    title: str
    look: Look
    deadline: float = 3.0
    sampled: bool = False
    part: str = ""


@dataclass(frozen=True, slots=True)
class Care:
    """What every patient is given to be looked at with.

    Attributes:
        pause: how sampled probes wait between two looks.
        redaction: takes secrets out of a text that a probe must read whole before it cuts it, such as a log;
            findings are freed of secrets by the run anyway.
    """

    pause: Pause
    redaction: Redaction


class SkippedError(Exception):
    """This cannot be looked at here, for a reason that is no fault; the text says why."""


class GoneError(Exception):
    """The target can no longer be reached, so the probes after this one are not worth a try."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one probe: what it saw, or why it saw nothing; `gone` ends the look at its target."""

    findings: tuple[Finding, ...] = ()
    unseen: str = ""
    gone: bool = False

    @property
    def answered(self) -> bool:
        """Whether the probe saw all that it looks for, so that what it does not say is not so."""
        blind = any(finding.health is Health.UNKNOWN for finding in self.findings)
        return not self.unseen and not blind


class Patient(Protocol):
    """One target, kept ready to be looked at."""

    @property
    def name(self) -> TargetName:
        """What it is called."""

    @property
    def probes(self) -> Sequence[Probe]:
        """The ways to look at it, in order; of one question never two at once, save those that sample."""

    def explain(self, probe: Probe, error: Exception) -> Finding | None:
        """What a failed look shows; None if it shows nothing of its own.

        Raises:
            SkippedError: this cannot be looked at here, which is no fault.
            GoneError: the target can no longer be reached.
        """

    async def open(self) -> None:
        """Get ready; a target that does not answer is no reason to fail."""

    async def close(self) -> None:
        """Let go of everything that is open."""


S = TypeVar("S", bound=Section)


@dataclass(frozen=True, slots=True)
class Family(Generic[S]):
    """A kind of target.

    Attributes:
        kind: its word in services.toml.
        words: what people may type for the targets of this kind.
        section: its typed settings.
        patient: makes a target ready.
        facts: the word under which rules ask for what it sees, such as "pg"; empty if it is the kind.
        codes: everything that its probes can say, for rules, documentation and tests.
        parts: what people may type for a part of these targets; the probes of that part name it.
        privileges: what its credentials must be allowed, and nothing else.
        cost: what one look costs the target at most.
        instead: what leads to a part where no target answers to that word, such as "proxy" to "logs".
    """

    kind: str
    words: tuple[str, ...]
    section: type[S]
    patient: Callable[[TargetName, S, Care], Patient]
    facts: str = ""
    codes: tuple[Described, ...] = ()
    parts: tuple[str, ...] = ()
    privileges: str = ""
    cost: str = ""
    instead: Mapping[str, str] = field(default_factory=dict)

    @property
    def word(self) -> str:
        """How rules call it: the first word of each of its facts."""
        return self.facts or self.kind


AnyFamily: TypeAlias = Family[Any]


@dataclass(frozen=True, slots=True)
class Target:
    """A configured target; its settings may hold a secret and are never printed."""

    name: TargetName
    section: Section = field(repr=False)
    family: AnyFamily = field(repr=False)

    def patient(self, care: Care) -> Patient:
        """The target made ready."""
        return self.family.patient(self.name, self.section, care)


async def watch(patient: Patient, probe: Probe) -> Outcome:
    """Look, whatever happens: a failure becomes a finding or a reason why nothing was seen."""
    try:
        async with asyncio.timeout(probe.deadline):
            return Outcome(await probe.look())
    except SkippedError as reason:
        return Outcome(unseen=f"{probe.title}: {reason}")
    except GoneError as reason:
        return Outcome(unseen=f"{probe.title}: {reason}", gone=True)
    except TimeoutError:
        return _unknown(patient, probe, Watched.TIMED_OUT, f"no answer within {duration(probe.deadline)}")
    except Exception as error:  # noqa: BLE001 -- a probe that breaks is a finding, never the end of the look
        return _explained(patient, probe, error)


def _explained(patient: Patient, probe: Probe, error: Exception) -> Outcome:
    try:
        finding = patient.explain(probe, error)
    except SkippedError as reason:
        return Outcome(unseen=f"{probe.title}: {reason}")
    except GoneError as reason:
        return Outcome(unseen=f"{probe.title}: {reason}", gone=True)
    if finding is None:
        return _unknown(patient, probe, Watched.FAILED, f"the look failed ({type(error).__name__})")
    unseen = f"{probe.title}: {quoted(finding.sentence, 200)}" if finding.health is Health.UNKNOWN else ""
    return Outcome((finding,), unseen)


def _unknown(patient: Patient, probe: Probe, code: str, reason: str) -> Outcome:
    finding = Finding(
        code=code,
        probe=probe.id,
        target=str(patient.name),
        health=Health.UNKNOWN,
        sentence=f"Could not look at {probe.title}: {reason}.",
        meaning="This is not known to be fine.",
        next_step="Ask again in a moment. If it stays so, look at the machine itself.",
    )
    return Outcome((finding,), f"{probe.title}: {reason}")
