"""Standing checks: the message of a turn, the lines in an incident's room, and the list of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import ButtonElement

from handlers.messages import text
from handlers.messages.acts import Act, packed
from handlers.messages.drawing import Drawing, fallback, where
from handlers.messages.marks import HEALTH
from handlers.messages.parts import Message, button, context, row, section, words
from incidents.check_facts import CheckFact, CheckTurned
from incidents.checks import Check, Standing, Turn, TurnKind, health_of
from incidents.evidence import Health
from incidents.model import Incident
from incidents.notices import CheckNotice
from incidents.wording import duration

_LISTED = 40
_SENTENCE = 1500


def turn(notice: CheckNotice, drawing: Drawing) -> Message:
    """The message of a turn as it is now: what is so, what is known, what to do."""
    found, name = notice.turn, _name(notice.check)
    lines = _recovered(notice) if found.recovered_at else _lasting(notice, drawing)
    short = text.one_line(found.title or found.sentence, 300)
    said = f"{name} {_again(found)}" if found.recovered_at else f"{name}: {short}"
    buttons = list(_buttons(notice, drawing))
    return Message(said, (section("\n".join(lines)), *([row(buttons)] if buttons else [])))


def _lasting(notice: CheckNotice, drawing: Drawing) -> Iterator[str]:
    found, name = notice.turn, f"*{_name(notice.check)}*"
    yield f"{HEALTH[found.health]} · {name} {_failing(found)}."
    if found.kind is TurnKind.BLIND:
        yield f"That is not known to be fine. {text.escaped(found.sentence, _SENTENCE)}"
        yield f"Next: look yourself, or type {_diagnose(notice.check)}."
        return
    yield text.escaped(found.sentence, _SENTENCE)
    if found.unseen_since and not found.over:
        yield f"Since {text.clock(found.unseen_since)} I cannot look at it any more."
    yield _next_step(notice, drawing)


def _failing(found: Turn) -> str:
    """What is so while it lasts, behind the check's name."""
    since = text.clock(found.began_at)
    if found.kind is TurnKind.BLIND:
        return f"cannot be looked at since {since}"
    if found.flaps:
        return f"turns again and again: {found.flaps} times in the last 30 min, this time at {since}"
    return f"has failed {found.looks} of {found.of} looks since {since}"


def _had(found: Turn) -> str:
    """The same, when it is over."""
    since = text.clock(found.began_at)
    if found.kind is TurnKind.BLIND:
        return f"could not be looked at since {since}"
    if found.flaps:
        return f"had turned {found.flaps} times in 30 min, the last time at {since}"
    return f"had failed {found.looks} of {found.of} looks since {since}"


def _next_step(notice: CheckNotice, drawing: Drawing) -> str:
    """Who has taken care of it, or what to do."""
    found = notice.turn
    if notice.incident:
        return _incident(notice.incident, found)
    if found.known_by:
        return f"{_known(found)} I say nothing more of it until it is good again."
    held = " I say nothing more of it until it has been good for 30 min." if found.flaps else ""
    press = f"Next: press *{_declare(notice, drawing)}* or *Not an incident*"
    return f"{press}; {_diagnose(notice.check)} looks closer.{held}"


def _recovered(notice: CheckNotice) -> Iterator[str]:
    found, name = notice.turn, f"*{_name(notice.check)}*"
    if found.kind is TurnKind.BLIND:
        yield f"{name} {_again(found)}."
    else:
        alone = not notice.incident and not found.known_by
        yield f"{HEALTH[Health.OK]} · {name} {_again(found)}{'; nobody declared' if alone else ''}."
    yield f"It {_had(found)}: {text.escaped(found.sentence, _SENTENCE)}"
    if notice.incident:
        yield _incident(notice.incident, found)
    elif found.known_by:
        yield _known(found)


def _again(found: Turn) -> str:
    """That it is over, behind the check's name."""
    if found.recovered_at is None:
        return ""
    at, lasted = text.clock(found.recovered_at), duration(found.recovered_at - found.began_at)
    what = "recovered at" if found.kind is TurnKind.BAD else "can be looked at again since"
    return f"{what} {at} after {lasted}"


def _known(found: Turn) -> str:
    at = f" at {text.clock(found.known_at)}" if found.known_at else ""
    return f"{text.mention(found.known_by or '')} said{at} that this is no incident."


def _incident(incident: Incident, found: Turn) -> str:
    """Of a private one only that somebody works on it."""
    if incident.private:
        return "Somebody is working on it."
    goes = f": {where(incident)}" if where(incident) else ""
    if not incident.open:
        return f"*{incident.reference}* was about it and is over{goes}"
    if found.declared:
        return f"{text.mention(incident.declared_by)} declared *{incident.reference}*{goes}"
    if found.over:  # this message is not drawn again when the incident ends
        return f"*{incident.reference}* is about it{goes}"
    return f"*{incident.reference}* is open for it{goes}"


def _diagnose(check: Check) -> str:
    return text.code(f"/diagnose {check.target}")


def _buttons(notice: CheckNotice, drawing: Drawing) -> Iterator[ButtonElement]:
    found, check = notice.turn, notice.check
    if found.over or notice.incident:
        return
    if found.kind is TurnKind.BLIND:
        yield button("Look again", f"{Act.LOOK}:0", check.target)
        return
    value = packed({"check": check.id, "turn": found.number})
    style = None if found.known_by else "primary"
    yield button(_declare(notice, drawing), Act.CHECK_DECLARE, value, style=style)
    if not found.known_by:
        yield button("Not an incident", Act.CHECK_KNOWN, value)


def _declare(notice: CheckNotice, drawing: Drawing) -> str:
    """What the button says."""
    return f"Declare {drawing.policy.governing(notice.check.severity).name}"


def said(incident: Incident, fact: CheckFact) -> Message:
    """In the room of the incident of its service: it turned, or it is good again."""
    name = text.one_line(fact.check, 100)
    if isinstance(fact, CheckTurned):
        mark = HEALTH[Health(fact.health)] if fact.health in set(Health) else text.one_line(fact.health, 40)
        line = (
            f"{mark} · The check *{name}* turned {text.one_line(fact.health, 40)}, "
            f"first seen at {text.clock(fact.since)}: {text.escaped(fact.sentence, _SENTENCE)}"
        )
    else:
        lasted = duration(fact.at - fact.since)
        mark = HEALTH[Health.OK]
        line = f"{mark} · The check *{name}* is good again since {text.clock(fact.at)}, after {lasted}."
    return Message(fallback(incident, f"the check {name}"), (section(line),))


def listed(standings: Sequence[tuple[Check, Standing | None]]) -> Message:
    """Every check: how it stands, since when, and its looks; the worst first."""
    if not standings:
        return words(
            "No standing check is configured. Whoever looks after Tocsin adds "
            f"{text.code('[[services.<key>.checks]]')} to {text.code('services.toml')}."
        )
    ordered = sorted(standings, key=lambda each: health_of(each[1]).rank)
    rows = [section(_row(check, standing)) for check, standing in ordered[:_LISTED]]
    more = [context(f"and {len(ordered) - _LISTED} more")] if len(ordered) > _LISTED else []
    return Message(text.counted(len(ordered), "standing check"), (*rows, *more))


def _row(check: Check, standing: Standing | None) -> str:
    head = f"{HEALTH[health_of(standing)]} · *{_name(check)}*"
    if standing is None or standing.looked_at is None:
        return f"{head}\nnot looked at yet · every {duration(check.every)}"
    times = [
        f"since {text.when(standing.since)}" if standing.since else "",
        f"last look {text.second(standing.looked_at)}",
        _next(standing),
        f"every {duration(check.every)}",
        *_notes(standing),
    ]
    lines = [f"{head} · {' · '.join(time for time in times if time)}"]
    if health_of(standing) is not Health.OK:
        lines.append(text.one_line(standing.sentence, 400))
    return "\n".join(lines)


def _next(standing: Standing) -> str:
    return "looking now" if standing.begun_at else f"next look {text.second(standing.looks_at)}"


def _notes(standing: Standing) -> Iterator[str]:
    bad = standing.bad_turn
    if bad is None:
        return
    if bad.flaps:
        yield "turns again and again"
    if bad.incident is not None:
        yield "an incident is about it"
    elif bad.known_by:
        yield f"no incident, says {text.mention(bad.known_by)}"


def _name(check: Check) -> str:
    return text.one_line(check.id, 100)
