"""What could not be said is said to have been lost: on the timeline, and in the room if that can be."""

from __future__ import annotations

from collections.abc import Mapping

from incidents.clocks import rings_at
from incidents.facts import Fact, NoteAdded, NotInvited, UpdateAsked
from incidents.model import Incident
from incidents.ports import Delivery
from incidents.work import (
    Decision,
    DraftRetrospective,
    DrawChecklist,
    DrawPlan,
    Invite,
    Tell,
    TellAll,
    TellPerson,
)
from workflows.ports import Ports

_LIMIT = 500
_MISSED: Mapping[type, str] = {
    DraftRetrospective: "The post-mortem draft",
    DrawPlan: "The message of a proposed change",
    DrawChecklist: "The message of a checklist",
}


async def report(ports: Ports, delivery: Delivery, incident: Incident, reason: str, *, say: bool) -> None:
    """Note on the timeline that something was not said; `say` it in the room too. Redraws are not missed."""
    if fact := _missed(delivery, reason.strip().rstrip(".")[:_LIMIT]):
        await _record(ports, delivery, incident, fact, say=say)


async def not_invited(
    ports: Ports, delivery: Delivery, incident: Incident, missing: Mapping[str, str]
) -> None:
    """Say who could not be brought in and why; nobody is missed where all came."""
    if missing:
        why = "; ".join(dict.fromkeys(missing.values()))
        await _record(ports, delivery, incident, NotInvited(tuple(missing), why), say=True)


async def _record(ports: Ports, delivery: Delivery, incident: Incident, fact: Fact, *, say: bool) -> None:
    at = ports.clock()

    def decide(now: Incident) -> Decision:
        told = (Tell(fact, None, at),) if say else ()
        return Decision(now, (fact,), told, rings_at(now, ports.policy))

    await ports.ledger.change(ports.request(f"given up:{delivery.id}"), incident.id, decide)


def _missed(delivery: Delivery, why: str) -> Fact | None:
    if isinstance(delivery.work, Invite):
        return NotInvited(delivery.work.people, why)
    what = _lost(delivery)
    lost = f"{what} could not be posted and was given up: {why}. It stands on the timeline."
    return NoteAdded(lost) if what else None


def _lost(delivery: Delivery) -> str | None:
    """The message that is missing now; None for what nobody misses, and for such a report itself."""
    match delivery.work:
        case Tell(fact=NotInvited() | NoteAdded(), by=None) | TellPerson(fact=UpdateAsked()):
            return None  # of a call the room is told too, and who could not be brought in
        case Tell(fact=fact):
            return f"A message ({_name(fact)})"
        case TellPerson(fact=fact):
            return f"A direct message ({_name(fact)})"
        case TellAll(fact=fact):
            return f"A message to the channel of announcements ({_name(fact)})"
        case _ as work:
            return _MISSED.get(type(work))


def _name(fact: Fact) -> str:
    """Such as "update posted"."""
    letters = (f" {c.lower()}" if c.isupper() else c for c in type(fact).__name__)
    return "".join(letters).strip()
