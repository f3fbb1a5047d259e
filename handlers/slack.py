"""The bot as Slack sees it: every command, button, form, shortcut and event, and the ways to connect."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeAlias

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from handlers import actions, commands, events, forms_answered, requests, shortcuts
from handlers.answering import answer_command, answer_press, settled
from handlers.chat import SlackChat
from handlers.front import Changed, Front, Offers, Targets
from handlers.wire import Json
from incidents.check_desk import CheckDesk
from incidents.desk import Desk
from incidents.model import Incident
from incidents.rollback import LastChange

App: TypeAlias = AsyncApp
"""What `build` gives, for those who may not name Bolt themselves."""

_ANY = re.compile(".*", re.DOTALL)
_EXPECTED = ("token", "will be unused")


def build(  # noqa: PLR0913 - one argument for each thing that handlers work with
    *,
    desk: Desk,
    chat: SlackChat,
    targets: Targets,
    offers: Offers,
    checks: CheckDesk,
    now: Callable[[], datetime],
    changed: Changed | None = None,
    understood: Targets | None = None,
    masked: Callable[[str], str] = str,
    signing_secret: str = "",
) -> AsyncApp:
    """The Bolt app with everything registered.

    Args:
        desk: the use cases.
        chat: the workspace.
        targets: what can be looked at for a service (`Examiner.targets`).
        offers: what can be done for a service (`Mitigator.offers`).
        checks: the standing checks.
        now: the time in UTC.
        changed: what was deployed lately; not known if left out.
        understood: other words for it (`Examiner.understood`); none if left out.
        masked: takes secrets out of what people write, and leaves all else as it is.
        signing_secret: for HTTP mode only.
    """
    log = logging.getLogger("tocsin.slack")
    known = changed or _unknown
    front = Front(desk, chat, targets, offers, understood or targets, checks, known, now, log, masked)
    app = AsyncApp(
        client=_without_token(chat.wire.client),
        authorize=_authorize(chat),
        signing_secret=signing_secret or "socket-mode-has-none",
        request_verification_enabled=bool(signing_secret),
        logger=_bolt_log(),
    )
    _commands(app, front)
    _interactions(app, front)
    _events(app, front)
    return app


async def _unknown(_incident: Incident) -> LastChange:
    return LastChange()


def http_route(app: AsyncApp, path: str = "/slack/events") -> web.RouteDef:
    """The route of HTTP mode; Slack's signature is checked."""

    async def receive(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    return web.post(path, receive)


def _commands(app: AsyncApp, front: Front) -> None:
    @app.command("/incident")
    async def incident(body: Json, ack: AsyncAck) -> None:
        line = front.masked(str(body.get("text") or ""))
        asked = requests.from_command({**body, "text": line}, front.now())
        await answer_command(front, asked, commands.incident(front, asked, line), ack)

    @app.command("/diagnose")
    async def diagnose(body: Json, ack: AsyncAck) -> None:
        line = str(body.get("text") or "")
        asked = requests.from_command({**body, "text": front.masked(line)}, front.now())
        await answer_command(front, asked, commands.diagnose(front, asked, line), ack)


def _interactions(app: AsyncApp, front: Front) -> None:
    @app.action(_ANY)
    async def pressed(body: Json, action: Json, ack: AsyncAck) -> None:
        if body.get("view"):
            await ack()
            return
        asked = requests.from_press(body, action, front.now())
        await answer_press(front, asked, actions.pressed(front, asked, action), ack)

    @app.view(_ANY)
    async def sent(body: Json, ack: AsyncAck) -> None:
        await forms_answered.answer_form(front, requests.from_form(body, front.now()), body["view"], ack)

    @app.shortcut(_ANY)
    async def ran(body: Json, ack: AsyncAck) -> None:
        asked = requests.from_shortcut(body, front.now())
        await answer_press(front, asked, shortcuts.ran(front, asked, body), ack)

    @app.options(_ANY)
    async def no_options(ack: AsyncAck) -> None:
        await ack(options=[])


def _events(app: AsyncApp, front: Front) -> None:
    @app.event(_ANY)
    async def happened(body: Json) -> None:
        asked = requests.from_event(body, front.now())

        await settled(front, events.happened(front, asked, body))


def _without_token(client: AsyncWebClient) -> AsyncWebClient:
    """Bolt's own client; with a token it would ask who it is with each of the first requests."""
    return AsyncWebClient(
        base_url=client.base_url, session=client.session, timeout=client.timeout, retry_handlers=[]
    )


def _authorize(chat: SlackChat) -> Callable[..., Awaitable[AuthorizeResult]]:
    asking = asyncio.Lock()

    async def authorize() -> AuthorizeResult:
        async with asking:
            me = await chat.directory.me()
        return AuthorizeResult(
            enterprise_id=me.get("enterprise_id"),
            team_id=me.get("team_id"),
            bot_user_id=me.get("user_id"),
            bot_id=me.get("bot_id"),
            bot_token=chat.wire.client.token,
        )

    return authorize


def _bolt_log() -> logging.Logger:
    log = logging.getLogger("tocsin.bolt")
    log.addFilter(_worth_reading)
    return log


def _worth_reading(record: logging.LogRecord) -> bool:
    """Bolt warns that it does not use the token of the environment; that is so on purpose."""
    return not all(part in record.getMessage() for part in _EXPECTED)
