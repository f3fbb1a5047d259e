"""Lists of Slack that come in pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from handlers.wire import Json, SlackRefusalError, Wire

Page = Callable[[str], Awaitable[AsyncSlackResponse]]


async def pages(wire: Wire, method: str, key: str, page: Page) -> AsyncIterator[Json]:
    """All items under that key, page after page. Raises IncidentError where Slack refuses."""
    cursor = ""
    while True:
        try:
            answer = await wire.call(method, lambda: page(cursor))  # noqa: B023 - called before the loop goes on
        except SlackRefusalError as refusal:
            raise refusal.explained() from refusal
        for item in answer.get(key) or []:
            yield item
        cursor = next_cursor(answer)
        if not cursor:
            return


def next_cursor(answer: Json) -> str:
    """Where the next page begins; empty after the last."""
    return str((answer.get("response_metadata") or {}).get("next_cursor") or "")
