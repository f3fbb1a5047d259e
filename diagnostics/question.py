"""What is asked of a target: everything, one part of it, or where a text stands in its logs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from diagnostics.probe import Patient, Probe
from incidents.evidence import Sought


@runtime_checkable
class Searchable(Protocol):
    """A patient whose logs can be searched."""

    def search(self, sought: Sought) -> Probe:
        """The way of looking for that text."""


@runtime_checkable
class Dated(Protocol):
    """A patient that says what was before something began, such as a deploy."""

    def before(self, onset: datetime) -> Sequence[Probe]:
        """Its ways of looking, told to that moment (UTC) instead of now."""


@dataclass(frozen=True, slots=True)
class Question:
    """Runs are shared by those who ask the same question.

    Attributes:
        part: look with the probes of that part only; empty means with all.
        sought: look for that text, and for nothing else.
        onset: when what is asked about began, UTC; None means now. Only of patients that are `Dated`, so
            that all others' runs are shared with those who ask outside of an incident.
    """

    part: str = ""
    sought: Sought | None = None
    onset: datetime | None = None

    @property
    def whole(self) -> bool:
        """Whether everything of the target is asked for."""
        return not (self.part or self.sought)

    def probes(self, patient: Patient) -> Sequence[Probe]:
        """The ways of looking that answer it; none if the patient cannot."""
        if self.sought:
            return (patient.search(self.sought),) if isinstance(patient, Searchable) else ()
        onset = self.onset
        probes = patient.before(onset) if onset and isinstance(patient, Dated) else patient.probes
        return tuple(probe for probe in probes if self.part in {"", probe.part})


EVERYTHING = Question()
