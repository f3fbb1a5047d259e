"""When a status update is owed, who is reminded, and what the bot does when nobody answers.

Since the last answer the clock climbs rungs: 0 five minutes before the due time, 1 at it (the bot posts
the templated update), 2 and 3 five and ten minutes later (the next people are called), and from then on
one more at every cadence (another templated update, another person called). Where the cadence is so short
that it ends on the way to a rung, that rung posts the templated update too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count, takewhile
from typing import TypeAlias

from incidents import proposals
from incidents.ending_facts import WatchEnded
from incidents.errors import InvalidText
from incidents.facts import EVERYONE, UpdateAsked, UpdatePosted
from incidents.mitigation_facts import MitigationExpired
from incidents.model import Incident, PersonId, Status
from incidents.policy import Policy
from incidents.wording import duration
from incidents.work import (
    Board,
    Decision,
    DrawPlan,
    FollowUp,
    Invite,
    Redraw,
    Tell,
    TellAll,
    TellPerson,
    Watch,
)

_AT_DUE, _FIRST_CALL, _SECOND_CALL = 1, 2, 3


def due_after(incident: Incident, policy: Policy, at: datetime) -> datetime | None:
    """When the next update is due if one was given at that time; None where none is owed."""
    cadence = policy.governing(incident.severity).cadence
    return at + cadence if cadence else None


def promised(incident: Incident, policy: Policy, at: datetime, wish: datetime | None) -> datetime | None:
    """The next due time as promised; without a promise, what the cadence gives.

    Raises:
        InvalidText: it is past already, or later than the cadence allows.
    """
    latest = due_after(incident, policy, at)
    if wish is None:
        return latest
    if wish <= at:
        raise InvalidText("The next update cannot be due in the past. Choose a later time.")
    if latest and wish > latest:
        raise InvalidText(
            f"The next update would come too late: {incident.severity} asks for one every "
            f"{duration(latest - at)}. Choose a time before that; nothing was posted."
        )
    return wish


def due_on_change(incident: Incident, policy: Policy, at: datetime) -> datetime | None:
    """The due time after the severity changed: as promised, but never later than a full cadence from now.

    An update that is overdue gets the time of a warning, so that whoever changed the severity can post it.
    """
    fresh = due_after(incident, policy, at)
    if fresh is None or incident.owed is None:
        return fresh
    promised = incident.owed.due
    return min(fresh, promised if promised > at else at + policy.warn_before)


def anew(incident: Incident, policy: Policy, at: datetime, *, due: datetime | None) -> Incident:
    """The clock started anew by a person; a warning whose time is past already is left out."""
    moved = incident.owing(due)
    if moved.owed is None:
        return moved
    return replace(moved, owed=replace(moved.owed, rung=first_rung(moved, policy, at)))


def answered(incident: Incident, policy: Policy, at: datetime) -> Incident:
    """The clock started anew, the next update due a full cadence from then."""
    return anew(incident, policy, at, due=due_after(incident, policy, at))


def on_change(incident: Incident, policy: Policy, at: datetime) -> Incident:
    """The clock after the severity changed; where the due time stays, its reminders and snooze stand."""
    due = due_on_change(incident, policy, at)
    if due == (incident.owed.due if incident.owed else None):
        return incident
    return anew(incident, policy, at, due=due)


def rings_at(incident: Incident, policy: Policy) -> datetime | None:
    """When the clock must next be looked at."""
    if not incident.open:
        return None
    times: list[datetime] = []
    if _watching(incident) and incident.monitor_until:
        times.append(incident.monitor_until)
        times += [incident.looks.next_at] if incident.looks and incident.looks.next_at else []
    if incident.owed:
        times.append(rung_at(incident, policy, incident.owed.rung))
    if expiry := proposals.next_expiry(incident):
        times.append(expiry)
    return min(times) if times else None


def rung_at(incident: Incident, policy: Policy, rung: int) -> datetime:
    """When that rung of the update clock is reached; the incident must owe an update."""
    if incident.owed is None:
        raise ValueError("no update is owed")
    return incident.owed.due + _offset(policy, _cadence(incident, policy), rung)


def _offset(policy: Policy, cadence: timedelta, rung: int) -> timedelta:
    if rung < _AT_DUE:
        return -policy.warn_before
    if rung <= _SECOND_CALL:
        return (rung - _AT_DUE) * policy.call_after
    passed = 2 * policy.call_after // cadence
    return (passed + rung - _SECOND_CALL) * cadence


def _cadence(incident: Incident, policy: Policy) -> timedelta:
    """That of the severity; an hour for an update that was promised although none is owed by policy."""
    return policy.governing(incident.severity).cadence or timedelta(hours=1)


def ring(incident: Incident, policy: Policy, now: datetime) -> Decision | None:
    """What the clock brings at that time; None when it is not due.

    Rungs missed while nobody was running are taken together: one reminder, everyone who would have been
    called by now, at most one automatic update.
    """
    moved, looks = _look(incident, policy, now)
    moved, facts = _watch(moved, now)
    moved, more = _update(moved, policy, now)
    moved, expired = proposals.expire(moved, now)
    facts += (*more, *expired)
    if not facts and not looks:
        return None
    follow_ups = tuple(work for fact in facts for work in _told(incident, fact, now))
    boards = [Redraw(Board.CARD)] if facts else []
    boards += [Redraw(Board.ANNOUNCEMENT)] if len(facts) > len(expired) else []
    plans = tuple(DrawPlan(fact.number) for fact in expired)
    return Decision(moved, facts, (*plans, *follow_ups, *boards, *looks), rings_at(moved, policy))


_Fact: TypeAlias = WatchEnded | UpdatePosted | UpdateAsked | MitigationExpired
_Facts: TypeAlias = tuple[_Fact, ...]


def _told(incident: Incident, fact: _Fact, now: datetime) -> Iterator[FollowUp]:
    """Who is called is brought in before the room is told, and called where they are; at last everybody."""
    if not isinstance(fact, UpdateAsked):
        yield Tell(fact, None, now)
        return
    called = tuple(who for who in fact.called if who != EVERYONE)
    if called:
        yield Invite(called)
    yield Tell(fact, None, now, fact.epoch)
    yield from (TellPerson(who, fact, now, fact.epoch) for who in called)
    if EVERYONE in fact.called and not incident.private:
        yield TellAll(fact, now, fact.epoch)


def _watch(incident: Incident, now: datetime) -> tuple[Incident, _Facts]:
    until = incident.monitor_until
    if until is None or until > now or not _watching(incident):
        return incident, ()
    looks = incident.looks
    ended = WatchEnded(looks.taken, looks.fine) if looks else WatchEnded()
    return replace(incident, monitor_until=None), (ended,)


def _look(incident: Incident, policy: Policy, now: datetime) -> tuple[Incident, tuple[Watch, ...]]:
    """The look that is due; those missed while nobody was running are one, and none begins at the end."""
    looks, until = incident.looks, incident.monitor_until
    if not _watching(incident) or looks is None or looks.next_at is None or looks.next_at > now:
        return incident, ()
    if until is None or until <= now:
        return incident, ()
    moved = replace(incident, looks=looks.begun(now, now + policy.watch_every))
    return moved, (Watch(incident.service, now),)


def _watching(incident: Incident) -> bool:
    return incident.status is Status.MONITORING


def _update(incident: Incident, policy: Policy, now: datetime) -> tuple[Incident, _Facts]:
    passed = _passed(incident, policy, now)
    if incident.owed is None or not passed:
        return incident, ()
    owed = replace(incident.owed, rung=passed[-1] + 1)
    moved = replace(incident, owed=owed)
    called = tuple(dict.fromkeys(who for rung in passed for who in _called(incident, policy, rung)))
    asked = UpdateAsked(
        owed.due,
        _asked_before(incident, policy, passed[0], called),
        called,
        snoozable=not owed.snoozed,
        epoch=owed.epoch,
    )
    if not any(_posts(incident, policy, rung) for rung in passed):
        return moved, (asked,)
    moved = replace(moved, last_update_at=now)
    return moved, (_automatic(moved, policy), asked)


def _passed(incident: Incident, policy: Policy, now: datetime) -> list[int]:
    return list(takewhile(lambda rung: rung_at(incident, policy, rung) <= now, _ahead(incident)))


def _ahead(incident: Incident) -> Iterator[int]:
    """The rungs not yet taken; none where nothing is owed."""
    return count(incident.owed.rung) if incident.owed else iter(())


def _posts(incident: Incident, policy: Policy, rung: int) -> bool:
    """Whether the bot posts at that rung: at the due time, and whenever a cadence has passed since."""
    if rung <= _AT_DUE:
        return rung == _AT_DUE
    cadence = _cadence(incident, policy)
    return _offset(policy, cadence, rung) // cadence > _offset(policy, cadence, rung - 1) // cadence


def _automatic(incident: Incident, policy: Policy) -> UpdatePosted:
    return UpdatePosted(
        incident.status,
        incident.impact,
        incident.actions,
        next_automatic(incident, policy),
        automatic=True,
        unchanged=True,
    )


def overdue(incident: Incident) -> bool:
    """Whether the due time of the owed update has passed without an answer, as the clock saw it."""
    return incident.owed is not None and incident.owed.rung > _AT_DUE


def next_automatic(incident: Incident, policy: Policy) -> datetime | None:
    """When the bot will post the templated update if nobody does; None where none is owed."""
    if incident.owed is None:
        return None
    rung = next(rung for rung in _ahead(incident) if _posts(incident, policy, rung))
    return rung_at(incident, policy, rung)


def _called(incident: Incident, policy: Policy, rung: int) -> tuple[str, ...]:
    """Who is called at a rung: the commander first, then the ladder, one person a rung, then everyone."""
    if rung < _FIRST_CALL:
        return ()
    commander: tuple[PersonId, ...] = (incident.commander,) if incident.commander else ()
    line = dict.fromkeys((*commander, *policy.ladder, EVERYONE))
    line.pop(incident.asked_for_updates(), None)
    return (list(line)[min(rung - _FIRST_CALL, len(line) - 1)],)


def _asked_before(incident: Incident, policy: Policy, rung: int, called: tuple[str, ...]) -> tuple[str, ...]:
    """Who owes the update, and who was called before that rung without an answer."""
    earlier = (who for before in range(_FIRST_CALL, rung) for who in _called(incident, policy, before))
    asked = dict.fromkeys((incident.asked_for_updates(), *earlier))
    return tuple(who for who in asked if who != EVERYONE and who not in called)


def next_called(incident: Incident, policy: Policy) -> str | None:
    """Whom the next call would reach: a person, a name on the ladder, or EVERYONE."""
    if incident.owed is None:
        return None
    rung = max(incident.owed.rung, _FIRST_CALL)
    return _called(incident, policy, rung)[0]


def first_rung(incident: Incident, policy: Policy, now: datetime) -> int:
    """The first rung still ahead, so that a fresh due time does not ring for the past."""
    rung = 0
    while rung < _AT_DUE and rung_at(incident, policy, rung) <= now:
        rung += 1
    return rung
