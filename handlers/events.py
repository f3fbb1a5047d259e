"""Events: most are only acknowledged; a mention gets the help."""

from __future__ import annotations

from handlers.front import Front
from handlers.messages import answers
from handlers.requests import Asked
from handlers.wire import Json


async def happened(front: Front, asked: Asked, body: Json) -> None:
    """Answer a mention once, however often the event comes, in the thread where it was made."""
    event: Json = body.get("event") or {}
    if event.get("type") != "app_mention" or asked.place is None or not asked.person:
        return
    if await front.desk.ledger.note_request(asked.request, []):
        await front.chat.whisper(asked.place, asked.person, answers.help_text())
