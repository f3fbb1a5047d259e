"""Putting the practice workspace together and serving it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from tocsin_practice.acts import Acts
from tocsin_practice.api.gateway import Gateway
from tocsin_practice.calllog import CallLog
from tocsin_practice.control import Control
from tocsin_practice.delivery import RETRY_DELAYS, Delivery
from tocsin_practice.doors import Doors
from tocsin_practice.guard import LOOPBACK, guard
from tocsin_practice.httpmode import HttpMode
from tocsin_practice.model import Json
from tocsin_practice.page.app import add_page
from tocsin_practice.page.frame import Link
from tocsin_practice.ratelimits import RateLimits
from tocsin_practice.seed import NORTHWIND
from tocsin_practice.site import Site
from tocsin_practice.sockets import Sockets
from tocsin_practice.tickets import Tickets
from tocsin_practice.trouble import Trouble
from tocsin_practice.workspace import Workspace

_LARGEST_UPLOAD: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice workspace with its wire, not yet listening."""

    site: Site
    delivery: Delivery
    http: HttpMode
    application: web.Application

    async def close(self) -> None:
        """Stop deliveries and close every connection."""
        await self.delivery.close()
        await self.http.close()
        await self.site.sockets.close()


def build(
    workspace: Workspace,
    *,
    allowed_hosts: frozenset[str] = LOOPBACK,
    retry_delays: tuple[float, ...] = RETRY_DELAYS,
    seed: Json = NORTHWIND,
    links: Sequence[Link] = (),
) -> Practice:
    """Join the parts.

    `retry_delays` in seconds, one for each redelivery of an event; `seed` is what a reset furnishes again;
    `links` stand in the header of the page.
    """
    tickets, sockets = Tickets(workspace), Sockets(workspace.changes)
    http = HttpMode(workspace)
    delivery = Delivery(workspace, sockets, http, retry_delays)
    site = Site(
        workspace=workspace,
        tickets=tickets,
        sockets=sockets,
        acts=Acts(workspace, tickets, delivery),
        log=CallLog(),
        trouble=Trouble(),
        limits=RateLimits(workspace.clock),
    )
    application = web.Application(middlewares=[guard(allowed_hosts)], client_max_size=_LARGEST_UPLOAD)
    gateway = Gateway(site)
    application.router.add_route("*", "/api/{method}", gateway.serve)
    application.router.add_get("/link/", sockets.serve)
    application.add_routes(Doors(site).routes())
    application.add_routes(Control(site, seed).routes())
    add_page(application, workspace, site.acts, links=links, allowed_hosts=allowed_hosts)
    return Practice(site, delivery, http, application)


@asynccontextmanager
async def serving(practice: Practice, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Listen, and yield the address; port 0 takes a free one."""
    runner = web.AppRunner(practice.application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        listener = web.TCPSite(runner, host, port)
        await listener.start()
        bound = runner.addresses[0][1]
        shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
        practice.site.workspace.base_url = f"http://{shown}:{bound}"
        yield practice.site.workspace.base_url
    finally:
        await practice.close()
        await runner.cleanup()
