"""The rules by which recorded times are corrected: one at a time, in an order that can be, kept for audit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import assert_never

from incidents.errors import Refused
from incidents.facts import TimeCorrected
from incidents.model import Incident
from incidents.moment import BOARDS, Moment
from incidents.values import Milestone
from incidents.when import minute_of, stamp
from incidents.work import Decision

_DECLARED, _RESOLVED = "it was declared", "it was resolved"
_UNPRESSED = {
    Milestone.ACKNOWLEDGED: "Nobody has said *I'm on it* yet. Press it, or type `/incident ack`",
    Milestone.RESTORED: "Nobody has said *Service restored* yet. Press it, or type `/incident restored`",
}


@dataclass(frozen=True, slots=True)
class _Neighbour:
    """A time that the corrected one must not pass; `which` is None for one that stands for good."""

    what: str
    at: datetime | None
    which: Milestone | None = None


def correct(incident: Incident, now: Moment, which: Milestone, at: datetime, zone: tzinfo) -> Decision:
    """That time as it was; the others stay as they are. Also after the end.

    The time was read in `zone`, and a refusal writes times in it.

    Raises:
        Refused: it was so already, nobody has pressed that yet, or it would pass another time.
    """
    before = time_of(incident, which)
    if before is not None and minute_of(before) == minute_of(at):
        said = f"{incident.reference} has that time already: {which.label} at {stamp(at, zone)}."
        raise Refused(f"{said} Nothing was changed.")
    if before is None and incident.open and which in _UNPRESSED:
        raise Refused(f"{_UNPRESSED[which]}; its time can be corrected then. Nothing was changed.")
    _in_order(incident, which, at, zone)
    fact = TimeCorrected(which, at, before, str(zone))
    return now.decide(_with_time(incident, which, at), [fact], [now.tell(fact), *BOARDS])


def time_of(incident: Incident, which: Milestone) -> datetime | None:
    """That time as it is recorded; None where nobody said it."""
    match which:
        case Milestone.BEGAN:
            return incident.began_at
        case Milestone.DETECTED:
            return incident.detected_at
        case Milestone.ACKNOWLEDGED:
            return incident.acknowledged_at
        case Milestone.RESTORED:
            return incident.restored_at
        case _:
            assert_never(which)


def _with_time(incident: Incident, which: Milestone, at: datetime) -> Incident:
    match which:
        case Milestone.BEGAN:
            return replace(incident, began_at=at)
        case Milestone.DETECTED:
            return replace(incident, detected_at=at)
        case Milestone.ACKNOWLEDGED:
            return replace(incident, acknowledged_at=at)
        case Milestone.RESTORED:
            return replace(incident, restored_at=at)
        case _:
            assert_never(which)


def _in_order(incident: Incident, which: Milestone, at: datetime, zone: tzinfo) -> None:
    """Refuse what passes a neighbour by a minute or more; people do not count seconds."""
    for other in _earlier(incident, which):
        if other.at and minute_of(other.at) > minute_of(at):
            raise _out_of_order(which, at, other, "later", zone)
    for other in _later(incident, which):
        if other.at and minute_of(other.at) < minute_of(at):
            raise _out_of_order(which, at, other, "earlier", zone)


def _earlier(incident: Incident, which: Milestone) -> Iterator[_Neighbour]:
    if which is Milestone.DETECTED:
        yield _recorded(incident, Milestone.BEGAN)
    elif which is not Milestone.BEGAN:
        yield _detected(incident)


def _later(incident: Incident, which: Milestone) -> Iterator[_Neighbour]:
    if which is Milestone.BEGAN:
        yield _detected(incident)
    if which is Milestone.DETECTED:
        yield _Neighbour(_DECLARED, incident.declared_at)
        yield _recorded(incident, Milestone.ACKNOWLEDGED)
        yield _recorded(incident, Milestone.RESTORED)
    yield _Neighbour(_RESOLVED, incident.resolved_at)


def _recorded(incident: Incident, which: Milestone) -> _Neighbour:
    return _Neighbour(which.label, time_of(incident, which), which)


def _detected(incident: Incident) -> _Neighbour:
    """The declaration, where nobody said when it was detected."""
    what = Milestone.DETECTED.label if incident.detected_at else _DECLARED
    return _Neighbour(what, incident.detected, Milestone.DETECTED)


def _out_of_order(which: Milestone, at: datetime, other: _Neighbour, than: str, zone: tzinfo) -> Refused:
    said = f"You say that {which.label} at {stamp(at, zone)}"
    against = f"{other.what} at {stamp(other.at, zone)}" if other.at else other.what
    todo = (
        f"If that is wrong, correct it first: `/incident time {other.which} 13:40`."
        if other.which
        else "Write the day too if you mean another one, such as `2026-11-21 13:40`."
    )
    return Refused(f"{said}, but {against}, which is {than}. Nothing was changed. {todo}")
