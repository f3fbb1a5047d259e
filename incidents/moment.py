"""The moment of a decision, and what every rule needs of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from incidents import clocks
from incidents.errors import Refused
from incidents.facts import Fact
from incidents.model import Incident, PersonId
from incidents.policy import Policy
from incidents.work import Board, Decision, FollowUp, Redraw, Tell

BOARDS = (Redraw(Board.CARD), Redraw(Board.ANNOUNCEMENT))
WITH_TOPIC = (*BOARDS, Redraw(Board.TOPIC))


@dataclass(frozen=True, slots=True)
class Moment:
    """When a decision is taken, by whom, under which policy."""

    at: datetime
    by: PersonId | None
    policy: Policy

    def decide(self, incident: Incident, facts: Iterable[Fact], follow_ups: Iterable[FollowUp]) -> Decision:
        """The decision, with the time at which the clock must next be looked at."""
        return Decision(incident, tuple(facts), tuple(follow_ups), clocks.rings_at(incident, self.policy))

    def tell(self, fact: Fact, *, epoch: int | None = None) -> Tell:
        """That fact, to be said in the room."""
        return Tell(fact, self.by, self.at, epoch)


Rule = Callable[[Incident, Moment], Decision]
"""What a request does to an incident as it is now; gives the decision or refuses."""


def still_open(incident: Incident) -> None:
    """Refuse what no longer makes sense once the incident is resolved."""
    if not incident.open:
        raise Refused(
            f"{incident.reference} is resolved, so nothing was changed. "
            f"If it is not over, type `/incident reopen {incident.reference} <why>`."
        )
