"""The fault panel: a page of large buttons, and the same as JSON for programs."""

from pathlib import Path
from typing import Final

from aiohttp import web

from demo.shop.guard import guard
from demo.shop.scene import Deed, DeedFailedError, Scene

STATIC: Final = Path(__file__).with_name("static")
LOOKS: Final = frozenset({"panel.js", "panel.css", "icon.svg"})


class Panel:
    """The panel's routes.

    GET / is the page, GET /state how the shop is. POST /fault/{leak|lock|stop|start|heal} does it, waits till
    it shows, and answers with the state, or with 409 and an `error` that says why not.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def application(self) -> web.Application:
        """The panel, ready to be served."""
        application = web.Application(middlewares=[guard])
        application.add_routes(
            [
                web.get("/", self._page),
                web.get("/look/{name}", self._look),
                web.get("/state", self._state),
                web.post("/fault/{deed}", self._do),
            ]
        )
        return application

    async def _page(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "panel.html")

    async def _look(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in LOOKS:
            raise web.HTTPNotFound
        return web.FileResponse(STATIC / name)

    async def _state(self, _: web.Request) -> web.StreamResponse:
        return web.json_response((await self._scene.state()).as_json())

    async def _do(self, request: web.Request) -> web.StreamResponse:
        try:
            deed = Deed(request.match_info["deed"])
        except ValueError:
            known = ", ".join(Deed)
            return web.json_response({"error": f"There is no such fault. There are: {known}."}, status=404)
        try:
            await self._scene.do(deed)
        except DeedFailedError as error:
            return web.json_response({"error": str(error)}, status=409)
        return await self._state(request)
