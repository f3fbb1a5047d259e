"""The page's routes: documents, their live stream, what they ask for, files and looks."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from tocsin_practice.acts import Acts
from tocsin_practice.model import Channel, File, Person
from tocsin_practice.page import columns, composer, frame, screen
from tocsin_practice.page.deeds import Asked, Deeds
from tocsin_practice.page.frame import Link
from tocsin_practice.page.guard import HEADERS, LOOPBACK, guarded
from tocsin_practice.page.live import Live
from tocsin_practice.page.markup import Html
from tocsin_practice.page.memory import Memory
from tocsin_practice.page.notices import Notices
from tocsin_practice.page.patch import Regions
from tocsin_practice.page.seat import Seat
from tocsin_practice.workspace import Workspace

LOOKS = Path(__file__).parent / "static"
LOOK_FILES = frozenset(path.name for path in LOOKS.iterdir())
SHOWN_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def add_page(
    app: web.Application,
    workspace: Workspace,
    acts: Acts,
    *,
    links: Sequence[Link] = (),
    allowed_hosts: frozenset[str] = LOOPBACK,
) -> None:
    """Give an application the page of a workspace.

    `links` stand in the bar at its top. `allowed_hosts` are the names under which the page may be asked for.
    """
    page = Page(workspace, acts, links)
    for method, path, handler in page.routes():
        app.router.add_route(method, path, guarded(handler, allowed_hosts))
    app.on_shutdown.append(page.shut_down)


class Page:
    """The page of one workspace."""

    def __init__(self, workspace: Workspace, acts: Acts, links: Sequence[Link]) -> None:
        self._workspace = workspace
        self._acts = acts
        self._links = links
        self._notices = Notices(workspace.stamps.next_ts)
        self._deeds = Deeds(workspace, acts, self._notices)
        self._live = Live(workspace.changes)
        workspace.changes.listen(self._notices.hear)

    def routes(self) -> list[tuple[str, str, Callable[[web.Request], Awaitable[web.StreamResponse]]]]:
        """Method, path and handler of each route."""
        return [
            ("GET", "/", self._enter),
            ("GET", "/as/{person}", self._enter),
            ("GET", "/as/{person}/c/{channel}", self._document),
            ("GET", "/as/{person}/c/{channel}/t/{thread}", self._document),
            ("GET", "/as/{person}/home/{app}", self._document),
            ("GET", "/as/{person}/d/{other}", self._direct),
            ("GET", "/as/{person}/live", self._stream),
            ("GET", "/as/{person}/complete", self._complete),
            ("POST", "/as/{person}/act", self._act),
            ("GET", "/as/{person}/files/{file}/{name}", self._file),
            ("GET", "/archives/{channel}", self._permalink),
            ("GET", "/archives/{channel}/{message}", self._permalink),
            ("GET", "/page/{look}", self._look),
        ]

    async def shut_down(self, _: web.Application) -> None:
        """Let go of the browsers that listen."""
        await self._live.close()

    # Documents

    async def _enter(self, request: web.Request) -> web.StreamResponse:
        person = self._person(request) if "person" in request.match_info else self._first_person()
        raise web.HTTPFound(f"/as/{person.id}/c/{self._first_channel(person).id}")

    async def _document(self, request: web.Request) -> web.StreamResponse:
        person = self._person(request)
        if "app" in request.match_info:
            seat = self._home_seat(person, request.match_info["app"])
        else:
            info = request.match_info
            seat = self._seat(person, info["channel"], thread=info.get("thread", ""))
        words = frame.draw(
            seat,
            self._draw(seat),
            team=self._workspace.team.name,
            title=screen.title(self._workspace, seat),
            people=list(self._workspace.people),
            links=self._links,
        )
        return web.Response(text=words, content_type="text/html")

    async def _direct(self, request: web.Request) -> web.StreamResponse:
        person, other = self._person(request), self._workspace.people.get(request.match_info["other"])
        if other is None:
            raise web.HTTPNotFound(text="There is nobody of this id.\n")
        channel = self._acts.open_direct(person, other)
        raise web.HTTPFound(f"/as/{person.id}/c/{channel.id}")

    async def _permalink(self, request: web.Request) -> web.StreamResponse:
        """Slack's form of a link to a message, opened as whoever was on the page that held it."""
        came_from = urlsplit(request.headers.get("Referer", "")).path.split("/")
        named = came_from[2] if came_from[1:2] == ["as"] else ""
        person = self._workspace.people.get(named) or self._first_person()
        digits = request.match_info.get("message", "").removeprefix("p")
        mark = f"#m-{digits[:-6]}-{digits[-6:]}" if digits.isdigit() else ""
        thread = request.query.get("thread_ts", "")
        pane = f"/t/{thread}" if thread.replace(".", "").isdigit() else ""
        raise web.HTTPFound(f"/as/{person.id}/c/{request.match_info['channel']}{pane}{mark}")

    # What a document asks for

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        person, query = self._person(request), request.query
        seat = self._seat(
            person,
            query.get("channel", ""),
            thread=query.get("thread", ""),
            home=query.get("home", ""),
            unread=query.get("unread", ""),
        )
        return await self._live.serve(request, lambda memory: self._draw(seat, memory), person.id)

    async def _act(self, request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="The page sends JSON.\n")
        fields = await request.json()
        if not isinstance(fields, dict):
            raise web.HTTPBadRequest(text="The page sends one JSON object.\n")
        return web.json_response(await self._deeds.do(Asked(self._person(request), fields)))

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        person, typed = self._person(request), request.query.get("typed", "")
        return web.Response(text=self._offers(person, typed), content_type="text/html")

    def _offers(self, person: Person, typed: str) -> Html:
        authors = screen.authors_of(self._workspace)
        if typed.startswith("/"):
            apps = self._workspace.apps.values()
            return composer.commands(
                ((command, authors[app.bot_user_id]) for app in apps for command in app.commands.values()),
                typed,
            )
        if typed.startswith("#"):
            rooms = [c for c in self._workspace.channels if not c.is_direct and c.visible_to(person.id)]
            return composer.channels(rooms, typed)
        return composer.names([authors[p.id] for p in self._workspace.people if not p.deleted], typed)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        person, file = self._person(request), self._workspace.files.get(request.match_info["file"])
        if file is None or not self._may_see(person, file):
            raise web.HTTPNotFound(text="There is no such file.\n")
        kind, shown = _served(file)
        response = web.Response(body=file.content, headers={**HEADERS, "Content-Type": kind})
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        if not shown or "download" in request.query:
            response.headers["Content-Disposition"] = "attachment"
        return response

    async def _look(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["look"]
        if name not in LOOK_FILES:
            raise web.HTTPNotFound
        return web.FileResponse(LOOKS / name, headers={"Cache-Control": "no-cache"})

    # Finding what is meant

    def _draw(self, seat: Seat, memory: Memory | None = None) -> Regions:
        return screen.draw(self._workspace, self._notices, seat, memory)

    def _person(self, request: web.Request) -> Person:
        person = self._workspace.people.named(request.match_info["person"])
        if person is None or person.is_bot or person.deleted:
            raise web.HTTPNotFound(text="There is nobody of this id.\n")
        return person

    def _first_person(self) -> Person:
        person = next((p for p in self._workspace.people if not (p.is_bot or p.deleted)), None)
        if person is None:
            raise web.HTTPNotFound(text="This workspace has no people yet.\n")
        return person

    def _first_channel(self, person: Person) -> Channel:
        mine = [c for c in self._workspace.channels_of(person.id) if not (c.is_direct or c.is_archived)]
        channel = next((c for c in mine if c.is_general), mine[0] if mine else None)
        if channel is None:
            raise web.HTTPNotFound(text="This person is in no channel yet.\n")
        return channel

    def _seat(
        self, person: Person, channel_id: str, *, thread: str = "", home: str = "", unread: str | None = None
    ) -> Seat:
        channel = self._workspace.channels.get(channel_id)
        if channel is None or not channel.visible_to(person.id):
            raise web.HTTPFound(f"/as/{person.id}/c/{self._first_channel(person).id}")
        if thread and thread not in channel.messages:
            raise web.HTTPFound(f"/as/{person.id}/c/{channel.id}")
        fresh = unread is None and columns.unread(self._workspace, person, channel)
        since = unread or (channel.last_read.get(person.id, "") if fresh else "")
        return Seat(person, channel, thread, home, since)

    def _home_seat(self, person: Person, app_id: str) -> Seat:
        app = self._workspace.apps.get(app_id)
        if app is None:
            raise web.HTTPNotFound(text="There is no such app.\n")
        self._acts.open_home(person, app_id)
        channel = self._acts.open_direct(person, self._workspace.people[app.bot_user_id])
        return self._seat(person, channel.id, home=app_id)

    def _may_see(self, person: Person, file: File) -> bool:
        rooms = (self._workspace.channels.get(channel) for channel in file.channels)
        return file.owner == person.id or any(room and room.visible_to(person.id) for room in rooms)


def _served(file: File) -> tuple[str, bool]:
    """The content type to serve a file with, and whether a browser may show it; never as a document."""
    if file.mimetype in SHOWN_TYPES:
        return file.mimetype, True
    if file.mimetype == "text/plain":
        return "text/plain; charset=utf-8", True
    return "application/octet-stream", False
