"""The end of an incident: restored, resolved, false alarm, reopened."""

from __future__ import annotations

from collections.abc import Iterator

from slack_sdk.models.blocks import Block, ButtonElement

from handlers.messages import text
from handlers.messages.acts import Act, Subject
from handlers.messages.drawing import Drawing, consequence, fallback, headline
from handlers.messages.parts import Message, button, row, section
from incidents.ending_facts import FalseAlarm, FixNamed, Reopened, Resolved, ServiceRestored
from incidents.model import Incident, PersonId
from incidents.retrospective import draft_due
from incidents.times import times
from incidents.values import Fix
from incidents.wording import duration


def restored(incident: Incident, fact: ServiceRestored, by: PersonId | None, drawing: Drawing) -> Message:
    """The service works again; what is watched until when, and until when if it was a fix forward."""
    how = f" with a {fact.fix.label}" if fact.fix else ""
    lines = [
        f"{text.mention(by) if by else 'Tocsin'} says that the service is restored{how}.",
        f"We watch it until {text.clock(fact.watch_until)}. Then the all-clear can be given with *Resolve*.",
    ]
    value = str(Subject.of(incident))
    buttons = [button("It failed again", Act.RELAPSE, value)]
    if fact.fix is None:
        until = fact.watch_until - drawing.policy.watch(None) + drawing.policy.watch(Fix.FORWARD)
        longer = f"then we watch it until {text.clock(until)}"
        lines.append(f"If you fixed it forward, press *It was a fix forward*: {longer}.")
        buttons = [*(_it_was(fix, value) for fix in (Fix.FORWARD, Fix.ROLLBACK)), *buttons]
    said = fallback(incident, "the service is restored")
    return Message(said, (section("\n".join(lines)), row(buttons)))


def _it_was(fix: Fix, value: str) -> ButtonElement:
    return button(f"It was a {fix.label}", f"{Act.FIX}:{fix}", value)


def fix(incident: Incident, fact: FixNamed, by: PersonId | None) -> Message:
    """The kind of fix, and until when the service is watched because of it."""
    before = f" Before: a {fact.before.label}." if fact.before else ""
    lines = [f"{text.mention(by) if by else 'Tocsin'} says that it was a *{fact.fix.label}*.{before}"]
    if fact.watch_until:
        lines.append(f"We watch the service until {text.clock(fact.watch_until)}.")
    return Message(fallback(incident, f"it was a {fact.fix.label}"), (section("\n".join(lines)),))


def resolved(incident: Incident, fact: Resolved, by: PersonId | None, drawing: Drawing) -> Message:
    """What it was, how long it took, who worked on it, and what is owed next."""
    who = f" by {text.mention(by)}" if by else ""
    head = f"{headline(incident, drawing, 500)}\n*{incident.reference} is resolved*{who}."
    blocks = [
        section(head),
        *_what_it_was(fact),
        *([section(f"*The fix:* a {incident.fix.label}")] if incident.fix else []),
        section("\n".join(durations(incident))),
        section("\n".join(_owed_next(incident, drawing))),
    ]
    return Message(fallback(incident, "resolved"), (*blocks, row([_reopen(incident)])))


def _what_it_was(fact: Resolved) -> Iterator[Block]:
    summary = text.escaped(fact.summary, 2800)
    if fact.reason == fact.summary:
        yield section(f"*What it was, and why the watch was skipped:* {summary}")
        return
    yield section(f"*What it was:* {summary}")
    if fact.reason:
        yield section(f"*The watch was skipped:* {text.escaped(fact.reason, 1500)}")


_BETWEEN = (
    "began → detected",
    "declared → on it",
    "declared → commander",
    "detected → restored",
    "detected → resolved",
)


def durations(incident: Incident) -> Iterator[str]:
    """How long each part took and between what, one line each; then the times themselves."""
    for (name, span), between in zip(times(incident).rows(), _BETWEEN, strict=True):
        yield f"*{name}:* {duration(span) if span is not None else 'not known'} ({between})"
    named = (
        ("began", incident.began_at),
        ("detected", incident.detected),
        ("declared", incident.declared_at),
        ("restored", incident.restored_at),
        ("resolved", incident.resolved_at),
    )
    yield "*When:* " + " · ".join(f"{word} {text.clock(at)}" for word, at in named if at)
    if incident.began_at is None:
        yield f"To add when it began, type {text.code(f'/incident time {incident.reference} began 13:40')}."


def _owed_next(incident: Incident, drawing: Drawing) -> Iterator[str]:
    yield f"*Worked on it:* {', '.join(_workers(incident, drawing))}"
    severity = drawing.policy.find(incident.severity)
    if severity and severity.retrospective and incident.resolved_at:
        due = draft_due(incident.resolved_at, drawing.policy)
        owner = text.mention(incident.commander or incident.declared_by)
        yield f"*Owed next:* the post-mortem, by {text.day(due)}, from {owner}. Its draft comes here."
    yield f"*Record:* {text.code(f'/incident timeline {incident.reference}')}"


def _workers(incident: Incident, drawing: Drawing) -> Iterator[str]:
    """Each once, with every role that they held at the end."""
    shown = [role for role in drawing.policy.roles_with(incident.roles) if role in incident.roles]
    held = [incident.roles[role] for role in shown]
    everyone = dict.fromkeys([*held, *incident.responders, *incident.experts, incident.declared_by])
    for person in list(everyone)[:24]:
        own = (text.one_line(role.noun, 60) for role in shown if incident.roles[role] == person)
        roles = ", ".join(own)
        yield f"{text.mention(person)} ({roles})" if roles else text.mention(person)


def _reopen(incident: Incident) -> ButtonElement:
    return button("Reopen", Act.REOPEN, str(Subject.of(incident)))


def false_alarm(incident: Incident, fact: FalseAlarm, by: PersonId | None) -> Message:
    """There was no incident."""
    who = text.mention(by) if by else "Tocsin"
    why = f"\n*Why:* {text.escaped(fact.reason, 1500)}" if fact.reason else ""
    line = (
        f"{who} closed {incident.reference} as a false alarm.{why}\n"
        "It owes nothing and stays out of the figures."
    )
    return Message(fallback(incident, "a false alarm"), (section(line), row([_reopen(incident)])))


def reopened(incident: Incident, fact: Reopened, by: PersonId | None, drawing: Drawing) -> Message:
    """It was not over."""
    who = text.mention(by) if by else "Tocsin"
    why = f"\n*Why:* {text.escaped(fact.reason, 1500)}" if fact.reason else ""
    due = f"The next update is due by {text.clock(incident.owed.due)}." if incident.owed else ""
    lines = f"{who} reopened {incident.reference}.{why}\n{due} {consequence(incident, drawing)}".strip()
    return Message(fallback(incident, "reopened"), (section(lines),))
