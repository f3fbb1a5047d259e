"""What standing checks say in an incident, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class CheckTurned:
    """A check of the incident's service turned bad; `since` is when the first look that was bad began."""

    check: str
    health: str
    sentence: str
    since: datetime


@dataclass(frozen=True, slots=True)
class CheckRecovered:
    """That check is good again; `at` is when the first look that was good began."""

    check: str
    since: datetime
    at: datetime


CheckFact: TypeAlias = CheckTurned | CheckRecovered
"""From standing checks."""
