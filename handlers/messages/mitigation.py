"""Changing what is failing: what is offered, what would be hit, who must approve, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import Block, ButtonElement

from handlers.messages import text
from handlers.messages.acts import Act, Subject, packed
from handlers.messages.drawing import Drawing
from handlers.messages.figures import FiguresFile
from handlers.messages.parts import Message, button, context, row, section, sections, sure, words
from incidents import proposals
from incidents.aims import lines
from incidents.mitigation import Approval, Fate, Offer, Stage
from incidents.mitigation_facts import MitigationProposed
from incidents.model import Incident, Proposal
from incidents.notices import PlanNotice

_OFFERED = 20
_AIMS = 8
_LABEL = 200
_WHO = {
    Approval.ANOTHER: "anybody but the one who asked",
    Approval.COMMANDER: "anybody but the one who asked, or the incident commander",
    Approval.ANYONE: "anybody, also the one who asked",
}


def offers(incident: Incident, found: Sequence[Offer], drawing: Drawing) -> Message:
    """What can be done for the incident's service, each with its line and its button."""
    head = f"What can be done for *{drawing.service(incident)}*. Nothing is changed before it is approved."
    rows = [
        section(_offer(offer), button("Look it up", f"{Act.MITIGATE}:{n}", asked(incident, offer)))
        for n, offer in enumerate(found[:_OFFERED])
    ]
    more = [context(f"and {len(found) - _OFFERED} more")] if len(found) > _OFFERED else []
    return Message("What can be done", (section(head), *rows, *more))


def _offer(offer: Offer) -> str:
    title, target = text.one_line(offer.title, 300), text.one_line(offer.target, 100)
    line = text.code(f"/incident mitigate {offer.word} {offer.target}", 200)
    return f"*{title}* · {target}\n{line} · approved by {_WHO[offer.approval]}"


def asked(incident: Incident, offer: Offer, *, below: bool = False) -> str:
    """The value of a button that asks for it; `below` has it proposed in the thread below the button."""
    fields: dict[str, str | int] = {
        "incident": incident.id,
        "word": offer.word[:100],
        "target": offer.target[:200],
    }
    return packed(fields | ({"below": 1} if below else {}))


def remedy(incident: Incident, offer: Offer, number: int) -> ButtonElement:
    """The button under a verdict for what can be done about its cause; the first of them is in colour."""
    value = asked(incident, offer, below=True)
    return button(f"{offer.title}…", f"{Act.MITIGATE}:{number}", value, style=None if number else "primary")


def no_service(incident: Incident) -> Message:
    """It is not known what is broken."""
    line = text.code(f"/incident service {incident.reference} payments")
    return words(
        f"{incident.reference} names no service, so I do not know what may be changed. Nothing was changed.\n"
        f"Choose the service on the card, or type {line}."
    )


def nothing_offered(service: str) -> Message:
    """What an operator writes so that something may be changed."""
    lines = (
        f"[[services.{service}.mitigations]]\n"
        'kind = "postgres"\n'
        'name = "db"\n'
        'actions = ["end-idle", "cancel-query"]\n'
        'dsn_env = "PAYMENTS_MITIGATION_URL"\n'
        'approval = "another"'
    )
    return words(
        f"Nothing may be changed for {text.one_line(service, 100)} yet, so there is nothing to offer. "
        "Whoever looks after Tocsin allows it with lines such as these in `services.toml`, and a restart:\n"
        f"```\n{text.escaped(lines)}\n```"
    )


def looked_up(offer: Offer) -> Message:
    """For the one who asked, at once."""
    title, target = text.one_line(offer.title, 200), text.one_line(offer.target, 100)
    return words(
        f"Looking up what *{title}* would hit on {target}. Nothing is changed: what I find is proposed in "
        "the incident's room and has to be approved there."
    )


def plan(notice: PlanNotice) -> Message:
    """Exactly what would be hit, what people will notice, who must approve it, and where it stands."""
    proposed = notice.proposed
    said = f"{notice.incident.reference}: {proposed.plan.sentence}"
    return Message(text.one_line(said, 500), tuple(_plan(notice.incident, proposed)))


def _plan(incident: Incident, proposed: MitigationProposed) -> Iterator[Block]:
    found, proposal = proposed.plan, incident.proposal(proposed.number)
    target = text.one_line(found.offer.target, 100)
    yield section(
        f"*{target}* · {text.escaped(found.sentence, 1500)}\n"
        f"{text.mention(proposed.asked_by)} asks for this: {text.one_line(found.offer.title, 200)}."
    )
    if found.effect:
        yield section(f"*What people will notice:* {text.escaped(found.effect, 1500)}")
    yield from sections(_aims(proposed))
    if proposal is None:
        return
    yield section(_state(proposal, incident))
    if proposal.stage is Stage.PROPOSED and incident.open:
        yield row(_buttons(incident, proposal))


def _aims(proposed: MitigationProposed) -> str:
    aims = proposed.plan.aims
    if not aims:
        return ""
    found = [(aim.label, 1) for aim in aims] if len(aims) <= _AIMS else lines(aims)
    shown = [f"• {text.one_line(line, _LABEL)}" for line, _ in found[:_AIMS]]
    rest = sum(number for _, number in found[_AIMS:])
    where = f"{f'and {rest} more, ' if rest else ''}all in the file in the thread"
    more = [where] if len(aims) > _AIMS else []
    return "\n".join([f"*Exactly {'this' if len(aims) == 1 else 'these'}:*", *shown, *more])


def aims_file(notice: PlanNotice) -> FiguresFile | None:
    """Everything that would be hit, as a text file; None where the message has it all."""
    proposed = notice.proposed
    found = proposed.plan
    if len(found.aims) <= _AIMS:
        return None
    name = f"{notice.incident.reference}-mitigation-{proposed.number}.txt"
    lines = [f"{found.offer.target}: {found.sentence}", "", *(aim.label for aim in found.aims)]
    title = f"What would be hit on {text.plain(found.offer.target, 80)}"
    return FiguresFile(name, title, "\n".join(lines) + "\n")


def _state(proposal: Proposal, incident: Incident) -> str:  # noqa: PLR0911 - one row for each stage
    """Who must do what until when, or what happened."""
    who, at = text.mention(proposal.decided_by or proposal.asked_by), text.clock(proposal.since)
    match proposal.stage:
        case Stage.PROPOSED:
            return _wanted(proposal, incident)
        case Stage.APPROVED | Stage.BEGUN:
            how = "broke the glass and approved it alone" if proposal.glass else "approved it"
            if proposal.stage is Stage.BEGUN and proposal.words:
                until = text.clock(proposal.since + proposals.TRIED_FOR)
                return f"{who} {how}. I try again until {until}: {text.escaped(proposal.words, 1000)}"
            return f"{who} {how}. I look at the target first and keep what I see, then I change it."
        case Stage.DONE | Stage.CHECKED:
            return f"*{_came_of(proposal)}* at {at}, approved by {who}: {text.escaped(proposal.words, 1000)}"
        case Stage.FAILED:
            return f"*Failed* at {at}: {text.escaped(proposal.words, 1000)}"
        case Stage.DECLINED:
            why = f"\n*Why:* {text.escaped(proposal.words, 1000)}" if proposal.words else ""
            return f"{who} *declined* it at {at}. Nothing was changed.{why}"
        case Stage.EXPIRED:
            how = (
                f"{who} approved it, but it could not begin in time"
                if proposal.decided_by
                else "nobody approved it"
            )
            return f"*Expired* at {at}: {how}. Nothing was changed."
        case _:
            return "*Withdrawn:* the incident has ended. Nothing was changed."


def _came_of(proposal: Proposal) -> str:
    """One word for it; what was gone by itself needed nothing to be done."""
    match Fate.DONE in proposal.fates, Fate.FAILED in proposal.fates:
        case False, False if proposal.fates:
            return "Left alone"
        case False, True:
            return "Failed"
        case True, True:
            return "Done in part"
        case _:
            return "Done"


def _wanted(proposal: Proposal, incident: Incident) -> str:
    until = text.clock(proposal.expires_at) if proposal.expires_at else "then"
    asker, commander = text.mention(proposal.asked_by), incident.commander
    if not incident.open:
        return "The incident has ended. Nothing was changed."
    match proposal.offer.approval:
        case Approval.ANYONE:
            who = "Somebody must approve it"
        case Approval.ANOTHER:
            who = f"Somebody other than {asker} must approve it"
        case Approval.COMMANDER:
            who = f"Somebody other than {asker}, or the incident commander, must approve it"
    other = commander if commander != proposal.asked_by else None
    call = f"\n{text.mention(other)}: press *Approve* or *Decline*." if other else ""
    return f"{who} by {until}. Until then nothing is changed; after that it expires.{call}"


def _buttons(incident: Incident, proposal: Proposal) -> Iterator[ButtonElement]:
    value = str(Subject(incident.id, proposal.number))
    what = text.plain(proposal.sentence, 250)
    yield button(
        "Approve", Act.APPROVE, value, style="danger", confirm=sure("Approve this change?", what, "Approve")
    )
    yield button("Decline", Act.DECLINE, value)
    if proposal.offer.approval is not Approval.ANYONE:
        yield button("Break the glass…", Act.BREAK_GLASS, value)
