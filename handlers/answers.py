"""Answers for the one who asked: by the way back that their request carries, seen by nobody else."""

from __future__ import annotations

import aiohttp
from slack_sdk.webhook.async_client import AsyncWebhookClient

from handlers.messages import text
from handlers.messages.drawing import where
from handlers.messages.parts import Message, context, words
from handlers.posts import Posts
from handlers.wire import Wire
from incidents.model import Incident
from incidents.work import Request

_OK = 200


class Answers:
    """Sends answers to response addresses, which Slack takes five times within half an hour."""

    def __init__(self, wire: Wire, posts: Posts) -> None:
        self._wire = wire
        self._posts = posts

    def worded(self, sentence: str, incident: Incident | None) -> Message:
        """A sentence, with the incident that it is about below it."""
        if incident is None:
            return words(text.escaped(sentence))
        about = " · ".join(part for part in (incident.reference, where(incident)) if part)
        return words(text.escaped(sentence), context(about))

    async def by_way_back(self, request: Request, message: Message, *, replace: bool = False) -> bool:
        """Whether the answer arrived."""
        if not request.answer_to:
            return False
        client = AsyncWebhookClient(
            request.answer_to,
            session=self._wire.client.session,
            timeout=self._wire.client.timeout,
            retry_handlers=[],
        )
        payload = message.payload()
        try:
            answer = await client.send(
                text=payload["text"],
                blocks=payload["blocks"],
                response_type="ephemeral",
                replace_original=replace,
            )
        except (TimeoutError, aiohttp.ClientError, OSError):
            return False
        return answer.status_code == _OK
