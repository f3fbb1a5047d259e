"""What only the one who asked gets to read: declared, asked back, lists, timeline, help."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from handlers.messages import people, text
from handlers.messages.acts import Act, Subject, packed
from handlers.messages.drawing import Drawing, clues, consequence, headline, owed, role_line, where
from handlers.messages.parts import Message, button, context, row, section, sections, words
from incidents.facts import Entry
from incidents.model import Incident
from incidents.phrases import Phrase
from incidents.story import story

_CARRIED = 1500
_LABEL = 60
_SLOW = 3.0
_BESIDE = 3
_STAND_IN = re.compile(r"\x00\d+\x00")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A line that can be meant in two ways.

    Attributes:
        line: all of it, as it would be declared.
        verb: the word that might be a command, and what its button says.
        words: what would follow the command.
        likely: the command is meant rather than a declaration.
    """

    line: str
    verb: str
    label: str
    words: str
    likely: bool = False


def declared(
    incident: Incident, drawing: Drawing, seconds: float, beside: Sequence[Incident] = ()
) -> Message:
    """The incident is on record; when its channel will be there, and what is open `beside` it already."""
    lines = [f"{headline(incident, drawing)}\n*{incident.reference}* is declared."]
    if incident.room:
        lines.append(f"It goes on in {where(incident)}.")
    elif seconds >= _SLOW:
        lines.append(
            f"Slack limits how fast channels are made: yours will be there in about {int(seconds) + 1} s, "
            "and you are invited to it then."
        )
    else:
        lines.append("Its channel opens in a moment, and you are invited to it.")
    lines += _beside(incident, beside[:_BESIDE], drawing)
    change = button("Change", Act.SEVERITY, str(Subject.of(incident)))
    if incident.assumed:
        lines.append(f"Nobody named a severity, so I took {text.one_line(incident.severity, 40)}.")
        return Message(f"{incident.reference} is declared.", (section("\n".join(lines), change),))
    return Message(f"{incident.reference} is declared.", (section("\n".join(lines)),))


def _beside(incident: Incident, others: Sequence[Incident], drawing: Drawing) -> Iterator[str]:
    """That it may be the same as another of its service, and what to do then."""
    service = drawing.service(incident)
    for other in others:
        going = f" · {where(other)}" if where(other) else ""
        yield f"{service} has {other.reference} open already: {headline(other, drawing, 80)}{going}"
    if others:
        end = f"/incident false-alarm {incident.reference} same as {others[0].reference}"
        yield f"If it is the same, go there and end this one: {text.code(end)}."


def doubted(doubt: Doubt, incidents: Sequence[Incident], *, near: str = "") -> Message:
    """Asked back: declare it, or carry the command out; nothing was written."""
    if len(doubt.line) > _CARRIED:
        return _too_long_to_ask(doubt, incidents)
    declares, first = packed({"line": doubt.line}), doubt.likely and bool(incidents)
    style = None if first or near else "primary"
    declare = button("Declare an incident", Act.DECLARE_THIS, declares, style=style)
    others = [
        button(
            text.plain(f"{doubt.label} in {incident.reference} {incident.title}", _LABEL),
            f"{Act.CARRY_OUT}:{incident.id}",
            packed({"verb": doubt.verb, "words": doubt.words, "incident": incident.id}),
            style="primary" if first and incident is incidents[0] else None,
        )
        for incident in incidents[:3]
    ]
    hint = f" Did you mean {text.code(f'/incident {near}')}?" if near else ""
    question = f"Do you want to declare this, or is it meant for an incident?{hint} Nothing was written yet."
    asked = f"{text.code(doubt.line, 500)}\n{question}"
    buttons = [*others, declare] if first else [declare, *others]
    return words(asked, row([*buttons, button("Neither", Act.NEVER_MIND)]))


def unknown_severity(phrase: Phrase, drawing: Drawing) -> Message:
    """The choices; each declares what was typed with that severity."""
    said = text.escaped(drawing.policy.unknown(phrase.unknown), 2800)
    chosen = [
        button(s.name, f"{Act.DECLARE_THIS}:{s.name}", packed({"line": f"{s.name} {phrase.title}".strip()}))
        for s in drawing.policy.severities
    ]
    if not phrase.title or len(phrase.title) > _CARRIED:
        return words(said, *kept(phrase.title))
    return words(f"{said}\nDeclare “{text.one_line(phrase.title, 500)}” as:", row(chosen))


def _too_long_to_ask(doubt: Doubt, incidents: Sequence[Incident]) -> Message:
    reference = incidents[0].reference if incidents else "INC-..."
    asked = (
        "This can be meant in two ways, so nothing was written. "
        f"Send it again as {text.code('/incident declare ...')} or as "
        f"{text.code(f'/incident {doubt.verb} {reference} ...')}. Your text:"
    )
    return words(asked, *kept(doubt.line))


def typed(line: str) -> Block:
    """A line that was refused, small."""
    return context(f"You typed: {text.code(f'/incident {line}', 1500)}")


def kept(typed: str) -> list[Block]:
    """What a person typed, so that it can be copied."""
    return list(sections(text.escaped(typed, 8000)))


def listed(incidents: Sequence[Incident], drawing: Drawing) -> Message:
    """The open incidents."""
    if not incidents:
        return words(
            f"No incident is open. To declare one, type {text.code('/incident SEV1 what is wrong')}."
        )
    blocks = [section(_row(incident, drawing)) for incident in incidents[:30]]
    return Message(f"{len(incidents)} open.", (*blocks, *_rest(len(incidents), 30)))


def _row(incident: Incident, drawing: Drawing) -> str:
    due = f" · next update {owed(incident)}" if incident.owed else ""
    return (
        f"{headline(incident, drawing)}\n{incident.reference} · {incident.status.label} since "
        f"{text.when(incident.status_since or incident.declared_at)}{due} · {where(incident)}"
    )


def _rest(count: int, shown: int) -> list[Block]:
    return [context(f"and {count - shown} more")] if count > shown else []


def status(incident: Incident, drawing: Drawing) -> Message:
    """Where it stands, for one who asks."""
    lines = [_row(incident, drawing)]
    if incident.impact:
        lines.append(f"*Impact:* {text.one_line(incident.impact, 800)}")
    if incident.actions:
        lines.append(f"*Actions:* {text.one_line(incident.actions, 800)}")
    lines += clues(incident)
    lines += [consequence(incident, drawing)] if incident.owed else []
    return Message(incident.reference, (section("\n".join(lines)), section(roles_text(incident, drawing))))


def roles(incident: Incident, drawing: Drawing) -> Message:
    """Who does what, and how a role is taken."""
    take, give = text.code("/incident role commander"), text.code("/incident role scribe @name")
    how = f"{take} takes a role, {give} gives it."
    return Message(f"Roles of {incident.reference}", (section(roles_text(incident, drawing)), context(how)))


def roles_text(incident: Incident, drawing: Drawing) -> str:
    """One line for each role, and one for all experts."""
    lines = [role_line(incident, role, drawing) for role in drawing.policy.roles_with(incident.roles)]
    return "\n".join([*lines, people.experts(incident)]).rstrip()


def timeline(incident: Incident, entries: Sequence[Entry], drawing: Drawing) -> Message:
    """What happened, in order; of a long story the latest part."""
    lines = _told(incident, entries, drawing)
    shown: list[str] = []
    room = 9000
    for entry in reversed(lines):
        room -= len(entry) + 1
        if room < 0:
            break
        shown.append(entry)
    more = (
        [context(f"{len(lines) - len(shown)} earlier entries are left out here.")]
        if len(shown) < len(lines)
        else []
    )
    head = section(f"*Timeline of {incident.reference}* · {text.title(incident.title)}")
    body = sections("\n".join(reversed(shown)) or "Nothing happened yet.")
    return Message(f"Timeline of {incident.reference}", (head, *more, *body))


def _told(incident: Incident, entries: Sequence[Entry], drawing: Drawing) -> list[str]:
    """Written with stand-ins, made safe, then people, times and links put in."""
    stand_ins: dict[str, str] = {}

    def stand_in(markup: str) -> str:
        key = f"\x00{len(stand_ins)}\x00"
        stand_ins[key] = markup
        return key

    told = story(
        incident,
        entries,
        lambda who: stand_in(drawing.mention(who)),
        lambda at: stand_in(text.when(at)),
        lambda url: stand_in(text.link(url, "the message")),
    )
    safe = (text.one_line(line, 700) for line in told)
    filled = (_STAND_IN.sub(lambda found: stand_ins.get(found[0], ""), line) for line in safe)
    return [line.replace("\x00", "") for line in filled]


def targets(names: Sequence[str]) -> Message:
    """What can be looked at."""
    if not names:
        return words("Nothing can be looked at yet. Name the systems of each service in services.toml.")
    shown = ", ".join(text.code(f"/diagnose {name}", 80) for name in names[:20])
    buttons = [button(name, f"{Act.LOOK}:{n}", name) for n, name in enumerate(names[:5])]
    find = f"; {text.code('/diagnose logs find TEXT')} looks for a text" if _searched(names) else ""
    return words(f"What shall I look at? {shown}{find}", row(buttons))


def _searched(names: Sequence[str]) -> bool:
    return any(name.split()[-1] == "logs" for name in names)


HELP = (
    ("SEV1 payments down", "declare an incident"),
    ("update identified: the pool leaks", "post a status update; alone it opens the form"),
    ("nothing-new", "post that there is nothing new"),
    ("snooze", "put the next update off, once"),
    ("ack", "say that you are on it"),
    ("role commander ‹@name›", "give a role; without a name you take it"),
    ("roles", "see who does what"),
    ("handover ‹@name› ‹state of play›", "hand command over; alone it opens the form"),
    ("handover withdraw", "keep command after all"),
    ("expert ‹@name› database", "bring in somebody who knows a subject"),
    ("time began 13:40", "correct when it began (or `detected`, `acknowledged`, `restored`)"),
    ("detected by Grafana alert", "record who or what saw it"),
    ("suspect the 14:02 deploy", "record what was suspected first"),
    ("severity SEV2", "change the severity"),
    ("service payments", "name the service"),
    ("note ‹what happened›", "add a line to the timeline"),
    ("mitigate", "see what can be done about it; with its words it is looked up and proposed"),
    ("mitigate approve", "approve what was proposed; or `decline ‹why›`, `break-glass ‹why›`"),
    ("rollback-or-fix", "weigh the two; the form proposes one, with reasons"),
    ("checklist data-loss", "work through a runbook's steps in the room; `tick 3` says that a step is done"),
    ("restored", "the service works again; the watch begins"),
    ("restored fix forward", "the same, watched for longer; or `restored rollback`"),
    ("relapse ‹why›", "it failed again"),
    ("resolve ‹what it was›", "give the all-clear after the watch; `resolve now ‹why›` at once"),
    ("reopen ‹why›", "it was not over"),
    ("false-alarm ‹why›", "there was no incident"),
    ("status", "see where it stands"),
    ("timeline", "see what happened"),
    ("report", "write the post-mortem draft into the room"),
    ("list", "see all open incidents"),
    ("checks", "see the standing checks; `checks known payments api` or `checks declare ...` answers one"),
)


def help_text() -> Message:
    """Every line that can be typed."""
    rows = "\n".join(f"{text.code(f'/incident {usage}')} {meaning}" for usage, meaning in HELP)
    example = text.code("/incident update INC-2026-001 ...")
    below = (
        f"{text.code('/incident')} alone opens a form. In an incident's room a line is meant for that "
        f"incident; from anywhere else name it: {example}. "
        f"{text.code('/diagnose db')} looks at the database, {text.code('/diagnose logs')} at the logs; "
        f"{text.code('/diagnose logs find connection refused')} shows where that text stands in them."
    )
    return Message("What you can type", (section(rows), section(below)))
