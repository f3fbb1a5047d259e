"""The watch over a restored service: what the probes saw, how it ended, and what the end still asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from slack_sdk.models.blocks import Block, SectionBlock

from handlers.messages import checklists, text
from handlers.messages.acts import Act, Subject
from handlers.messages.drawing import Drawing, fallback
from handlers.messages.marks import DONE, HEALTH, NOT_YET
from handlers.messages.parts import Message, button, row, section
from handlers.messages.verify import to_verify
from incidents.ending_facts import NoProbes, Relapsed, WatchEnded, WatchLooked
from incidents.evidence import Health
from incidents.model import Incident, PersonId, Status
from incidents.watching import AGAIN, Criterion, Exit, criteria
from incidents.wording import duration, looks


def ended(incident: Incident, fact: WatchEnded) -> Message:
    """No relapse; the all-clear may be given."""
    person = text.mention(incident.commander or incident.declared_by)
    value = str(Subject.of(incident))
    buttons = [
        button("Resolve", Act.RESOLVE, value, style="primary"),
        button("It failed again", Act.RELAPSE, value),
    ]
    line = (
        f"The watch ended without a relapse: {looks(fact) or 'no probe looked'}.\n"
        f"{person}: give the all-clear with *Resolve*."
    )
    asked = [checklist(incident)] if incident.status is Status.MONITORING else []
    said = fallback(incident, "the watch ended without a relapse")
    return Message(said, (section(line), *asked, row(buttons)))


def looked(incident: Incident, fact: WatchLooked) -> Message:
    """A critical look, which is looked at again; or the second look, which no longer is."""
    mark, critical = HEALTH[Health(fact.health)], fact.health == Health.CRITICAL
    which = "One look" if critical else "The second look"
    seen = (
        f"{mark} · {which} at {text.one_line(fact.target, 100)} during the watch: "
        f"{text.escaped(fact.sentence, 2000)}"
    )
    if critical:
        next_ = f"I look again in {duration(AGAIN)}. If it is critical then too, the incident goes on."
    else:
        next_ = f"The watch goes on{_until(incident)}."
    again = button("It failed again", Act.RELAPSE, str(Subject.of(incident)))
    return Message(fallback(incident, seen), (section(f"{seen}\n{next_}"), row([again])))


def no_probes(incident: Incident, fact: NoProbes, drawing: Drawing) -> Message:
    """Nobody but people watches the service."""
    if fact.service:
        line = (
            f"No probe is configured for {drawing.service(incident)}, so watch it yourself. "
            "If it fails, press *It failed again*."
        )
    else:
        line = "No service is named, so no probe looks at it. Name it on the card, or watch it yourself."
    return Message(fallback(incident, "no probe watches the service"), (section(line),))


def relapsed(incident: Incident, fact: Relapsed, by: PersonId | None) -> Message:
    """It failed again, as somebody says or two looks in a row have shown."""
    why = f"\n*Why:* {text.escaped(fact.reason, 1500)}" if fact.reason else ""
    if by:
        line = (
            f"{text.mention(by)} reports that the service failed again.{why}\n"
            "The incident goes on and is investigated again."
        )
        return Message(fallback(incident, line), (section(line),))
    line = (
        f"The service failed again: two looks in a row found it critical.{why}\n"
        "The incident goes on and is investigated again. "
        f"To look closer, press *Diagnose* or type {text.code('/diagnose all')}."
    )
    value = str(Subject.of(incident))
    buttons = [button("Diagnose", Act.DIAGNOSE, value, style="primary")]
    buttons.append(button("Post update", Act.UPDATE, value))
    return Message(fallback(incident, line), (section(line), row(buttons)))


def card(incident: Incident) -> Iterator[Block]:
    """What the card shows of the watch."""
    if incident.status is not Status.MONITORING:
        return
    if incident.monitor_until:
        yield section(
            f"*Watching* until {text.clock(incident.monitor_until)}. Then the all-clear can be given."
        )
    yield checklist(incident)


def checklist(incident: Incident) -> SectionBlock:
    """The exit criteria, each with its mark and word."""
    lines = (
        f"{_mark(criterion, incident)} · {_what(criterion, incident)}" for criterion in criteria(incident)
    )
    undone = (f"{NOT_YET} · {line}" for line in checklists.lines(incident, {}))
    return section("\n".join(["*Before the all-clear:*", *lines, *undone, *to_verify(incident.fix)]))


def _mark(criterion: Criterion, incident: Incident) -> str:
    if criterion.exit is Exit.PROBES and incident.looks and incident.looks.health:
        return HEALTH[criterion.health]
    return DONE if criterion.health is Health.OK else NOT_YET


def _what(criterion: Criterion, incident: Incident) -> str:
    match criterion.exit:
        case Exit.RESTORED:
            how = f" with a {incident.fix.label}" if incident.fix else ""
            return f"service restored{_at(incident)}{how}"
        case Exit.WATCHED:
            return f"watched to the end{_until(incident)}"
        case Exit.PROBES:
            return _probes(incident)
        case Exit.UPDATE:
            return "a status update since then"
        case Exit.COMMANDER:
            return "an incident commander named"
        case _:
            assert_never(criterion.exit)


def _at(incident: Incident) -> str:
    return f" at {text.clock(incident.restored_at)}" if incident.restored_at else ""


def _until(incident: Incident) -> str:
    return f", until {text.clock(incident.monitor_until)}" if incident.monitor_until else ""


def _probes(incident: Incident) -> str:
    seen = incident.looks
    if seen and seen.blind:
        return "probes: none is configured, so look yourself"
    if seen is None or seen.health is None:
        return "probes fine when the watch last looked"
    when = f" at {text.clock(seen.looked_at)}" if seen.looked_at else ""
    if seen.health is Health.OK:
        return f"probes when the watch last looked{when}"
    return f"probes when the watch last looked{when}: {text.one_line(seen.sentence, 500)}"
