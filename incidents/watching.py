"""The watch over a restored service: what a look of its probes brings, and what the end still asks for.

One critical look is looked at again a minute later; two in a row are a relapse. A service that cannot be
seen is neither fine nor failed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from incidents import endings
from incidents.ending_facts import NoProbes, WatchLooked
from incidents.evidence import Health
from incidents.model import Incident, Status
from incidents.moment import Moment
from incidents.values import Looks
from incidents.work import Board, Decision, Redraw

AGAIN = timedelta(minutes=1)
_REASON = 1000
_CARD = Redraw(Board.CARD)


def awaits(incident: Incident, begun_at: datetime) -> bool:
    """Whether the answer to the look that was begun then is still waited for."""
    looks = incident.looks
    return incident.status is Status.MONITORING and looks is not None and looks.begun_at == begun_at


def looked(incident: Incident, now: Moment, begun_at: datetime, seen: WatchLooked | None) -> Decision:
    """What a look found; None where there is no probe. Nothing changes where nobody waits for it any more."""
    looks = incident.looks
    if looks is None or not awaits(incident, begun_at):
        return now.decide(incident, [], [])
    if seen is None:
        blind = NoProbes(incident.service)
        return now.decide(replace(incident, looks=looks.blinded()), [blind], [now.tell(blind), _CARD])
    after = replace(incident, looks=looks.answered(Health(seen.health), seen.sentence))
    before, found = looks.health is Health.CRITICAL, seen.health == Health.CRITICAL
    if before and found:
        return _relapse(after, now, seen)
    told = [now.tell(seen)] if before or found else []
    return now.decide(_again(after, now.at) if found else after, [seen], [*told, _CARD])


def _relapse(incident: Incident, now: Moment, seen: WatchLooked) -> Decision:
    decision = endings.relapse(incident, now, seen.sentence[:_REASON])
    return replace(decision, facts=(seen, *decision.facts))


def _again(incident: Incident, at: datetime) -> Incident:
    """With a second look in a minute, and the watch lasting until that can have been answered."""
    again, until = at + AGAIN, incident.monitor_until
    looks = replace(incident.looks, next_at=again) if incident.looks else Looks(again)
    return replace(incident, looks=looks, monitor_until=max(until or at, again + AGAIN))


class Exit(StrEnum):
    """What the end of an incident asks for."""

    RESTORED = "restored"
    WATCHED = "watched"
    PROBES = "probes"
    UPDATE = "update"
    COMMANDER = "commander"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One exit criterion: OK if it is met, UNKNOWN while it is not, else what speaks against it."""

    exit: Exit
    health: Health


def criteria(incident: Incident) -> tuple[Criterion, ...]:
    """The exit criteria as the record has them, in the order of a restoration."""
    return tuple(Criterion(exit_, health) for exit_, health in _criteria(incident))


def _criteria(incident: Incident) -> Iterator[tuple[Exit, Health]]:
    watching, restored_at = incident.status is Status.MONITORING, incident.restored_at
    yield Exit.RESTORED, _met(met=restored_at is not None)
    yield Exit.WATCHED, _met(met=watching and incident.monitor_until is None)
    yield Exit.PROBES, (incident.looks and incident.looks.health) or Health.UNKNOWN
    last = incident.last_update_at
    yield Exit.UPDATE, _met(met=last is not None and restored_at is not None and last >= restored_at)
    yield Exit.COMMANDER, _met(met=incident.commander is not None)


def _met(*, met: bool) -> Health:
    return Health.OK if met else Health.UNKNOWN
