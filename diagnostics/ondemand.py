"""Patients whose module is imported when the first of them is made, since it brings its client along."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from diagnostics.probe import Care, Patient, TargetName


@dataclass(frozen=True, slots=True)
class OnDemand:
    """Makes the patients of a family.

    The clients of all kinds together take longer to import than everything else that the bot needs, and a
    team looks at a few kinds. What is configured is made ready, and so imported, when the bot starts.

    Attributes:
        module: where the class of the patients stands.
        name: of that class.
    """

    module: str
    name: str

    def __call__(self, name: TargetName, section: Any, care: Care, **more: object) -> Patient:  # noqa: ANN401 - its family's section
        """That target as a patient; what else its class takes, such as a clock, is handed on."""
        patient: Patient = getattr(import_module(self.module), self.name)(name, section, care, **more)
        return patient
