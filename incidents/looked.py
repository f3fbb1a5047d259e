"""What earlier looks found, kept for whoever looks next: also after a restart, and for other replicas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from incidents.evidence import Finding


@dataclass(frozen=True, slots=True)
class Looked:
    """A look at one target that is over.

    Attributes:
        at: when it began, UTC.
        findings: what it found; on record without tables, pictures and advice.
    """

    at: datetime
    findings: tuple[Finding, ...]


class LookBook(Protocol):
    """The looks that people asked for. Every method may raise Unavailable."""

    async def last(self, before: Mapping[str, datetime]) -> Mapping[str, Looked]:
        """Of each target the last look that began before that time, if it is on record."""

    async def keep(self, looks: Mapping[str, Looked]) -> None:
        """Put the looks at these targets on record; looks that are old are forgotten."""
