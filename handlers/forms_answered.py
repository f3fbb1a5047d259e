"""Acknowledging a form: closed, complained about, or drawn anew, within Slack's three seconds."""

from __future__ import annotations

import asyncio

from slack_bolt.context.ack.async_ack import AsyncAck

from handlers import called, modals
from handlers.answering import BROKEN, IN_TIME, told
from handlers.front import Front
from handlers.messages.drawing import sentence
from handlers.messages.parts import words
from handlers.messages.text import plain
from handlers.requests import Asked
from handlers.sent import Reply
from handlers.views.fields import Field
from handlers.wire import Json
from incidents.errors import IncidentError, InvalidText

_COMPLAINT = 2000


async def answer_form(front: Front, asked: Asked, view: Json, ack: AsyncAck) -> None:
    """Answer a form that was sent; if the record is slow the form closes and the rest is told directly."""
    task = asyncio.ensure_future(_settled(front, asked, view))
    done, _ = await asyncio.wait({task}, timeout=IN_TIME)
    if not done:
        await ack()
        await _told_late(front, asked, await task)
        return
    reply = task.result()
    await _acknowledge(front, reply, ack)
    await told(front, asked, reply.message)


async def _settled(front: Front, asked: Asked, view: Json) -> Reply:
    try:
        return await modals.sent(front, asked, view)
    except IncidentError as error:
        return _complaint(view, error)
    except (
        Exception
    ):  # the last stop: whatever is wrong inside, the person keeps the form and gets a sentence
        front.log.exception("a form failed")
        return _complaint(view, InvalidText(BROKEN))


def _complaint(view: Json, error: IncidentError) -> Reply:
    name = modals.first_field(view)
    if name is None or name not in set(Field):
        return Reply(message=words(sentence(error)))
    return Reply({Field(name): error})


async def _acknowledge(front: Front, reply: Reply, ack: AsyncAck) -> None:
    if reply.errors:
        errors = {name.value: _plainly(error) for name, error in reply.errors.items()}
        await ack(response_action="errors", errors=errors)
    elif reply.view is not None:
        await ack(
            response_action="update", view=await called.spelled(front.chat.people, reply.view.to_dict())
        )
    else:
        await ack()


def _plainly(error: IncidentError) -> str:
    """Under a field nothing is drawn, so people are named by a word and times in UTC."""
    said = error.said(lambda _who: "Somebody else", lambda at: f"{at:%H:%M} UTC")
    return plain(said.replace("*", "").replace("`", ""), _COMPLAINT)


async def _told_late(front: Front, asked: Asked, reply: Reply) -> None:
    for error in reply.errors.values():
        await told(front, asked, words(sentence(error, front.drawing.mention)))
    if reply.view is not None:
        await told(
            front, asked, words("The record was too slow for a preview. Nothing was posted; try again.")
        )
    await told(front, asked, reply.message)
