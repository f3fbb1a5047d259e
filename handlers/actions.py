"""Buttons and menus: from a press to the desk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from handlers import commands, looking
from handlers.front import Front
from handlers.looking import Wish
from handlers.messages import answers
from handlers.messages.acts import Act
from handlers.messages.looked import seen_until
from handlers.messages.parts import Message, words
from handlers.press import GONE, Press
from handlers.requests import Asked
from handlers.verbs import checklists, checks, command, declaring, ending, mitigate, people, progress, reading
from handlers.views import forms
from handlers.views.forms import Form
from handlers.wire import Json
from incidents.errors import Refused
from incidents.evidence import Sought
from incidents.model import Incident
from incidents.moment import still_open
from incidents.roles import Role
from incidents.values import Fix


async def pressed(front: Front, asked: Asked, action: Json) -> Message | None:
    """What a press asks for."""
    press = Press.read(action)
    if press is None:
        raise Refused(GONE)
    if press.act in _WITHOUT_INCIDENT:
        return await _WITHOUT_INCIDENT[press.act](front, asked, press)
    if press.subject is None:
        raise Refused(GONE)
    incident = await front.desk.ledger.get(press.subject.incident)
    return await _ABOUT_ONE[press.act](front, asked, incident, press)


async def _look(front: Front, asked: Asked, press: Press) -> Message | None:
    verdict = press.fields()
    if "target" in verdict:
        sought = Sought(verdict["sought"]) if "sought" in verdict else None
        wish = Wish(verdict["target"], verdict.get("service"), sought, seen_until(verdict.get("seen", "")))
        return await looking.again(front, asked, wish)
    return await looking.look(front, asked, press.value)


async def _declare_this(front: Front, asked: Asked, press: Press) -> Message | None:
    return await declaring.declared_after_all(front, asked, press.fields().get("line", ""))


async def _carry_out(front: Front, asked: Asked, press: Press) -> Message | None:
    fields = press.fields()
    incident = await front.desk.ledger.get(press.incident())
    said = await commands.carry_out(front, asked, fields.get("verb", ""), incident, fields.get("words", ""))
    return said or words(f"Done in {incident.reference}.")


async def _mitigate(front: Front, asked: Asked, press: Press) -> Message | None:
    """From a verdict, the proposal goes into its thread; from anywhere else into the room."""
    fields = press.fields()
    incident = await front.desk.ledger.get(press.incident())
    offer = mitigate.offered(front, incident, fields.get("word", ""), fields.get("target", ""))
    here = "below" in fields and incident.room is not None and incident.room.id == asked.room
    thread = (asked.thread or asked.message) if here else None
    return await mitigate.ask(front, asked, incident, offer, thread)


async def _approve(front: Front, asked: Asked, incident: Incident, press: Press) -> Message | None:
    await mitigate.approve(front, asked, incident, press.number())
    return None


async def _decline(front: Front, asked: Asked, incident: Incident, press: Press) -> Message | None:
    await mitigate.decline(front, asked, incident, press.number())
    return None


async def _break_glass(front: Front, asked: Asked, incident: Incident, press: Press) -> Message | None:
    await mitigate.open_glass(front, asked, incident, press.number())
    return None


async def _check_declare(front: Front, asked: Asked, press: Press) -> Message | None:
    return await checks.declare(front, asked, *_turn(press))


async def _check_known(front: Front, asked: Asked, press: Press) -> Message | None:
    return await checks.known(front, asked, *_turn(press))


async def _checklist(front: Front, asked: Asked, press: Press) -> Message | None:
    incident = await front.desk.ledger.get(press.incident())
    await checklists.checklist(front, asked, incident, press.fields().get("guide", ""))
    return None


async def _tick(front: Front, asked: Asked, incident: Incident, press: Press) -> Message | None:
    await front.desk.checklists.tick(asked.request, incident.id, press.number(), press.step())
    return None


async def _untick(front: Front, asked: Asked, incident: Incident, press: Press) -> Message | None:
    await front.desk.checklists.untick(asked.request, incident.id, press.number(), press.step())
    return None


def _turn(press: Press) -> tuple[str, int]:
    """The check and the number of its turn, which the buttons of its message carry."""
    fields = press.fields()
    if not fields.get("turn", "").isdigit():
        raise Refused(GONE)
    return fields.get("check", ""), int(fields["turn"])


async def _never_mind(_front: Front, _asked: Asked, _press: Press) -> Message | None:
    return words("Nothing was written.")


async def _acknowledge(front: Front, asked: Asked, incident: Incident, _press: Press) -> Message | None:
    return await people.acknowledge(front, asked, incident, "")


async def _take(front: Front, asked: Asked, incident: Incident, press: Press) -> Message | None:
    await front.desk.take(asked.request, incident.id, Role(press.argument))
    return None


async def _assign(front: Front, asked: Asked, incident: Incident, _press: Press) -> Message | None:
    still_open(incident)
    line = f"/incident role {incident.reference} commander @name"
    await front.show(asked, forms.assign(incident, front.drawing, asked.room), line=line)
    return None


async def _hand_over(front: Front, asked: Asked, incident: Incident, _press: Press) -> Message | None:
    return await command.hand_over(front, asked, incident, "")


async def _have_command(front: Front, asked: Asked, incident: Incident, _press: Press) -> Message | None:
    await front.desk.accept_command(asked.request, incident.id)
    return None


async def _withdraw(front: Front, asked: Asked, incident: Incident, _press: Press) -> Message | None:
    await front.desk.withdraw_handover(asked.request, incident.id)
    return None


async def _update(front: Front, asked: Asked, incident: Incident, _press: Press) -> Message | None:
    return await progress.update(front, asked, incident, "")


async def _nothing_new(front: Front, asked: Asked, incident: Incident, press: Press) -> Message | None:
    shared = _once(asked, press)
    await front.desk.nothing_new(shared.request, incident.id)
    return None


async def _snooze(front: Front, asked: Asked, incident: Incident, press: Press) -> Message | None:
    epoch = press.subject.epoch if press.subject else None
    await front.desk.snooze(asked.request, incident.id, epoch)
    return None


def _once(asked: Asked, press: Press) -> Asked:
    """One answer to one reminder, however often and by however many it is pressed."""
    if press.subject is None or press.subject.epoch is None:
        return asked
    return asked.keyed(f"reminder:{press.act}:{press.value}:{asked.message or ''}")


async def _restored(front: Front, asked: Asked, incident: Incident, _press: Press) -> Message | None:
    await front.desk.restored(asked.request, incident.id)
    return None


async def _fix(front: Front, asked: Asked, incident: Incident, press: Press) -> Message | None:
    if press.argument not in set(Fix):
        raise Refused(GONE)
    await front.desk.name_fix(asked.request, incident.id, Fix(press.argument))
    return None


async def _relapse(front: Front, asked: Asked, incident: Incident, _press: Press) -> Message | None:
    still_open(incident)
    line = f"/incident relapse {incident.reference} why"
    await front.show(asked, forms.reason(Form.RELAPSE, incident, asked.room), line=line)
    return None


async def _resolve(front: Front, asked: Asked, incident: Incident, _press: Press) -> Message | None:
    return await ending.resolve(front, asked, incident, "")


async def _reopen(front: Front, asked: Asked, incident: Incident, _press: Press) -> Message | None:
    line = f"/incident reopen {incident.reference} why"
    await front.show(asked, forms.reason(Form.REOPEN, incident, asked.room), line=line)
    return None


async def _severity(front: Front, asked: Asked, incident: Incident, _press: Press) -> Message | None:
    return await progress.severity(front, asked, incident, "")


async def _service(front: Front, asked: Asked, incident: Incident, press: Press) -> Message | None:
    await front.desk.name_service(asked.request, incident.id, press.chosen)
    return None


async def _timeline(front: Front, asked: Asked, incident: Incident, _press: Press) -> Message | None:
    return await reading.timeline(front, asked, incident, "")


async def _diagnose(front: Front, _asked: Asked, incident: Incident, _press: Press) -> Message | None:
    return answers.targets(front.targets(incident.service) or front.targets(None))


_WITHOUT_INCIDENT: dict[Act, Callable[[Front, Asked, Press], Awaitable[Message | None]]] = {
    Act.LOOK: _look,
    Act.DECLARE_THIS: _declare_this,
    Act.CARRY_OUT: _carry_out,
    Act.NEVER_MIND: _never_mind,
    Act.MITIGATE: _mitigate,
    Act.CHECK_DECLARE: _check_declare,
    Act.CHECK_KNOWN: _check_known,
    Act.CHECKLIST: _checklist,
}
_ABOUT_ONE: dict[Act, Callable[[Front, Asked, Incident, Press], Awaitable[Message | None]]] = {
    Act.ACKNOWLEDGE: _acknowledge,
    Act.TAKE: _take,
    Act.ASSIGN: _assign,
    Act.HAND_OVER: _hand_over,
    Act.HAVE_COMMAND: _have_command,
    Act.WITHDRAW: _withdraw,
    Act.UPDATE: _update,
    Act.NOTHING_NEW: _nothing_new,
    Act.SNOOZE: _snooze,
    Act.RESTORED: _restored,
    Act.FIX: _fix,
    Act.RELAPSE: _relapse,
    Act.RESOLVE: _resolve,
    Act.REOPEN: _reopen,
    Act.SEVERITY: _severity,
    Act.SERVICE: _service,
    Act.TIMELINE: _timeline,
    Act.DIAGNOSE: _diagnose,
    Act.APPROVE: _approve,
    Act.DECLINE: _decline,
    Act.BREAK_GLASS: _break_glass,
    Act.TICK: _tick,
    Act.UNTICK: _untick,
}
