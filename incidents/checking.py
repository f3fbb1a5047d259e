"""The rules of standing checks: when a look is due, when a check turns, and what is said of it. Pure.

A check turns bad after some bad looks in a row, and good again after some good ones. A look in which nothing
can be seen speaks neither for nor against; when that lasts, it is said, and what was counted is counted anew.
A check that turns again and again is said to do so once, then held bad until it has been good for a while.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from incidents.check_record import Judged
from incidents.checks import Check, Seen, Standing, State, Streak, Turn, TurnKind
from incidents.errors import AlreadyTaken, Refused
from incidents.evidence import Health
from incidents.model import Incident, IncidentId, PersonId
from incidents.work import FollowUp, ShowTurn

BLIND_AFTER = timedelta(minutes=10)
FLAPS = 3
FLAP_WITHIN = timedelta(minutes=30)
STEADY = timedelta(minutes=30)
LEASE = timedelta(seconds=60)
"""After that a look whose answer has not come is given up for lost, and the check is looked at again."""
_SPREAD = timedelta(seconds=10)
_LATEST = timedelta(seconds=30)
_TENTHS = 10


@dataclass(frozen=True, slots=True)
class Around:
    """What stands on record around a look.

    Attributes:
        covering: the incident of the turn that lasts.
        open: the newest open incident of the service.
    """

    covering: Incident | None = None
    open: Incident | None = None


def first_look(check: Check, now: datetime) -> datetime:
    """When a check that is new is looked at first: soon, and not all at the same moment."""
    return now + _share(check.id, min(check.every, _SPREAD))


def begun(standing: Standing, now: datetime) -> Standing:
    """A look has begun; until it is answered or given up for lost no other begins."""
    return replace(standing, begun_at=now, looks_at=now + LEASE)


def looked(standing: Standing, check: Check, begun_at: datetime, seen: Seen, around: Around) -> Judged:
    """What the look that began then has found; nothing changes where nobody waits for its answer any more."""
    if standing.begun_at != begun_at:
        return Judged(standing)
    answered = replace(
        standing, begun_at=None, looked_at=begun_at, health=seen.health, sentence=seen.sentence
    )
    settled = _covered(answered, around)
    if seen.health is not Health.UNKNOWN:
        settled = _seen_again(settled, begun_at)
    after = _counted(settled, check, begun_at, seen, around)
    after = replace(after, looks_at=_next(after, check, begun_at))
    return _judged(standing, after, settled.turn)


def _counted(standing: Standing, check: Check, at: datetime, seen: Seen, around: Around) -> Standing:
    if seen.health is Health.UNKNOWN:
        return _unseen(standing, at, seen, around)
    if seen.health.rank <= check.bad_from.rank:
        return _bad(standing, check, at, seen, around)
    return _good(standing, check, at)


def known(standing: Standing, number: int, by: PersonId, at: datetime) -> Judged:
    """Somebody says that it is no incident: nothing more is said until it is good again.

    Raises:
        Refused: it is over, or an incident is about it; AlreadyTaken: somebody else said so.
    """
    turn = lasting(standing, number)
    if turn.incident is not None:
        raise Refused(f"An incident is about {standing.check} already. Nothing was changed.")
    if turn.known_by == by:
        return Judged(standing)
    if turn.known_by:
        raise AlreadyTaken(
            f"{{person}} said already that {standing.check} is no incident. Nothing was changed.",
            person=turn.known_by,
        )
    return _judged(standing, replace(standing, turn=replace(turn, known_by=by, known_at=at)))


def joined(standing: Standing, number: int, incident: IncidentId) -> Judged:
    """The incident was declared from that turn, which may be over by now."""
    turn = standing.turn
    if turn is None or turn.number != number or turn.incident is not None:
        return Judged(standing)
    return _judged(standing, replace(standing, turn=replace(turn, incident=incident, declared=True)))


def lasting(standing: Standing, number: int) -> Turn:
    """That turn, which must still last and be bad. Raises Refused."""
    turn = standing.bad_turn
    if turn is None or turn.number != number:
        raise Refused(
            f"{standing.check} does not stand so any more, so nothing was changed. "
            "`/incident checks` shows how it stands; `/incident SEV1 what is wrong` declares in any case."
        )
    return turn


def _judged(before: Standing, after: Standing, between: Turn | None = None) -> Judged:
    """With what is to be said of its turns; one may have ended, `between`, as another began."""
    ends = {turn.number: turn for turn in (between, after.turn) if turn}
    changed = tuple(turn for turn in ends.values() if turn != before.turn)
    works: tuple[FollowUp, ...] = tuple(ShowTurn(after.check, turn.number) for turn in changed)
    return Judged(after, works, changed)


def _covered(standing: Standing, around: Around) -> Standing:
    """The end of an incident ends the turn that it was about, and what is still bad is counted anew.

    A false alarm does not: somebody has said that it is no incident.
    """
    turn, covering = standing.bad_turn, around.covering
    if turn is None or covering is None or covering.open or covering.false_alarm:
        return standing
    return replace(
        standing,
        state=State.UNKNOWN,
        since=covering.resolved_at,
        bad=Streak(),
        good=Streak(),
        turn=replace(turn, over=True),
    )


def _unseen(standing: Standing, at: datetime, seen: Seen, around: Around) -> Standing:
    pending = replace(standing.bad, of=standing.bad.of + 1) if standing.bad.count else standing.bad
    standing = replace(standing, blind=standing.blind.grown(at), bad=pending)
    began = standing.blind.since or at
    if at - began < BLIND_AFTER:
        return standing
    standing = replace(standing, bad=Streak(), good=Streak())
    turn = standing.current
    if turn is None and around.open is None:
        return replace(standing, turn=_turn(standing, TurnKind.BLIND, standing.blind, at, seen))
    if turn and turn.kind is TurnKind.BAD and turn.unseen_since is None:
        return replace(standing, turn=replace(turn, unseen_since=began))
    return standing


def _seen_again(standing: Standing, at: datetime) -> Standing:
    """Something could be seen, so that a check is not blind any more."""
    standing = replace(standing, blind=Streak())
    turn = standing.current
    if turn is None:
        return standing
    if turn.kind is TurnKind.BLIND:
        return replace(standing, turn=replace(turn, recovered_at=at, over=True))
    return replace(standing, turn=replace(turn, unseen_since=None))


def _bad(standing: Standing, check: Check, at: datetime, seen: Seen, around: Around) -> Standing:
    standing = replace(standing, good=Streak(), bad=standing.bad.grown(at))
    if turn := standing.bad_turn:
        if turn.incident is None and around.open:
            return replace(standing, turn=replace(turn, incident=around.open.id))
        return standing
    since = standing.bad.since or at
    if standing.bad.count < check.bad_after or at - since < check.bad_for:
        return standing
    return _turned(standing, since, at, seen, around)


def _turned(standing: Standing, since: datetime, at: datetime, seen: Seen, around: Around) -> Standing:
    lately = tuple(turned for turned in standing.turns if at - turned < FLAP_WITHIN)
    turns = (*lately, at)
    turn = replace(
        _turn(standing, TurnKind.BAD, standing.bad, at, seen),
        flaps=len(turns) if len(turns) > FLAPS else 0,
        incident=around.open.id if around.open else None,
    )
    return replace(standing, state=State.BAD, since=since, turns=turns, turn=turn)


def _turn(standing: Standing, kind: TurnKind, streak: Streak, at: datetime, seen: Seen) -> Turn:
    number = standing.turn.number + 1 if standing.turn else 1
    began = streak.since or at
    return Turn(number, kind, began, at, streak.count, streak.of, seen.health, seen.sentence, seen.title)


def _good(standing: Standing, check: Check, at: datetime) -> Standing:
    standing = replace(standing, bad=Streak(), good=standing.good.grown(at))
    turn, since = standing.bad_turn, standing.good.since or at
    if turn is None:
        return standing if standing.state is State.GOOD else replace(standing, state=State.GOOD, since=since)
    if standing.good.count < check.good_after or (turn.flaps and at - since < STEADY):
        return standing
    over = replace(turn, recovered_at=since, over=True)
    turns = () if turn.flaps else standing.turns
    return replace(standing, state=State.GOOD, since=since, turns=turns, turn=over)


def _next(standing: Standing, check: Check, begun_at: datetime) -> datetime:
    """Seldom while all is well, else more often; a little later each time, so that few coincide."""
    well = standing.state is State.GOOD and not standing.bad.count and not standing.blind.count
    pause = check.every if well else min(check.every, check.retry)
    return begun_at + pause + _share(f"{check.id} {begun_at.isoformat()}", min(pause / _TENTHS, _LATEST))


def _share(word: str, span: timedelta) -> timedelta:
    """A part of the span that depends on the word only."""
    return span * (zlib.crc32(word.encode()) % 1000) / 1000
