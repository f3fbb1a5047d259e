"""What came of each case: judged against the cause that was expected, as a table and as JSON."""

import json
import platform
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from incidents.evidence import Examination, Health
from tests.diagnosis.case import NOTHING, Case

ILL = frozenset({Health.WARN, Health.CRITICAL})
HEAD = ("component", "provoked", "expected", "named", "also", "outcome", "seconds")


class Outcome(StrEnum):
    """How the verdict compares."""

    RIGHT = "right"  # the expected cause alone stands first; or nothing is named where nothing is wrong
    TIED = "tied"  # the expected cause stands first together with others
    WRONG = "WRONG"
    FALSE_ALARM = "FALSE ALARM"  # something is called ill where nothing is wrong
    LATE = "LATE"  # named well, but after more seconds than an answer may take
    SKIPPED = "skipped"  # the component is not here


LONGEST = 10.0  # seconds for an answer
BAD = frozenset({Outcome.WRONG, Outcome.FALSE_ALARM, Outcome.LATE})


@dataclass(frozen=True, slots=True)
class Row:
    """One case with its verdict; `seconds` from the question to the complete answer."""

    kind: str
    what: str
    expected: str
    outcome: Outcome
    named: str = ""
    also: tuple[str, ...] = ()
    seconds: float | None = None
    sentence: str = ""


def judged(kind: str, case: Case, seen: Examination) -> Row:
    """The row of a case that was looked at."""
    named = tuple(dict.fromkeys(cause.code for cause in seen.causes))
    first = named[0] if named else ""
    compares = outcome(case.cause, seen)
    late = compares not in BAD and seen.seconds > LONGEST
    return Row(
        kind,
        case.what,
        case.cause,
        Outcome.LATE if late else compares,
        first,
        named[1:],
        seen.seconds,
        seen.sentence,
    )


def outcome(expected: str, seen: Examination) -> Outcome:
    """How the verdict compares with what was expected."""
    if expected == NOTHING:
        return Outcome.FALSE_ALARM if seen.causes or seen.health in ILL else Outcome.RIGHT
    best = seen.causes[0].score if seen.causes else 0
    first = {cause.code for cause in seen.causes if cause.score == best}
    if expected not in first:
        return Outcome.WRONG
    return Outcome.RIGHT if first == {expected} else Outcome.TIED


def skipped(kind: str, case: Case, reason: str) -> Row:
    """The row of a case whose component is not here."""
    return Row(kind, case.what, case.cause, Outcome.SKIPPED, sentence=reason)


def drawn(rows: Sequence[Row]) -> str:
    """For the terminal: a line for each case, then the sums, then why what was skipped was skipped."""
    lines = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    said = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    why = dict.fromkeys(f"{row.kind}: needs {row.sentence}" for row in rows if row.outcome is Outcome.SKIPPED)
    return "\n".join([*(line.rstrip() for line in said), "", sums(rows), *why]) + "\n"


def sums(rows: Sequence[Row]) -> str:
    """How many of each outcome, and how long the answers took."""
    count = Counter(row.outcome for row in rows)
    seconds = [row.seconds for row in rows if row.seconds is not None]
    longest = f"; the longest answer took {max(seconds):.1f} s" if seconds else ""
    return ", ".join(f"{count[each]} {each.value.lower()}" for each in Outcome) + f" of {len(rows)}{longest}."


def as_json(rows: Sequence[Row]) -> str:
    """The same with every sentence, for programs."""
    setting = {"python": platform.python_version(), "machine": platform.machine()}
    return json.dumps(
        {"setting": setting, "sums": sums(rows), "rows": [asdict(row) for row in rows]}, indent=2
    )


def _cells(row: Row) -> tuple[str, ...]:
    seconds = "" if row.seconds is None else f"{row.seconds:.1f}"
    expected, named = row.expected or "nothing", row.named or ("" if row.seconds is None else "nothing")
    return row.kind, row.what, expected, named, " ".join(row.also), row.outcome.value, seconds
