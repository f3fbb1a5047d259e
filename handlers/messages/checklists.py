"""Guided checklists: what there is, one as it stands with its buttons, and what the card says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from slack_sdk.models.blocks import Block, ButtonElement

from handlers.messages import text
from handlers.messages.acts import Act, Subject, packed
from handlers.messages.drawing import fallback
from handlers.messages.marks import DONE, NOT_YET
from handlers.messages.parts import Message, button, context, section, words
from handlers.messages.text import counted
from incidents.checklist_facts import ChecklistBegun, ChecklistFact, StepTicked, StepUnticked
from incidents.checklists import Checklist, Guide, Step
from incidents.model import Incident, PersonId
from incidents.notices import ChecklistNotice
from incidents.work import AnyBoard, ChecklistBoard

_STEP = 400
_TICKED = 120
_LISTED = 40


def checklist(notice: ChecklistNotice) -> Message:
    """Every step with its mark; the next one stands out, and those done say by whom and when."""
    shown = next(each for each in notice.incident.checklists if each.number == notice.number)
    said = f"checklist {shown.title}: {shown.done} of {counted(len(shown.steps), 'step')} done"
    return Message(fallback(notice.incident, text.escaped(said, 300)), tuple(_blocks(notice.incident, shown)))


def _blocks(incident: Incident, shown: Checklist) -> Iterator[Block]:
    yield section("\n".join(_head(shown)))
    for number, step in enumerate(shown.steps, 1):
        tick = _tick(incident, shown, number, step)
        yield section(_step(number, step, first=number == shown.next), tick)
    yield context(f"{_line_of(incident, shown)}Every tick stands on the timeline.")


def _line_of(incident: Incident, shown: Checklist) -> str:
    """How the next step is ticked by a line, also where several checklists are worked through."""
    if not shown.next:
        return ""
    which = "" if len(incident.checklists) == 1 else f"{shown.number} "
    return f"Or type {text.code(f'/incident tick {which}{shown.next}')}. "


def _head(shown: Checklist) -> Iterator[str]:
    steps = counted(len(shown.steps), "step")
    left = f"next is step {shown.next}" if shown.next else "all is done"
    yield f"*Checklist: {text.title(shown.title, 200)}* · {shown.done} of {steps} done, {left}"
    if shown.expected:
        yield f"*Expected time to recover:* {text.one_line(shown.expected, 500)}"


def _step(number: int, step: Step, *, first: bool) -> str:
    if step.by and step.at:
        who = f"{text.mention(step.by)}, {text.clock(step.at)}"
        return f"{number}. {DONE} · {text.one_line(step.text, _TICKED)} · {who}"
    said = text.one_line(step.text, _STEP)
    return f"{number}. *Next* · {said}" if first else f"{number}. {NOT_YET} · {said}"


def _tick(incident: Incident, shown: Checklist, number: int, step: Step) -> ButtonElement:
    """The step's button; that of the next one is in colour."""
    value = str(Subject(incident.id, shown.number))
    if step.by:
        return button("Undo", f"{Act.UNTICK}:{number}", value)
    style = "primary" if number == shown.next else None
    return button("Done", f"{Act.TICK}:{number}", value, style=style)


def listed(incident: Incident, guides: Sequence[Guide]) -> Message:
    """What checklists there are, each with its line and, unless it was begun, its button."""
    if not guides:
        return words(
            "There is no checklist. Each runbook with numbered steps (`## Steps`) in the folder `runbooks` "
            "beside `policy.toml` gives one, after a restart."
        )
    head = f"The checklists that can be worked through in {incident.reference}, step by step:"
    rows = [section(_guide(guide), _begin(incident, guide, n)) for n, guide in enumerate(guides[:_LISTED])]
    more = [context(f"and {len(guides) - _LISTED} more")] if len(guides) > _LISTED else []
    return Message("The checklists", (section(head), *rows, *more))


def _guide(guide: Guide) -> str:
    line = text.code(f"/incident checklist {guide.key}")
    return f"*{text.title(guide.title, 150)}* · {counted(len(guide.steps), 'step')}\n{line}"


def _begin(incident: Incident, guide: Guide, number: int) -> ButtonElement | None:
    if any(begun.key == guide.key for begun in incident.checklists):
        return None
    return begin(incident, guide, number)


def begin(incident: Incident, guide: Guide, number: int = 0) -> ButtonElement:
    """The button that begins it in that incident."""
    value = packed({"incident": incident.id, "guide": guide.key[:200]})
    return button("Start the checklist", f"{Act.CHECKLIST}:{number}", value)


def lines(incident: Incident, links: Mapping[AnyBoard, str]) -> list[str]:
    """For the card and the end of the watch: each checklist that is not done, and where it stands."""
    return [_line(shown, links) for shown in incident.checklists if shown.next]


def _line(shown: Checklist, links: Mapping[AnyBoard, str]) -> str:
    address = links.get(ChecklistBoard(shown.number))
    where = f" {text.link(address, 'Open it')}" if address else ""
    steps = counted(len(shown.steps), "step")
    return f"*Checklist:* {text.title(shown.title, 150)}, {shown.done} of {steps} done.{where}"


def said(incident: Incident, fact: ChecklistFact, by: PersonId | None) -> Message:
    """What happened to one, as a message."""
    who = text.mention(by) if by else "Tocsin"
    match fact:
        case ChecklistBegun():
            line = f"{who} began the checklist “{text.one_line(fact.title, 200)}”."
        case StepTicked():
            line = f"{who} has done step {fact.step}: {text.one_line(fact.text, _STEP)}"
        case StepUnticked():
            line = f"{who} took back that step {fact.step} is done: {text.one_line(fact.text, _STEP)}"
        case _:
            assert_never(fact)
    return Message(fallback(incident, line), (section(line),))
