"""The way to Slack's Web API: one session, paced calls, and failures told apart."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from copy import copy
from typing import Any, TypeAlias

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from handlers.pacing import Gates, LimitMetError
from handlers.standstill import counted_from_now, sent_soon
from incidents.errors import IncidentError, Misconfigured, Refused, Unavailable

Json: TypeAlias = dict[str, Any]

_SECONDS = 10
_TOO_MANY = 429
_SERVER_FAULT = 500
_LIMITS = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_PASSING = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
_TOKEN_DEAD = frozenset(
    {"not_authed", "invalid_auth", "token_revoked", "token_expired", "account_inactive", "org_login_required"}
)


class SlackRefusalError(Exception):
    """Slack said no for good; `code` is its word for it."""

    def __init__(self, method: str, code: str, answer: Json) -> None:
        super().__init__(f"{method}: {code}")
        self.method = method
        self.code = code
        self.answer = answer

    def explained(self) -> IncidentError:
        """What an operator has to know of it."""
        if self.code == "missing_scope":
            needed = self.answer.get("needed") or "another scope"
            return Misconfigured(
                f"Slack does not let Tocsin call {self.method}: the app lacks the scope {needed}. "
                "Add it under OAuth & Permissions and install the app again."
            )
        if self.code in _TOKEN_DEAD:
            return Misconfigured(
                f"Slack no longer accepts Tocsin's token ({self.code}). "
                "Install the app again and set SLACK_BOT_TOKEN to the new token."
            )
        return Refused(f"Slack refused {self.method}: {self.code}.")


@asynccontextmanager
async def open_client(
    token: str, base_url: str, *, team_id: str | None = None
) -> AsyncIterator[AsyncWebClient]:
    """A client of the Web API over one session, which is closed at the end."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, trace_configs=[sent_soon()]) as session:
        yield AsyncWebClient(
            token=token,
            base_url=base_url,
            session=session,
            timeout=_SECONDS,
            team_id=team_id,
            retry_handlers=[],
        )


Check = Callable[[], Awaitable[None]]


async def _nothing() -> None:
    """Nothing has to hold."""


class Wire:
    """Calls to the Web API, each waiting for its limit."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client
        self._gates = Gates()
        self._check: Check = _nothing

    def during(self, check: Check) -> Wire:
        """The same way and the same limits; what the check raises ends a call before it is made."""
        wire = copy(self)
        wire._check = check  # noqa: SLF001 - another of this class
        return wire

    async def call(
        self, method: str, send: Callable[[], Awaitable[AsyncSlackResponse]], *, channel: str = ""
    ) -> Json:
        """The answer of a call that `send` makes.

        Raises:
            SlackRefusalError: Slack said no.
            Unavailable: no answer came, or none of use; the call may have happened.
        """

        async def checked() -> Json:
            """Asked for after the wait for the limit, in which this process may have stood still."""
            with counted_from_now():
                await self._check()
                return await _once(method, send)

        return await self._gates.of(method, channel).through(checked)

    def expected(self, method: str) -> float:
        """Seconds until a call of that method would be made."""
        return self._gates.of(method).expected()


async def _once(method: str, send: Callable[[], Awaitable[AsyncSlackResponse]]) -> Json:
    try:
        response = await send()
    except SlackApiError as error:
        raise _told_apart(method, error) from error
    except (TimeoutError, aiohttp.ClientError, SlackRequestError, OSError) as error:
        raise Unavailable(
            f"Slack did not answer {method} within {_SECONDS} s ({type(error).__name__})."
        ) from error
    return dict(response.data) if isinstance(response.data, dict) else {}


def _told_apart(method: str, error: SlackApiError) -> Exception:
    status, answer, headers = _parts(error)
    code = str(answer.get("error") or "")
    if status == _TOO_MANY or code in _LIMITS:
        return LimitMetError(_seconds(headers))
    if status >= _SERVER_FAULT or not code or code in _PASSING:
        return Unavailable(f"Slack could not answer {method} ({code or f'HTTP {status}'}).")
    return SlackRefusalError(method, code, answer)


def _parts(error: SlackApiError) -> tuple[int, Json, dict[str, str]]:
    """Status, body and headers; a body that is no JSON comes as aiohttp's own response."""
    response = error.response
    if isinstance(response, AsyncSlackResponse):
        data = response.data if isinstance(response.data, dict) else {}
        return response.status_code, data, _lowered(response.headers)
    status = getattr(response, "status", _SERVER_FAULT)
    return int(status), {}, _lowered(getattr(response, "headers", {}))


def _lowered(headers: Any) -> dict[str, str]:  # noqa: ANN401 - the SDK hands on whatever its HTTP library gave
    return {str(key).lower(): str(value) for key, value in dict(headers or {}).items()}


def _seconds(headers: dict[str, str]) -> float:
    try:
        return max(1.0, float(headers.get("retry-after", "1")))
    except ValueError:
        return 1.0
