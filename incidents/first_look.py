"""The rules of the look that Tocsin takes by itself: at each service that a bad incident is about, once."""

from __future__ import annotations

from dataclasses import replace

from incidents.model import Incident, Room
from incidents.moment import Moment
from incidents.policy import Policy
from incidents.work import Decision, Examine


def owed(incident: Incident, policy: Policy) -> bool:
    """Whether the policy wants a look that was not ordered yet; not before there is a room to answer in."""
    known = incident.service is not None and incident.service not in incident.looked_at
    return known and incident.room is not None and policy.governing(incident.severity).diagnose


def order(incident: Incident, now: Moment) -> Decision:
    """What the set-up decides at its end: the look that is owed, if one is."""
    return ordered(now.decide(incident, [], []), now)


def ordered(decision: Decision, now: Moment) -> Decision:
    """The decision with the look that is owed after it. The incident remembers it, so that it is one."""
    incident = decision.incident
    service, room = incident.service, incident.room
    if not incident.open or service is None or room is None or not owed(incident, now.policy):
        return decision
    moved = replace(incident, looked_at=(*incident.looked_at, service))
    look = _look(moved, service, room)
    return replace(decision, incident=moved, follow_ups=(*decision.follow_ups, look))


def _look(incident: Incident, service: str, room: Room) -> Examine:
    """Named with its service, so that one without probes is passed over rather than looked for elsewhere."""
    return Examine(f"{service} all", None, room.place, None, incident=incident.id)
