"""What happened to a change, said in the incident's room."""

from __future__ import annotations

from collections.abc import Iterator

from slack_sdk.models.blocks import ButtonElement

from handlers.messages import text
from handlers.messages.acts import Act, Subject
from handlers.messages.drawing import fallback
from handlers.messages.marks import HEALTH
from handlers.messages.mitigation import asked
from handlers.messages.parts import Message, button, row, section
from handlers.messages.verify import to_verify
from incidents.evidence import Health
from incidents.mitigation import Fate, Hit, Offer
from incidents.mitigation_facts import (
    FixAdvised,
    GlassBroken,
    MitigationChecked,
    MitigationDeclined,
    MitigationDone,
    MitigationExpired,
    MitigationFact,
    MitigationFailed,
    MitigationVoid,
)
from incidents.mitigation_wording import counted, figures, mitigated, otherwise
from incidents.model import Incident, PersonId, Status
from incidents.values import Fix

_FAILED = 10
_FEW = 3  # as many are told at length
_REASON, _SHORT = 500, 150  # characters of a reason
_UNCHANGED = "Nothing was changed"
_LOOK = "Look it up again"
_STILL_WANTED = f"If it is still wanted, press *{_LOOK}*: it is proposed anew and must be approved anew."


def drawn(incident: Incident, fact: MitigationFact, by: PersonId | None) -> Message:  # noqa: PLR0911 - one row for each kind of fact
    """The message that says the fact."""
    match fact:
        case FixAdvised():
            return _advised(incident, fact, by)
        case MitigationVoid():
            return _void(incident, fact)
        case GlassBroken():
            return _glass(incident, fact, by)
        case MitigationDeclined():
            return _declined(incident, fact, by)
        case MitigationExpired():
            return _expired(incident, fact)
        case MitigationDone():
            return _done(incident, fact)
        case MitigationFailed():
            return _failed(incident, fact)
        case MitigationChecked():
            return _checked(incident, fact)
        case _:
            said = text.escaped(mitigated(fact, lambda who: f"\x00{who}\x00"), 2500)
            parts = said.split("\x00")
            people = [text.mention(part) if n % 2 else part for n, part in enumerate(parts)]
            return _line(incident, f"{_who(by)} {''.join(people)}")


def _line(incident: Incident, markup: str) -> Message:
    return Message(fallback(incident, markup), (section(markup),))


def _who(by: PersonId | None) -> str:
    return text.mention(by) if by else "Tocsin"


def _words(said: str, limit: int = 1500) -> str:
    return text.escaped(said, limit)


def _advised(incident: Incident, fact: FixAdvised, by: PersonId | None) -> Message:
    if fact.fix is None:
        return _undecided(incident, fact, by)
    lines = [f"*Proposed: a {fact.fix.label}*, from what {_who(by)} answered."]
    lines += [f"• {_words(reason, 300)}" for reason in fact.reasons]
    if fact.against:
        lines.append(f"*Against it:* {_words('; '.join(fact.against), 1000)}")
    commander = text.mention(incident.commander) if incident.commander else "The incident commander"
    lines.append(f"{commander} decides; {text.code('/incident note we roll back')} keeps it on record.")
    if fact.fix is Fix.ROLLBACK:
        lines.append(f"{text.code('/incident mitigate')} lists the ways back that are configured.")
    return _line(incident, "\n".join(lines))


def _undecided(incident: Incident, fact: FixAdvised, by: PersonId | None) -> Message:
    lines = [f"*Nothing speaks for a rollback or a fix yet*, from what {_who(by)} answered. Who knows:"]
    lines += [f"• {_words(each, 300)}?" for each in fact.reasons]
    lines.append(
        f"{text.code('/diagnose deploys')} tells when the last deploy was, if deploys are configured; "
        f"{text.code('/incident rollback-or-fix')} weighs it again."
    )
    return _line(incident, "\n".join(lines))


def _void(incident: Incident, fact: MitigationVoid) -> Message:
    target = text.one_line(fact.offer.target, 100)
    said = f"Nothing is proposed for {target} ({text.code(fact.offer.word, 60)}): {_words(fact.reason)}"
    message = _line(incident, said if _UNCHANGED in fact.reason else f"{said}\n{_UNCHANGED}.")
    return _with(message, _look_up(incident, fact.offer) if incident.open else [])


def _look_up(incident: Incident, offer: Offer) -> list[ButtonElement]:
    return [button(_LOOK, f"{Act.MITIGATE}:again", asked(incident, offer))]


def _with(message: Message, buttons: list[ButtonElement]) -> Message:
    return Message(message.text, (*message.blocks, row(buttons))) if buttons else message


def _glass(incident: Incident, fact: GlassBroken, by: PersonId | None) -> Message:
    asked = f"{text.mention(fact.asked_by)} had asked for it. " if by != fact.asked_by else ""
    return _line(
        incident,
        f"{_who(by)} *broke the glass* and approved this alone: {_words(fact.sentence)}\n"
        f"*Why:* {_words(fact.reason)}\n"
        f"{asked}It is carried out now and stands on the timeline.",
    )


def _declined(incident: Incident, fact: MitigationDeclined, by: PersonId | None) -> Message:
    why = f"\n*Why:* {_words(fact.reason)}" if fact.reason else ""
    asked = f" {text.mention(fact.asked_by)} had asked for it." if by != fact.asked_by else ""
    return _line(incident, f"{_who(by)} declined: {_words(fact.sentence)}{asked} Nothing was changed.{why}")


def _expired(incident: Incident, fact: MitigationExpired) -> Message:
    if fact.approved_by:
        why = (
            f"{text.mention(fact.approved_by)} approved this, but it could not begin before it expired, "
            "and by now the system may be another one:"
        )
    else:
        why = "Nobody approved this in time, so it expired:"
    line = (
        f"{why} {_words(fact.sentence)} Nothing was changed.\n"
        f"{text.mention(fact.asked_by)}: press *Look again* if it is still wanted."
    )
    again = button("Look again", f"{Act.MITIGATE}:again", asked(incident, fact.offer))
    return Message(fallback(incident, "a proposed change expired"), (section(line), row([again])))


def _done(incident: Incident, fact: MitigationDone) -> Message:
    lines = "\n".join(_outcome(incident, fact))
    value = str(Subject.of(incident))
    update, restored = (
        button("Post update", Act.UPDATE, value),
        button("Service restored", Act.RESTORED, value),
    )
    buttons = [*_again(incident, fact.number), update] if _untouched(fact) else [update, restored]
    below = [row(buttons)] if incident.open else []
    return Message(fallback(incident, _words(fact.result.sentence, 500)), (section(lines), *below))


def _untouched(fact: MitigationDone) -> bool:
    """Whether it is known that nothing was brought about."""
    return bool(fact.result.hits) and not fact.resumed and Fate.DONE not in fact.result.fates


def _again(incident: Incident, number: int) -> list[ButtonElement]:
    """The button that looks it up anew."""
    proposal = incident.proposal(number)
    return _look_up(incident, proposal.offer) if proposal else []


def _outcome(incident: Incident, fact: MitigationDone) -> Iterator[str]:
    """What was done and its deciding figures first; who, and what went otherwise, below."""
    result = fact.result
    change = figures(result)
    yield f"{_words(result.sentence)}{f' *{_words(change, 300)}.*' if change else ''}"
    if told := counted(result.hits):
        yield f"{told.capitalize()}."
    yield from _not_done(otherwise(result))
    if _untouched(fact) and Fate.FAILED not in result.fates:
        yield "I changed nothing."
    yield f"Asked for {_by_whom(fact)}. I look again and say what I see."
    if _untouched(fact) and incident.open:
        yield _STILL_WANTED
    if fact.rollback and not _untouched(fact):
        yield from to_verify(Fix.ROLLBACK)
    if fact.resumed:
        yield "I was cut off and went on: what the first try had changed counts as *gone* here."


def _by_whom(fact: MitigationDone) -> str:
    asker = text.mention(fact.asked_by)
    if fact.approved_by == fact.asked_by:
        return f"and approved by {asker}"
    return f"by {asker}{f', approved by {text.mention(fact.approved_by)}' if fact.approved_by else ''}"


def _not_done(told: list[Hit]) -> Iterator[str]:
    """What failed, and what was left alone for a reason that is worth knowing."""
    limit = _REASON if len(told) <= _FEW else _SHORT
    for hit in told[:_FAILED]:
        yield f"• {text.one_line(hit.label, 150)}: {text.one_line(hit.words, limit) or 'failed'}"
    if more := told[_FAILED:]:
        failed = sum(hit.fate is Fate.FAILED for hit in more)
        yield f"and {failed} more that failed" if failed else f"and {len(more)} more that were left alone"


def _failed(incident: Incident, fact: MitigationFailed) -> Message:
    if fact.unclear:
        head = "I do not know whether this was done, or how much of it"
        next_ = f"Look yourself before anything else is changed: {text.code('/diagnose')}."
        return _line(incident, f"{head}: {_words(fact.sentence)}\n*Why:* {_words(fact.reason)}\n{next_}")
    lines = [f"This was approved but not done: {_words(fact.sentence)}", f"*Why:* {_words(fact.reason)}"]
    if _UNCHANGED not in fact.reason:
        lines.append(f"{_UNCHANGED}.")
    again = _again(incident, fact.number) if incident.open else []
    if again:
        lines.append(_STILL_WANTED)
    return _with(_line(incident, "\n".join(lines)), again)


def _checked(incident: Incident, fact: MitigationChecked) -> Message:
    mark = HEALTH[Health(fact.health)]
    target = text.one_line(fact.target, 100)
    subject, sentence = text.led(fact.target, _words(fact.sentence, 2000))
    line = f"{mark} · {'After the change' if fact.changed else 'Looked at again'}, *{subject}*: {sentence}"
    buttons = [button("Look again", f"{Act.LOOK}:0", fact.target)]
    if incident.open and incident.status is not Status.MONITORING and fact.health == Health.OK:
        buttons.insert(0, button("Service restored", Act.RESTORED, str(Subject.of(incident))))
    said = f"{target} {'after the change' if fact.changed else 'looked at again'}"
    return Message(fallback(incident, said), (section(line), row(buttons)))
