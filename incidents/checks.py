"""Standing checks: what is looked at by itself, what a look found, and how each check stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from incidents.evidence import Health
from incidents.model import IncidentId, PersonId

CheckId = NewType("CheckId", str)


@dataclass(frozen=True, slots=True)
class Check:
    """A standing check as operators configure it.

    Attributes:
        id: its service's key and its own name, such as "payments api"; unique.
        service: the key of the service that it is about.
        target: what is looked at, as people would type it after `/diagnose`, with the service.
        every: how often it looks while all is well.
        retry: how often it looks while it is not, or not known to be.
        bad_from: the health from which on a look counts as bad: CRITICAL or WARN.
        bad_after: bad looks in a row until it turns bad.
        bad_for: how long they must have lasted besides.
        good_after: good looks in a row until it is good again.
        severity: what it proposes; a name of the policy's.
    """

    id: CheckId
    service: str
    target: str
    every: timedelta
    severity: str
    retry: timedelta = timedelta(minutes=1)
    bad_from: Health = Health.CRITICAL
    bad_after: int = 3
    bad_for: timedelta = timedelta()
    good_after: int = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look found; `title` says it as an incident's title would."""

    health: Health
    sentence: str
    title: str = ""


class State(StrEnum):
    """How a check stands."""

    UNKNOWN = "unknown"
    GOOD = "good"
    BAD = "bad"


class TurnKind(StrEnum):
    """What a turn is about: the service is bad, or it cannot be looked at."""

    BAD = "bad"
    BLIND = "blind"


@dataclass(frozen=True, slots=True)
class Turn:
    """A time for which a check was bad or blind; one message speaks of it.

    Attributes:
        number: counts within the check, from 1.
        began_at: when the first look of it began.
        turned_at: when it was sure.
        looks: how many looks in a row had found it so by then.
        of: how many were taken in that time; in the others nothing could be seen.
        flaps: how often it has turned lately if it does so again and again; else 0.
        unseen_since: since when it cannot be looked at any more, while it is bad.
        incident: the incident that is about it.
        declared: whether that was declared from here, rather than open already.
        known_by: who said that it is no incident.
        recovered_at: the first look that found it good again (or could look again).
        over: whether the check no longer stands so.
    """

    number: int
    kind: TurnKind
    began_at: datetime
    turned_at: datetime
    looks: int
    of: int
    health: Health
    sentence: str
    title: str = ""
    flaps: int = 0
    unseen_since: datetime | None = None
    incident: IncidentId | None = None
    declared: bool = False
    known_by: PersonId | None = None
    known_at: datetime | None = None
    recovered_at: datetime | None = None
    over: bool = False


@dataclass(frozen=True, slots=True)
class Streak:
    """Looks in a row that found the same.

    Attributes:
        since: when the first of them began.
        of: how many looks were taken since; in the others nothing could be seen.
    """

    count: int = 0
    of: int = 0
    since: datetime | None = None

    def grown(self, at: datetime) -> Streak:
        """With one more, begun then."""
        return Streak(self.count + 1, self.of + 1, self.since or at)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a check stands now. All times are UTC.

    Attributes:
        looks_at: when the next look is due; while one is under way, when it is given up for lost.
        since: since when it stands so.
        begun_at: the look under way; an answer to any other is void.
        looked_at: when the last look that was answered began.
        health: what that one found.
        sentence: its verdict.
        blind: looks in a row in which nothing could be seen.
        turns: when it turned bad lately.
        turn: the newest turn.
    """

    check: CheckId
    looks_at: datetime
    state: State = State.UNKNOWN
    since: datetime | None = None
    begun_at: datetime | None = None
    looked_at: datetime | None = None
    health: Health | None = None
    sentence: str = ""
    bad: Streak = field(default_factory=Streak)
    good: Streak = field(default_factory=Streak)
    blind: Streak = field(default_factory=Streak)
    turns: tuple[datetime, ...] = ()
    turn: Turn | None = None

    @property
    def current(self) -> Turn | None:
        """The turn that lasts, if one does."""
        return self.turn if self.turn and not self.turn.over else None

    @property
    def bad_turn(self) -> Turn | None:
        """The turn that lasts, if the check is bad."""
        return self.current if self.current and self.current.kind is TurnKind.BAD else None


def health_of(standing: Standing | None) -> Health:
    """How it stands, as a health: bad is as bad as when it turned, whatever the last look found."""
    if standing is None:
        return Health.UNKNOWN
    if bad := standing.bad_turn:
        return bad.health
    if standing.state is State.UNKNOWN or standing.blind.count:
        return Health.UNKNOWN
    return standing.health or Health.UNKNOWN
