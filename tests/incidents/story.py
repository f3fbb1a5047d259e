"""An incident as a test tells it: who did what at which minute after the declaration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from incidents import clocks, decisions
from incidents.decisions import Declaration
from incidents.facts import Entry, Fact, UpdateAsked, UpdatePosted, Via
from incidents.model import Incident, IncidentId, PersonId
from incidents.moment import Moment
from incidents.policy import Policy, Severity
from incidents.values import Clue
from incidents.work import Birth, Decision, Request, Tell

ALICE, BOB, CAROL, DAN = map(PersonId, ("alice", "bob", "carol", "dan"))
START = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)  # a Thursday
POLICY = Policy(
    severities=(
        Severity(
            "SEV1", "Down for all", ":red_circle:", ("P0", "P1"), timedelta(minutes=15), retrospective=True
        ),
        Severity("SEV2", "Down for many", ":o:", ("P2",), timedelta(minutes=30), retrospective=True),
        Severity("SEV3", "A way around it", ":y:", ("P3", "minor")),
    ),
    assumed="SEV2",
    time_zone=ZoneInfo("UTC"),
    ladder=("@carol", "@dan"),
)
Kind = TypeVar("Kind")


def minute(count: float) -> datetime:
    """That many minutes after the declaration."""
    return START + timedelta(minutes=count)


@dataclass
class Story:
    """One incident on its way, the last decision about it, and its timeline."""

    policy: Policy
    incident: Incident
    decision: Decision
    entries: list[Entry] = field(default_factory=list)

    def does(self, at: float, by: PersonId, rule: Callable[[Incident, Moment], Decision]) -> Decision:
        """A person does something at that minute."""
        return self.take(rule(self.incident, Moment(minute(at), by, self.policy)), at, by)

    def rings(self, at: float) -> Decision | None:
        """The clock is looked at in that minute."""
        decision = clocks.ring(self.incident, self.policy, minute(at))
        return self.take(decision, at, None) if decision else None

    def heard(self, at: float, kind: type[Kind]) -> list[Kind]:
        """The facts of that kind which the clock brings at that minute."""
        decision = self.rings(at)
        return [fact for fact in decision.facts if isinstance(fact, kind)] if decision else []

    def asked(self, at: float) -> UpdateAsked:
        """The reminder of that minute."""
        (asked,) = self.heard(at, UpdateAsked)
        return asked

    def posted(self, at: float) -> UpdatePosted:
        """The automatic update of that minute."""
        (posted,) = self.heard(at, UpdatePosted)
        return posted

    @property
    def due(self) -> float | None:
        """The minute at which the next update is due."""
        owed = self.incident.owed
        return (owed.due - START) / timedelta(minutes=1) if owed else None

    @property
    def rings_at(self) -> float | None:
        """The minute at which the clock must be looked at next, as it was decided last."""
        at = self.decision.rings_at
        return (at - START) / timedelta(minutes=1) if at else None

    def take(self, decision: Decision, at: float, by: PersonId | None) -> Decision:
        """Go on from that decision."""
        self.incident, self.decision = decision.incident, decision
        via = Via.COMMAND if by else Via.CLOCK
        self.entries += [Entry(self.incident.id, minute(at), by, via, fact) for fact in decision.facts]
        return decision


def declared(
    title: str = "payments down",
    severity: str | None = "SEV1",
    *,
    policy: Policy = POLICY,
    service: str | None = None,
    at: datetime = START,
    noticed: Mapping[Clue, str] | None = None,
) -> Story:
    """Alice declares an incident."""
    wish = Declaration(title, severity, service, clues=noticed or {})
    birth = Birth(IncidentId(1), "INC-2026-001")
    decision = decisions.declare(wish, birth, Request("key", at, ALICE, Via.COMMAND), policy)
    story = Story(policy, decision.incident, decision)
    story.take(decision, 0, ALICE)
    return story


def told(decision: Decision | None) -> list[Fact]:
    """What is said in the room after a decision."""
    return [work.fact for work in decision.follow_ups if isinstance(work, Tell)] if decision else []
