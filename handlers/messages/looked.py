"""How a look came about: how far it is, how long it took, who asked for it, and whether it is older."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from handlers.messages import text
from handlers.messages.text import counted
from incidents.evidence import Examination, Shared
from incidents.model import PersonId
from incidents.notices import VerdictNotice

_MILLI = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = 14  # of milliseconds since then, for some thousand years


def came_about(notice: VerdictNotice) -> Iterator[str]:
    """In a few words each."""
    seen = notice.examination
    yield _progress(seen)
    yield f"asked by {text.mention(notice.asked_by)}" if notice.asked_by else "Tocsin looked by itself"
    if seen.shared and seen.complete:
        yield _shared(seen.shared, notice.asked_by)


def seen_at(seen: Examination) -> int:
    """When the look was just over, for a button: milliseconds since 1970, UTC."""
    return (seen.started_at + timedelta(seconds=seen.seconds) - _EPOCH) // _MILLI + 1


def seen_until(value: str) -> datetime | None:
    """The time of `seen_at`; None if the value is none of ours, as on buttons from before."""
    return _EPOCH + int(value) * _MILLI if value.isdecimal() and len(value) <= _DIGITS else None


def _progress(seen: Examination) -> str:
    if seen.complete:
        masked = f" · {counted(seen.masked, 'secret')} masked" if seen.masked else ""
        below = f" · {counted(len(seen.findings), 'finding')} in the thread" if seen.findings else ""
        return f"Took {max(seen.seconds, 0.1):.1f} s{below}{masked}"
    done = len({finding.probe for finding in seen.findings}) + len(seen.unseen)
    return f"Looking at {text.one_line(seen.target, 100)} … ({done} of {done + len(seen.looking)})"


def _shared(shared: Shared, asked_by: PersonId | None) -> str:
    if shared.by is None:
        whose = "a look that Tocsin took by itself"
    elif shared.by == asked_by:
        whose = "the look before"
    else:
        whose = f"the look that {text.mention(shared.by)} asked for"
    return f"seen {shared.seconds:.0f} s before, by {whose}; *Look again* looks anew"
