"""The verb of changing what is failing: `mitigate`, `mitigate end-idle db`, `mitigate approve`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from handlers.front import Front
from handlers.messages import mitigation as messages
from handlers.messages.parts import Message, words
from handlers.requests import Asked
from handlers.views import mitigation as forms
from handlers.views import rollback
from incidents import offers, proposals
from incidents.errors import Refused
from incidents.mitigating import may_break_glass
from incidents.mitigation import Offer
from incidents.model import Incident, MessageId, Proposal
from incidents.moment import Moment, still_open

Decide = Callable[[Front, Asked, Incident, Proposal, str], Awaitable[None]]
_LISTED = 10


def is_mitigation(front: Front, line: str) -> bool:
    """Whether the words can only be a change that is offered, or the answer to one."""
    first, _, _ = line.casefold().partition(" ")
    return first in _DECISIONS or first in {offer.word.casefold() for offer in front.offers(None)}


async def mitigate(front: Front, asked: Asked, incident: Incident, line: str) -> Message | None:
    """Without words what is offered; with them one of it, or an answer to what was proposed."""
    first, _, rest = line.strip().partition(" ")
    if decide := _DECISIONS.get(first.casefold()):
        proposal, said = _proposal(incident, asked, rest.strip())
        await decide(front, asked, incident, proposal, said)
        return _elsewhere(asked, incident)
    still_open(incident)
    if incident.service is None:
        return messages.no_service(incident)
    found = front.offers(incident.service)
    if not found:
        return messages.nothing_offered(incident.service)
    if not first:
        return messages.offers(incident, found, front.drawing)
    return await ask(front, asked, incident, offers.chosen(found, first, rest))


async def ask(
    front: Front, asked: Asked, incident: Incident, offer: Offer, thread: MessageId | None = None
) -> Message:
    """Ask for that change; what it would hit is proposed in that thread, or in the room."""
    await front.desk.mitigation.ask(asked.request, incident.id, offer, thread)
    return messages.looked_up(offer)


def offered(front: Front, incident: Incident, word: str, target: str) -> Offer:
    """What a button stands for, if it is still offered. Raises Refused."""
    still_open(incident)
    return offers.chosen(front.offers(incident.service) if incident.service else [], word, target)


async def approve(front: Front, asked: Asked, incident: Incident, number: int) -> None:
    """*Approve*."""
    await front.desk.mitigation.approve(asked.request, incident.id, number)


async def decline(front: Front, asked: Asked, incident: Incident, number: int, why: str = "") -> None:
    """*Decline*."""
    await front.desk.mitigation.decline(asked.request, incident.id, number, why)


async def open_glass(front: Front, asked: Asked, incident: Incident, number: int) -> None:
    """The form that asks the commander why; nobody else gets to see it."""
    proposal = may_break_glass(incident, Moment(asked.request.at, asked.person, front.policy), number)
    line = f"/incident mitigate {incident.reference} break-glass why"
    await front.show(asked, forms.break_glass(incident, proposal, asked.room), line=line)


async def rollback_or_fix(front: Front, asked: Asked, incident: Incident, _line: str) -> Message | None:
    """The form whose answers lead to a proposal."""
    still_open(incident)
    form = rollback.rollback_or_fix(incident, asked.room, await front.changed(incident))
    await front.show(asked, form, line=f"/incident rollback-or-fix {incident.reference}")
    return None


def _in_its_room(asked: Asked, incident: Incident) -> None:
    """Whoever approves has what would be hit before their eyes."""
    if incident.room is None or incident.room.id != asked.room:
        raise Refused(
            f"Approve it in the room of {incident.reference}, where everything that would be hit is shown. "
            "Nothing was changed."
        )


async def _approve(front: Front, asked: Asked, incident: Incident, proposal: Proposal, _why: str) -> None:
    _in_its_room(asked, incident)
    await approve(front, asked, incident, proposal.number)


async def _decline(front: Front, asked: Asked, incident: Incident, proposal: Proposal, why: str) -> None:
    await decline(front, asked, incident, proposal.number, why)


async def _break_glass(front: Front, asked: Asked, incident: Incident, proposal: Proposal, why: str) -> None:
    _in_its_room(asked, incident)
    if not why:
        await open_glass(front, asked, incident, proposal.number)
        return
    await front.desk.mitigation.break_glass(asked.request, incident.id, proposal.number, why)


_DECISIONS: dict[str, Decide] = {"approve": _approve, "decline": _decline, "break-glass": _break_glass}


def _proposal(incident: Incident, asked: Asked, line: str) -> tuple[Proposal, str]:
    """Which proposal is meant, by its number or as the only one that waits, and the words after it."""
    first, _, rest = line.partition(" ")
    if first.isdigit() and (named := incident.proposal(int(first))):
        return named, rest.strip()
    waiting = proposals.waiting(incident, asked.request.at)
    if len(waiting) == 1:
        return waiting[0], line
    if not waiting:
        last = incident.proposals[-1:]
        if last:
            return last[0], line
        raise Refused(f"Nothing waits for approval in {incident.reference}. Nothing was changed.")
    listed = "; ".join(f"{p.number}: {p.sentence}" for p in waiting[:_LISTED])
    raise Refused(f"Several changes wait for approval; add the number. Nothing was changed. {listed}")


def _elsewhere(asked: Asked, incident: Incident) -> Message | None:
    """In the room everybody sees what was decided; elsewhere the one who decided is told."""
    if incident.room is not None and incident.room.id == asked.room:
        return None
    return words(f"It is recorded in {incident.reference}.")
