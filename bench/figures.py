"""What was measured, in which unit, and whether it is as good as it has to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, assert_never


class BenchError(Exception):
    """Something could not be measured; the text says why and what to do."""


class Unit(StrEnum):
    """What a figure counts; the value is how it is written behind the number."""

    MILLISECONDS = "ms"
    SECONDS = "s"
    CALLS = "call times"
    COUNT = ""
    MEGABYTES = "MB"
    PERCENT = "%"
    TIMES = "times"


_DIGITS = {Unit.MILLISECONDS: 0, Unit.COUNT: 0, Unit.MEGABYTES: 0, Unit.SECONDS: 2, Unit.TIMES: 2}


@dataclass(frozen=True, slots=True)
class AtMost:
    """Good up to this value, in the figure's unit."""

    value: float


@dataclass(frozen=True, slots=True)
class AllOf:
    """Good only at exactly this count."""

    value: int


Target: TypeAlias = AtMost | AllOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure.

    Attributes:
        section: under which heading it stands.
        samples: the single measurements that it comes from, in its unit.
        note: what one has to know to read it.
    """

    section: str
    what: str
    value: float
    unit: Unit
    target: Target | None = None
    samples: Sequence[float] = ()
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        match self.target:
            case None:
                return None
            case AtMost(limit):
                return self.value <= limit
            case AllOf(count):
                return self.value == count
            case _:
                assert_never(self.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A section that could not be measured, and why."""

    section: str
    reason: str


Row: TypeAlias = Figure | Missing


def spread(figure: Figure) -> str:
    """The least and the most of its samples, such as "94-131"; empty for a single one."""
    if len(figure.samples) < 2:  # noqa: PLR2004 - one sample has no spread
        return ""
    digits = _DIGITS.get(figure.unit, 1)
    return f"{min(figure.samples):.{digits}f}-{max(figure.samples):.{digits}f}"


def amount(value: float, unit: Unit) -> str:
    """A value as people read it, such as "113 ms"."""
    return f"{value:.{_DIGITS.get(unit, 1)}f} {unit.value}".rstrip()


def wanted(figure: Figure) -> str:
    """A target as people read it, such as "at most 150 ms"."""
    match figure.target:
        case None:
            return ""
        case AtMost(limit):
            return f"at most {amount(limit, figure.unit)}"
        case AllOf(count):
            return f"all {count}"
        case _:
            assert_never(figure.target)
