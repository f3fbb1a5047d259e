"""What could not be said is said to have been lost: on the timeline, and in the room if that can be."""

from __future__ import annotations

from incidents.clocks import rings_at
from incidents.facts import Fact, NoteAdded
from incidents.model import Incident
from incidents.ports import Delivery
from incidents.work import Decision, DraftRetrospective, Tell, TellPerson
from workflows.ports import Ports

_LIMIT = 500


async def report(ports: Ports, delivery: Delivery, incident: Incident, reason: str, *, say: bool) -> None:
    """Note on the timeline that something was not said; `say` it in the room too. Redraws are not missed."""
    what = _lost(delivery)
    if what is None:
        return
    why = reason.strip().rstrip(".")[:_LIMIT]
    note = NoteAdded(f"{what} could not be posted and was given up: {why}. It stands on the timeline.")
    at = ports.clock()

    def decide(now: Incident) -> Decision:
        told = (Tell(note, None, at),) if say else ()
        return Decision(now, (note,), told, rings_at(now, ports.policy))

    await ports.ledger.change(ports.request(f"given up:{delivery.id}"), incident.id, decide)


def _lost(delivery: Delivery) -> str | None:
    """What is missing now; None for what nobody misses, and for such a report itself."""
    match delivery.work:
        case Tell(fact=NoteAdded(), by=None):
            return None
        case Tell(fact=fact):
            return f"A message ({_name(fact)})"
        case TellPerson(fact=fact):
            return f"A direct message ({_name(fact)})"
        case DraftRetrospective():
            return "The post-mortem draft"
        case _:
            return None


def _name(fact: Fact) -> str:
    """Such as "update posted"."""
    letters = (f" {c.lower()}" if c.isupper() else c for c in type(fact).__name__)
    return "".join(letters).strip()
