"""The record of standing checks, as the domain needs it: how each stands, its turns, and their messages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from incidents.checks import CheckId, Standing, Turn
from incidents.ports import Posted
from incidents.work import FollowUp


@dataclass(frozen=True, slots=True)
class Judged:
    """How a check stands after a decision.

    Attributes:
        follow_ups: what follows from it.
        turns: those of its turns that are not as they were.
    """

    standing: Standing
    follow_ups: tuple[FollowUp, ...] = ()
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A turn with its message: where it stands, and whether it was about to be posted before."""

    turn: Turn
    posted: Posted | None = None
    attempted: bool = False


class CheckRecord(Protocol):
    """How every check stands, and its turns. Every method is one transaction and may raise Unavailable."""

    async def prepare(self, first: Mapping[CheckId, datetime]) -> None:
        """Put those on record that are not there yet; the first look is due then."""

    async def claim(
        self, among: Collection[CheckId], now: datetime, limit: int, begin: Callable[[Standing], Standing]
    ) -> Sequence[Standing]:
        """Begin the looks that are due, each in one replica only; at most so many, the longest due first."""

    async def change(
        self, check: CheckId, at: datetime, decide: Callable[[Standing], Judged]
    ) -> Standing | None:
        """Decide on how it stands now, locked against others, and record it; None if it is not on record.

        Raises:
            whatever `decide` raises; then nothing was recorded.
        """

    async def standings(self, among: Collection[CheckId]) -> Sequence[Standing]:
        """How these stand."""

    async def told(self, check: CheckId, number: int) -> Told | None:
        """That turn with its message."""

    async def attempt(self, check: CheckId, number: int) -> None:
        """Note that its message is about to be posted, so that it is looked for first from now on."""

    async def keep(self, check: CheckId, number: int, posted: Posted) -> None:
        """Remember where its message stands."""
