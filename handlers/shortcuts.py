"""Shortcuts: declare from anywhere, declare from a message, add a message to the timeline."""

from __future__ import annotations

from handlers.front import Front
from handlers.messages.parts import Message, words
from handlers.requests import Asked
from handlers.typed import naming_people
from handlers.verbs import declaring
from handlers.views import forms, notes
from handlers.wire import Json
from incidents.errors import Refused
from incidents.ports import Posted
from incidents.values import Quote

_TITLE = 200


async def ran(front: Front, asked: Asked, body: Json) -> Message | None:
    """What a shortcut asks for."""
    match body.get("callback_id"):
        case "declare":
            await front.show(asked, forms.declare(front.drawing, asked.room), line=declaring.LINE)
            return None
        case "declare_from_message":
            return await _declare(front, asked, _said(body))
        case "add_to_timeline":
            return await _note(front, asked, _said(body), _author(body))
        case _:
            raise Refused("I do not know this shortcut any more. Nothing was changed. Type `/incident help`.")


async def _declare(front: Front, asked: Asked, said: str) -> Message | None:
    title, _, rest = said.partition("\n")
    cut = title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"
    whole = rest.strip() if cut == title else said
    form = forms.declare(
        front.drawing, asked.room, title=cut, impact=whole[:2000], source=await _link(front, asked)
    )
    await front.show(asked, form, line=declaring.LINE)
    return None


async def _note(front: Front, asked: Asked, said: str, author: str) -> Message | None:
    here = await front.in_room(asked.room)
    quote = Quote(author, notes.moment(asked.message or ""), await _link(front, asked))
    if here is not None:
        await front.desk.note(asked.request, here.id, said[:3000], quote)
        return words(f"Noted in the timeline of {here.reference}.")
    found = await front.likeliest(asked)
    if not found:
        raise Refused("No incident is open, so there is no timeline to add to. Nothing was written.")
    await front.show(
        asked,
        notes.note(found, asked.room, said, quote),
        line=f"/incident note {found[0].reference} what happened",
    )
    return None


async def _link(front: Front, asked: Asked) -> str:
    """The message's address; empty where the bot may not see the channel."""
    if asked.room is None or asked.message is None:
        return ""
    return await front.chat.link_or_nothing(Posted(asked.room, asked.message))


def _author(body: Json) -> str:
    """Who wrote the message: a person's id, else a program's name."""
    message: Json = body.get("message") or {}
    profile: Json = message.get("bot_profile") or {}
    return str(message.get("user") or message.get("username") or profile.get("name") or "")


def _said(body: Json) -> str:
    return naming_people(str((body.get("message") or {}).get("text") or "")).strip()
