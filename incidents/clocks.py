"""When a status update is owed, who is reminded, and what the bot does when nobody answers.

Since the last answer the clock climbs rungs: 0 five minutes before the due time, 1 at it (the bot posts
the templated update), 2 and 3 five and ten minutes later (the next people are called), and from then on
one more at every cadence (another templated update, another person called).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from incidents.facts import UpdateAsked, UpdatePosted, WatchEnded
from incidents.model import Incident, Owed, PersonId, Status
from incidents.policy import Policy
from incidents.work import Board, Decision, FollowUp, Redraw, Tell

_AT_DUE, _FIRST_CALL, _SECOND_CALL = 1, 2, 3


def due_after(incident: Incident, policy: Policy, at: datetime) -> datetime | None:
    """When the next update is due if one was given at that time; None where none is owed."""
    cadence = policy.severity(incident.severity).cadence
    return at + cadence if cadence else None


def due_on_change(incident: Incident, policy: Policy, at: datetime) -> datetime | None:
    """The due time after the severity changed: never later than a full cadence from now."""
    fresh = due_after(incident, policy, at)
    if fresh is None or incident.owed is None:
        return fresh
    return min(fresh, max(incident.owed.due, at + policy.warn_before))


def rings_at(incident: Incident, policy: Policy) -> datetime | None:
    """When the clock must next be looked at."""
    if not incident.open:
        return None
    times = [incident.monitor_until] if incident.monitor_until else []
    if incident.owed:
        times.append(rung_at(incident, policy, incident.owed.rung))
    return min(times) if times else None


def rung_at(incident: Incident, policy: Policy, rung: int) -> datetime:
    """When that rung of the update clock is reached; the incident must owe an update."""
    if incident.owed is None:
        raise ValueError("no update is owed")
    due = incident.owed.due
    match rung:
        case 0:
            return due - policy.warn_before
        case _ if rung <= _SECOND_CALL:
            return due + (rung - _AT_DUE) * policy.call_after
        case _:
            cadence = policy.severity(incident.severity).cadence or timedelta(hours=1)
            return due + max(cadence, 2 * policy.call_after) + (rung - _SECOND_CALL - 1) * cadence


def ring(incident: Incident, policy: Policy, now: datetime) -> Decision | None:
    """What the clock brings at that time; None when it is not due.

    Rungs missed while nobody was running are taken together: one reminder, everyone who would have been
    called by now, at most one automatic update.
    """
    moved, facts = _watch(incident, now)
    moved, more = _update(moved, policy, now)
    facts += more
    if not facts:
        return None
    follow_ups: tuple[FollowUp, ...] = tuple(
        Tell(fact, None, now, epoch=fact.epoch if isinstance(fact, UpdateAsked) else None) for fact in facts
    )
    boards = (Redraw(Board.CARD), Redraw(Board.ANNOUNCEMENT))
    return Decision(moved, facts, follow_ups + boards, rings_at(moved, policy))


_Facts = tuple[WatchEnded | UpdatePosted | UpdateAsked, ...]


def _watch(incident: Incident, now: datetime) -> tuple[Incident, _Facts]:
    until = incident.monitor_until
    if until is None or until > now or incident.status is not Status.MONITORING:
        return incident, ()
    return replace(incident, monitor_until=None), (WatchEnded(),)


def _update(incident: Incident, policy: Policy, now: datetime) -> tuple[Incident, _Facts]:
    passed = _passed(incident, policy, now)
    if incident.owed is None or not passed:
        return incident, ()
    owed = replace(incident.owed, rung=passed[-1] + 1)
    moved = replace(incident, owed=owed)
    asked = _ask(moved, policy, passed, owed)
    if not any(map(_posts, passed)):
        return moved, (asked,)
    moved = replace(moved, last_update_at=now)
    return moved, (_automatic(moved, policy), asked)


def _passed(incident: Incident, policy: Policy, now: datetime) -> list[int]:
    passed: list[int] = []
    rung = incident.owed.rung if incident.owed else 0
    while incident.owed and rung_at(incident, policy, rung) <= now:
        passed.append(rung)
        rung += 1
    return passed


def _posts(rung: int) -> bool:
    return rung == _AT_DUE or rung > _SECOND_CALL


def _automatic(incident: Incident, policy: Policy) -> UpdatePosted:
    return UpdatePosted(
        incident.status,
        incident.impact,
        incident.actions,
        next_automatic(incident, policy),
        automatic=True,
        unchanged=True,
    )


def next_automatic(incident: Incident, policy: Policy) -> datetime | None:
    """When the bot will post the templated update if nobody does; None where none is owed."""
    if incident.owed is None:
        return None
    rung = incident.owed.rung
    while not _posts(rung):
        rung += 1
    return rung_at(incident, policy, rung)


def _ask(incident: Incident, policy: Policy, passed: list[int], owed: Owed) -> UpdateAsked:
    person = incident.asked_for_updates()
    called = tuple(who for rung in passed for who in _called(incident, policy, rung, person))
    return UpdateAsked(owed.due, (person,), called, snoozable=not owed.snoozed, epoch=owed.epoch)


def _called(incident: Incident, policy: Policy, rung: int, asked: PersonId) -> tuple[str, ...]:
    """Who is called at a rung: the commander first, then the ladder, one person a rung."""
    if rung < _FIRST_CALL:
        return ()
    commander = incident.commander if incident.commander != asked else None
    line: list[str] = ([commander] if commander else []) + list(policy.ladder)
    return (line[min(rung - _FIRST_CALL, len(line) - 1)],) if line else ("everyone",)


def next_called(incident: Incident, policy: Policy) -> str | None:
    """Whom the next call would reach: a person, a name on the ladder, or "everyone"."""
    if incident.owed is None:
        return None
    rung = max(incident.owed.rung, _FIRST_CALL)
    return _called(incident, policy, rung, incident.asked_for_updates())[0]


def first_rung(incident: Incident, policy: Policy, now: datetime) -> int:
    """The first rung still ahead, so that a fresh due time does not ring for the past."""
    rung = 0
    while rung < _AT_DUE and rung_at(incident, policy, rung) <= now:
        rung += 1
    return rung
