"""The bot: opens everything, joins the rooms, and closes everything again."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from typing import TypeAlias

from app import checking, examining, mitigating, runbooks, secrecy
from app.clock import now
from app.foundation import Foundation, laid
from app.health import Check, routes, serving
from app.lately import Lately
from app.log import Hiding, written
from app.settings import Places, Slack
from diagnostics.causes import Rules
from diagnostics.examine import Examiner
from diagnostics.probe import Target
from diagnostics.redaction import Redactor
from diagnostics.wanted import wanted
from handlers.chat import SlackChat
from handlers.messages.drawing import Drawing
from handlers.messages.templates import Templates
from handlers.slack import App, build, http_route
from handlers.socket import Line, connect
from handlers.wire import open_client
from incidents.check_desk import CheckDesk
from incidents.errors import Misconfigured, NoSuchIncident, Unavailable
from incidents.mitigation import Mitigator
from incidents.model import IncidentId
from pictures.painter import ProcessPainter
from storage.database import normalised
from workflows.engine import Engine, Ports

Clock = Callable[[], datetime]
Services: TypeAlias = Mapping[str, tuple[Target, ...]]
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
_log = logging.getLogger("tocsin")


async def serve(places: Places, slack: Slack, *, clock: Clock = now) -> None:
    """Run the bot until SIGINT or SIGTERM.

    Raises:
        Misconfigured, Unavailable: what is wrong and what to do.
    """
    hiding = Hiding(Redactor(secrecy.of_environment(places.tocsin_config, os.environ)))
    written(hiding, places.tocsin_log_level)
    if slack.local:
        forget_proxies()
    loop, work = asyncio.get_running_loop(), asyncio.create_task(_until_ended(places, slack, clock, hiding))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _end, work)
    with suppress(asyncio.CancelledError):
        await work
    _log.info("Tocsin has stopped.")


async def _until_ended(places: Places, slack: Slack, clock: Clock, hiding: Hiding) -> None:
    async with running(places, slack, clock, hiding):
        _log.info("Tocsin is connected and ready.")
        await asyncio.Event().wait()


def _end(work: asyncio.Task[None]) -> None:
    """End the work, whether it is still starting or runs; a second signal does not disturb the ending."""
    if not work.cancelling():
        work.cancel()


def forget_proxies() -> None:
    """Slack's SDK would send even loopback calls through a proxy; it ignores NO_PROXY."""
    for name in _PROXIES:
        os.environ.pop(name, None)


@asynccontextmanager
async def running(places: Places, slack: Slack, clock: Clock, hiding: Hiding) -> AsyncIterator[None]:
    """The bot, connected; the log is told what it must hide. Raises what `serve` raises."""
    rules, guides = examining.rules(places.tocsin_config), runbooks.guides(places.tocsin_config)
    async with AsyncExitStack() as stack:
        base = await stack.enter_async_context(laid(places, guides))
        services = examining.targets(base.probes, file=base.services_file, environ=os.environ)
        changeable = mitigating.targets(places.tocsin_config, environ=os.environ)
        known = secrecy.known(_own_secrets(base, slack), services, changeable)
        redactor = Redactor(known)
        hiding.learn(Redactor(known | secrecy.of_environment(places.tocsin_config, os.environ)))
        templates = Templates.read(places.tocsin_config / "templates")
        token = slack.slack_bot_token.get_secret_value()
        client = await stack.enter_async_context(open_client(token, slack.slack_api_url))
        painter = await stack.enter_async_context(ProcessPainter(base.policy.time_zone))
        drawing = Drawing(base.policy, base.catalogue, templates, guides=guides)
        chat = SlackChat(client, drawing, painter)
        await chat.directory.me()
        await chat.people.learn(base.policy.ladder)
        checks = checks_for(base, places, services)
        examiner = await stack.enter_async_context(examiner_for(base, rules, clock, services, redactor))
        mitigators = mitigating.mitigators(changeable, clock=clock, redaction=redactor)
        await stack.enter_async_context(mitigators)
        ports = _ports(base, chat, examiner, mitigators, checks, clock)
        engine = Engine(normalised(base.url), ports=ports)
        await stack.enter_async_context(engine.running())
        app = build(
            desk=base.desk,
            chat=chat,
            targets=examiner.targets,
            offers=mitigators.offers,
            checks=checks,
            understood=examiner.understood,
            changed=Lately(examiner),
            masked=secrecy.masking(known),
            now=clock,
            signing_secret=_signing(slack),
        )
        line = await _connected(stack, app, slack)
        sentence = await stack.enter_async_context(_pages(places, slack, app, base, line))
        if sentence:
            _log.warning(sentence)
        yield


def examiner_for(
    base: Foundation, rules: Rules, clock: Clock, services: Services, redactor: Redactor
) -> Examiner:
    """The examiner of the configured services."""
    return Examiner(
        services,
        clock=clock,
        redactor=redactor,
        rules=rules,
        upstream=examining.upstream(base.catalogue),
        book=base.looks,
    )


def checks_for(base: Foundation, places: Places, services: Services) -> CheckDesk:
    """The standing checks of the configured services.

    Raises:
        Misconfigured: a check names what there is not.
    """
    found = checking.checks(places.tocsin_config, policy=base.policy, known=partial(wanted, services))
    return CheckDesk(found, base.checks, base.ledger, base.policy)


def _own_secrets(base: Foundation, slack: Slack) -> list[str]:
    """What the bot itself must never let out: its tokens, and its database."""
    tokens = (slack.slack_bot_token, slack.slack_app_token, slack.slack_signing_secret)
    return [*(token.get_secret_value() for token in tokens if token), base.url]


def _ports(
    base: Foundation,
    chat: SlackChat,
    examiner: Examiner,
    mitigator: Mitigator,
    checks: CheckDesk,
    clock: Clock,
) -> Ports:
    return Ports(
        base.ledger,
        base.journal,
        base.outbox,
        chat,
        examiner,
        mitigator,
        checks,
        base.policy,
        base.catalogue,
        clock,
    )


def _signing(slack: Slack) -> str:
    """Slack's signing secret where Slack posts to us; empty in Socket Mode."""
    secret = slack.slack_signing_secret
    return secret.get_secret_value() if secret and slack.slack_app_token is None else ""


async def _connected(stack: AsyncExitStack, app: App, slack: Slack) -> Line | None:
    """The Socket Mode connection; None in HTTP mode."""
    if slack.slack_app_token is None:
        return None
    return await stack.enter_async_context(connect(app, slack.slack_app_token.get_secret_value()))


def _pages(
    places: Places, slack: Slack, app: App, base: Foundation, line: Line | None
) -> AbstractAsyncContextManager[str]:
    http = slack.slack_app_token is None
    if http and places.listen is None:
        raise Misconfigured("TOCSIN_LISTEN is off, but HTTP mode needs an address for Slack to post to.")
    served = [*routes(_checks(base, line)), *([http_route(app)] if http else [])]
    return serving(places.listen, served, needed=http)


def _checks(base: Foundation, line: Line | None) -> dict[str, Check]:
    async def database() -> str:
        try:
            await base.ledger.get(IncidentId(0))
        except NoSuchIncident:
            return ""
        except Unavailable as error:
            return str(error)
        return ""

    async def slack() -> str:
        return "" if line is None or await line.up() else "Slack is not connected; trying again."

    return {"database": database, "slack": slack}
