"""What is asked of a target: everything, one part of it, or where a text stands in its logs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from diagnostics.probe import Patient, Probe
from incidents.evidence import Sought


@runtime_checkable
class Searchable(Protocol):
    """A patient whose logs can be searched."""

    def search(self, sought: Sought) -> Probe:
        """The way of looking for that text."""


@dataclass(frozen=True, slots=True)
class Question:
    """Runs are shared by those who ask the same question.

    Attributes:
        part: look with the probes of that part only; empty means with all.
        sought: look for that text, and for nothing else.
    """

    part: str = ""
    sought: Sought | None = None

    def probes(self, patient: Patient) -> Sequence[Probe]:
        """The ways of looking that answer it; none if the patient cannot."""
        if self.sought:
            return (patient.search(self.sought),) if isinstance(patient, Searchable) else ()
        return tuple(probe for probe in patient.probes if self.part in {"", probe.part})


EVERYTHING = Question()
