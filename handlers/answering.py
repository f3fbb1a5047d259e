"""From a handler's result or failure to what the person sees, acknowledged in time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from handlers.front import Front
from handlers.messages.drawing import sentence
from handlers.messages.parts import Message, words
from handlers.requests import Asked
from handlers.wire import SlackRefusalError
from incidents.errors import IncidentError
from incidents.ports import PlaceUnwritableError

IN_TIME = 2.7
"""Seconds that an answer may take to travel with the acknowledgement; Slack gives up after 3."""
BROKEN = (
    "Something failed inside Tocsin, and its log says what. What was recorded before is kept. "
    "Try again; if it fails again, go on without me and tell whoever looks after Tocsin."
)

Work = Coroutine[Any, Any, Message | None]


async def answer_command(front: Front, asked: Asked, work: Work, ack: AsyncAck) -> None:
    """Answer a command: with the acknowledgement if it is quick, else by its way back."""
    task = asyncio.ensure_future(settled(front, work))
    done, _ = await asyncio.wait({task}, timeout=IN_TIME)
    if not done:
        await ack()
        await told(front, asked, await task)
        return
    message = task.result()
    if message is None:
        await ack()
    else:
        payload = message.payload()
        await ack(text=payload["text"], blocks=payload["blocks"], response_type="ephemeral")


async def answer_press(front: Front, asked: Asked, work: Work, ack: AsyncAck) -> None:
    """Answer a button or shortcut: recorded, acknowledged, then told."""
    task = asyncio.ensure_future(settled(front, work))
    await asyncio.wait({task}, timeout=IN_TIME)
    await ack()
    await told(front, asked, await task)


async def settled(front: Front, work: Work) -> Message | None:
    """The result, or what a person has to know of the failure."""
    try:
        return await work
    except IncidentError as error:
        return words(sentence(error, front.drawing.mention))
    except SlackRefusalError as refusal:
        return words(sentence(refusal.explained(), front.drawing.mention))
    except PlaceUnwritableError as error:
        return words(f"I cannot write there: {error}. Nothing was changed.")
    except Exception:  # the last stop: whatever is wrong inside, the person gets a sentence
        front.log.exception("a handler failed")
        return words(BROKEN)


async def told(front: Front, asked: Asked, message: Message | None) -> None:
    """Say it to the one who asked; that nobody can be told is logged."""
    if message is None:
        return
    try:
        await front.chat.tell(asked.request, message, replace=asked.ephemeral)
    except (IncidentError, PlaceUnwritableError, SlackRefusalError) as error:
        front.log.warning("an answer could not be delivered: %s", error)
