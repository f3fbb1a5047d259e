"""What happened to a guided checklist, as data; `number` is the checklist's, `step` counts from 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class ChecklistBegun:
    """Somebody began it, with these steps."""

    number: int
    title: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepTicked:
    """Somebody says that a step is done."""

    number: int
    title: str
    step: int
    text: str


@dataclass(frozen=True, slots=True)
class StepUnticked:
    """A step is not done after all."""

    number: int
    title: str
    step: int
    text: str


ChecklistFact: TypeAlias = ChecklistBegun | StepTicked | StepUnticked
