"""The card: the pinned message that shows the incident as it is now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    InteractiveElement,
    Option,
    PlainTextObject,
    StaticSelectElement,
)

from handlers.messages import checklists, people, text, watch
from handlers.messages.acts import Act, Subject
from handlers.messages.drawing import Drawing, clues, consequence, fallback, links, owed, role_line, status
from handlers.messages.parts import Message, button, context, header, row, section
from incidents import proposals
from incidents.evidence import Health
from incidents.model import Incident, Proposal, Status
from incidents.work import AnyBoard, PlanBoard

_MENU = 100
_WAITING = 5


def card(incident: Incident, drawing: Drawing, addresses: Mapping[AnyBoard, str] | None = None) -> Message:
    """Severity, title, status, impact, roles, what is owed next, and buttons by stage.

    Args:
        incident: as it is now.
        drawing: how things are called.
        addresses: where the messages stand to which it leads: waiting changes, checklists not done.
    """
    said = fallback(incident, f"{text.title(incident.title)} ({incident.status.value})")
    return Message(said, tuple(_blocks(incident, drawing, addresses or {})))


def _blocks(incident: Incident, drawing: Drawing, addresses: Mapping[AnyBoard, str]) -> Iterator[Block]:
    yield header(f"{drawing.severity(incident.severity)} · {incident.title}")
    yield section(_facts(incident, drawing), _severity_button(incident))
    if incident.impact or incident.open:
        yield section(f"*Impact:* {text.escaped(incident.impact, 1500) or '_not known yet_'}")
    if incident.open and incident.actions:
        yield section(f"*Actions:* {text.escaped(incident.actions, 800)}")
    if waiting := proposals.proposed(incident):
        yield section("\n".join(_fix(proposal, addresses) for proposal in waiting[:_WAITING]))
    if undone := checklists.lines(incident, addresses):
        yield section("\n".join(undone[:_WAITING]))
    if incident.open:
        yield from _service(incident, drawing)
    yield from _roles(incident, drawing)
    yield from _owed(incident, drawing)
    yield row(_buttons(incident))


def _facts(incident: Incident, drawing: Drawing) -> str:
    since = incident.status_since or incident.declared_at
    lines = [f"*{incident.reference}* · *{status(incident)}* since {text.when(since)}", _started(incident)]
    if service := drawing.service(incident):
        lines.append(f"*Service:* {service}")
    if incident.source.startswith(("https://", "http://")):
        lines.append(f"*Declared from:* {text.link(incident.source, 'this message')}")
    lines += clues(incident)
    if incident.assumed:
        lines.append(f"Nobody named a severity, so I took {text.one_line(incident.severity, 40)}.")
    return "\n".join([*lines, *links(incident, drawing)])


def _started(incident: Incident) -> str:
    """When it began if that is known, and when it was declared."""
    declarer, declared = text.mention(incident.declared_by), text.when(incident.declared_at)
    if incident.began_at is None:
        return f"*Started:* {declared} · declared by {declarer}"
    return f"*Began:* {text.when(incident.began_at)} · declared by {declarer}, {declared}"


def _severity_button(incident: Incident) -> ButtonElement | None:
    if not incident.open:
        return None
    return button(
        "Change" if incident.assumed else "Change severity", Act.SEVERITY, str(Subject.of(incident))
    )


def _fix(proposal: Proposal, addresses: Mapping[AnyBoard, str]) -> str:
    """What waits for somebody's approval, until when, and where to give it."""
    until = f" Until {text.clock(proposal.expires_at)}." if proposal.expires_at else ""
    address = addresses.get(PlanBoard(proposal.number))
    where = f" {text.link(address, 'Approve or decline it')}" if address else ""
    return f"*A fix waits for approval:* {text.escaped(proposal.sentence, 300)}{until}{where}"


def _service(incident: Incident, drawing: Drawing) -> Iterator[Block]:
    if incident.service is None and (menu := service_menu(incident, drawing)):
        yield section("*Service:* not named yet. Which one is broken?", menu)


def service_menu(incident: Incident, drawing: Drawing) -> StaticSelectElement | None:
    """The menu of services; None where there are none to choose from."""
    options = [
        Option(text=PlainTextObject(text=text.plain(s.name, 75)), value=s.key[:75])
        for s in list(drawing.catalogue)[:_MENU]
    ]
    if not options:
        return None
    return StaticSelectElement(
        placeholder="Choose the service", action_id=f"{Act.SERVICE}:{Subject.of(incident)}", options=options
    )


def _roles(incident: Incident, drawing: Drawing) -> Iterator[Block]:
    roles = drawing.policy.roles_with(incident.roles)
    filled = [role_line(incident, role, drawing) for role in roles if role in incident.roles]
    if incident.responders:
        filled.append(f"*On it:* {' '.join(map(text.mention, incident.responders[:20]))}")
    if incident.experts:
        filled.append(people.experts(incident))
    if filled:
        yield section("\n".join(filled), _hand_over_button(incident))
    if not incident.open:
        return
    for role in roles:
        if role not in incident.roles:
            take = button("Take", f"{Act.TAKE}:{role.key}", str(Subject.of(incident)))
            yield section(role_line(incident, role, drawing), take)


def _hand_over_button(incident: Incident) -> ButtonElement | None:
    if not incident.open or incident.commander is None:
        return None
    return button("Hand over", Act.HAND_OVER, str(Subject.of(incident)))


def _owed(incident: Incident, drawing: Drawing) -> Iterator[Block]:
    if not incident.open:
        return
    yield from watch.card(incident)
    if incident.owed:
        asked = text.mention(incident.asked_for_updates())
        yield section(f"*Next update:* {owed(incident)}, from {asked}.\n{consequence(incident, drawing)}")
    else:
        yield context("No update is owed at this severity; post one when there is something to say.")


def _buttons(incident: Incident) -> list[InteractiveElement]:
    """By stage; the likeliest first and the only one in colour."""
    value = str(Subject.of(incident))

    def offer(label: str, act: Act, *, first: bool = False) -> ButtonElement:
        return button(label, act, value, style="primary" if first else None)

    if not incident.open:
        return [offer("Reopen", Act.REOPEN), offer("Timeline", Act.TIMELINE)]
    assign, diagnose = offer("Assign...", Act.ASSIGN), offer("Diagnose", Act.DIAGNOSE)
    if incident.status is Status.MONITORING:
        ill = incident.looks is not None and incident.looks.health is Health.CRITICAL
        resolve = offer("Resolve", Act.RESOLVE, first=not ill)
        again = offer("It failed again", Act.RELAPSE, first=ill)
        ending = [again, resolve] if ill else [resolve, again]
        return [*ending, offer("Post update", Act.UPDATE), assign, diagnose]
    if incident.acknowledged_at is None:
        mine = offer("I'm on it", Act.ACKNOWLEDGE, first=True)
        return [
            mine,
            offer("Post update", Act.UPDATE),
            assign,
            diagnose,
            offer("Service restored", Act.RESTORED),
        ]
    update, restored = offer("Post update", Act.UPDATE, first=True), offer("Service restored", Act.RESTORED)
    return [update, assign, diagnose, restored, offer("Resolve", Act.RESOLVE)]
