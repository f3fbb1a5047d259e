"""Forms that were sent: checked, recorded, and answered in the form or beside it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from slack_sdk.models.views import View

from handlers import called
from handlers.front import Front
from handlers.messages import updates
from handlers.messages.drawing import sentence
from handlers.messages.parts import words
from handlers.requests import Asked
from handlers.sent import Reply, Sent
from handlers.verbs import declaring, progress, times
from handlers.views import forms, notes
from handlers.views.fields import Field
from handlers.views.forms import Form, News
from handlers.wire import Json
from incidents import clocks
from incidents.endings import watched
from incidents.errors import ChangedMeanwhile, IncidentError, InvalidText, Refused
from incidents.facts import UpdatePosted
from incidents.model import Incident, IncidentId, PersonId, Status
from incidents.roles import Role
from incidents.rollback import Answers, Cause, Deployed, Duration, Harm, Size
from incidents.texts import checked
from incidents.values import Milestone

_PROSE = (Field.IMPACT, Field.ACTIONS, Field.SUMMARY, Field.REASON, Field.STATE, Field.NOTE)
"""The fields whose text is read by others."""


async def _naming_people(front: Front, form: Sent) -> Sent:
    """The same, with whoever is called “@name” in a text that others read named as a person."""
    prose = {name: form.said[name] for name in _PROSE if form.said.get(name)}
    named = await called.named(front.chat.people, prose.values())
    return replace(form, said={**form.said, **dict(zip(prose, named, strict=True))})


def first_field(view: Json) -> str | None:
    """The field under which a complaint about the whole form is shown."""
    blocks = [block for block in view.get("blocks") or [] if block.get("type") == "input"]
    return str(blocks[0]["block_id"]) if blocks else None


async def sent(front: Front, asked: Asked, view: Json) -> Reply:
    """What a form that was sent asks for. Raises IncidentError."""
    read = Sent.read(view)
    said = {name: front.masked(text) for name, text in read.said.items()}
    form = await _naming_people(front, replace(read, said=said))
    asked = replace(asked, room=form.room)
    if form.form is Form.DECLARE:
        return await _declare(front, asked, form)
    if form.form is Form.NOTE:
        return await _note(front, asked, form)
    identity = form.about.get("incident", "")
    if not identity.isdigit():
        raise Refused("This form names no incident. Nothing was changed. Close it and open it again.")
    incident = await front.desk.ledger.get(IncidentId(int(identity)))
    try:
        return await _ABOUT_ONE[form.form](front, asked, incident, form)
    except InvalidText as error:
        return Reply({_blamed(form, error): error})


def _blamed(form: Sent, error: InvalidText) -> Field:
    """The field that a complaint about a text names, else the first."""
    named = next((f for f in form.known if f" {f.value} " in error.text), None)
    return named or form.known[0]


async def _declare(front: Front, asked: Asked, form: Sent) -> Reply:
    said = form.said
    try:
        outcome = await front.desk.declare(
            asked.request,
            title=said[Field.TITLE],
            severity=said[Field.SEVERITY] or None,
            service=said[Field.SERVICE] or None,
            impact=said[Field.IMPACT],
            private=bool(said[Field.PRIVATE]),
            source=form.about.get("source", ""),
            noticed=forms.clues_said(said),
        )
    except InvalidText as error:
        return Reply({_blamed(form, error): error})
    return Reply(message=await declaring.told(front, asked, outcome.incident))


async def _preview(front: Front, asked: Asked, incident: Incident, form: Sent) -> Reply:
    """The update as everybody will read it; the next press posts it."""
    if not incident.open:
        raise Refused(f"{incident.reference} is resolved, so no update can be posted.")
    if errors := _too_long(form):
        return Reply(errors)
    said, at = form.said, asked.request.at
    due = clocks.promised(incident, front.policy, at, progress.due(at, _minutes(form)))
    fact = UpdatePosted(_status(form, incident), said[Field.IMPACT], said[Field.ACTIONS], due)
    preview = updates.update_text(incident, fact, at, front.drawing)
    news = News(fact.status, fact.impact, fact.actions, said[Field.NEXT])
    return Reply(view=forms.update(incident, front.drawing, news, form.room, preview=preview))


def _too_long(form: Sent) -> dict[Field, IncidentError]:
    errors: dict[Field, IncidentError] = {}
    for name in (Field.IMPACT, Field.ACTIONS):
        try:
            checked(form.said[name], name.value, 2000, empty=True)
        except InvalidText as error:
            errors[name] = error
    return errors


def _minutes(form: Sent) -> int | None:
    text = form.said[Field.NEXT]
    return int(text) or None if text.isdigit() else None


def _status(form: Sent, incident: Incident) -> Status:
    word = form.said[Field.STATUS]
    return Status(word) if word in set(Status) else incident.status


async def _update(front: Front, asked: Asked, incident: Incident, form: Sent) -> Reply:
    if errors := _too_long(form):
        return Reply(errors)
    await front.desk.update(
        asked.request,
        incident.id,
        status=_status(form, incident),
        impact=form.said[Field.IMPACT],
        actions=form.said[Field.ACTIONS],
        next_due=progress.due(asked.request.at, _minutes(form)),
    )
    return Reply()


async def _resolve(front: Front, asked: Asked, incident: Incident, form: Sent) -> Reply:
    summary, reason = form.said[Field.SUMMARY], form.said[Field.REASON]
    if Field.REASON not in form.known and not watched(incident, asked.request.at) and incident.open:
        return Reply(view=forms.resolve(incident, form.room, watched=False, summary=summary))
    try:
        await front.desk.resolve(asked.request, incident.id, summary, reason=reason, seen=form.since)
    except ChangedMeanwhile as error:
        return Reply(view=await _resolve_anew(front, asked, form, incident.id, error))
    return Reply()


async def _resolve_anew(
    front: Front, asked: Asked, form: Sent, identity: IncidentId, error: ChangedMeanwhile
) -> View:
    """The form as things are now, with the summary; the reason is asked for anew."""
    incident = await front.desk.ledger.get(identity)
    warning = f":warning: {sentence(error, front.drawing.mention)} Look again before you resolve it."
    done = watched(incident, asked.request.at)
    return forms.resolve(incident, form.room, watched=done, summary=form.said[Field.SUMMARY], changed=warning)


async def _assign(front: Front, asked: Asked, incident: Incident, form: Sent) -> Reply:
    person, role = form.said[Field.PERSON], form.said[Field.ROLE]
    if not person:
        return Reply({Field.PERSON: InvalidText("Choose the person who is to have the role.")})
    try:
        chosen = await front.chat.people.responder(person) or PersonId(person)
        await front.desk.assign(asked.request, incident.id, Role(role), chosen)
    except Refused as error:
        return Reply({Field.PERSON: error})
    return Reply()


async def _hand_over(front: Front, asked: Asked, incident: Incident, form: Sent) -> Reply:
    person, state = form.said[Field.PERSON], form.said[Field.STATE]
    if not person:
        return Reply({Field.PERSON: InvalidText("Choose the person who is to have command.")})
    try:
        chosen = await front.chat.people.responder(person) or PersonId(person)
        await front.desk.hand_over(asked.request, incident.id, chosen, state)
    except InvalidText as error:
        return Reply({Field.STATE: error})
    except Refused as error:
        return Reply({Field.PERSON: error})
    return Reply()


async def _expert(front: Front, asked: Asked, incident: Incident, form: Sent) -> Reply:
    person, subject = form.said[Field.PERSON], form.said[Field.SUBJECT]
    if not person:
        return Reply({Field.PERSON: InvalidText("Choose the person who knows the subject.")})
    try:
        chosen = await front.chat.people.responder(person) or PersonId(person)
        await front.desk.bring_expert(asked.request, incident.id, chosen, subject)
    except Refused as error:
        return Reply({Field.PERSON: error})
    return Reply()


async def _clues(front: Front, asked: Asked, incident: Incident, form: Sent) -> Reply:
    await front.desk.record_clues(asked.request, incident.id, forms.clues_said(form.said))
    return Reply()


async def _time(front: Front, asked: Asked, incident: Incident, form: Sent) -> Reply:
    which = form.said[Field.WHICH]
    if which not in set(Milestone):
        return Reply({Field.WHICH: InvalidText("Choose the time that is to be corrected.")})
    try:
        said = await times.corrected(front, asked, incident, Milestone(which), form.said[Field.TIME])
    except (InvalidText, Refused) as error:
        return Reply({Field.TIME: error})
    return Reply(message=said)


async def _severity(front: Front, asked: Asked, incident: Incident, form: Sent) -> Reply:
    await front.desk.change_severity(asked.request, incident.id, form.said[Field.SEVERITY])
    return Reply()


async def _service(front: Front, asked: Asked, incident: Incident, form: Sent) -> Reply:
    await front.desk.name_service(asked.request, incident.id, form.said[Field.SERVICE])
    return Reply()


async def _relapse(front: Front, asked: Asked, incident: Incident, form: Sent) -> Reply:
    await front.desk.relapse(asked.request, incident.id, form.said[Field.REASON])
    return Reply()


async def _reopen(front: Front, asked: Asked, incident: Incident, form: Sent) -> Reply:
    await front.desk.reopen(asked.request, incident.id, form.said[Field.REASON])
    return Reply()


async def _false_alarm(front: Front, asked: Asked, incident: Incident, form: Sent) -> Reply:
    await front.desk.false_alarm(asked.request, incident.id, form.said[Field.REASON])
    return Reply()


async def _break_glass(front: Front, asked: Asked, incident: Incident, form: Sent) -> Reply:
    number = form.about.get("proposal", "")
    if not number.isdigit():
        raise Refused("This form names no proposal. Nothing was changed. Close it and open it again.")
    try:
        await front.desk.mitigation.break_glass(
            asked.request, incident.id, int(number), form.said[Field.REASON]
        )
    except Refused as error:
        return Reply({Field.REASON: error})
    return Reply()


async def _rollback(front: Front, asked: Asked, incident: Incident, form: Sent) -> Reply:
    said = form.said
    try:
        answers = Answers(
            Deployed[said[Field.DEPLOYED]],
            Cause[said[Field.CAUSE]],
            Duration[said[Field.DURATION]],
            Harm[said[Field.HARM]],
            Size[said[Field.SIZE]],
        )
    except KeyError:
        return Reply({Field.DEPLOYED: InvalidText("Answer every question; nothing was proposed.")})
    await front.desk.mitigation.advise(asked.request, incident.id, answers)
    return Reply()


async def _note(front: Front, asked: Asked, form: Sent) -> Reply:
    incident = await front.named(asked, form.said[Field.SERVICE])
    try:
        await front.desk.note(asked.request, incident.id, form.said[Field.NOTE], notes.quote_in(form.about))
    except InvalidText as error:
        return Reply({Field.NOTE: error})
    return Reply(message=words(f"Noted in the timeline of {incident.reference}."))


_ABOUT_ONE: dict[Form, Callable[[Front, Asked, Incident, Sent], Awaitable[Reply]]] = {
    Form.UPDATE: _preview,
    Form.UPDATE_PREVIEWED: _update,
    Form.RESOLVE: _resolve,
    Form.ASSIGN: _assign,
    Form.HAND_OVER: _hand_over,
    Form.EXPERT: _expert,
    Form.TIME: _time,
    Form.CLUES: _clues,
    Form.SEVERITY: _severity,
    Form.SERVICE: _service,
    Form.RELAPSE: _relapse,
    Form.REOPEN: _reopen,
    Form.FALSE_ALARM: _false_alarm,
    Form.BREAK_GLASS: _break_glass,
    Form.ROLLBACK: _rollback,
}
