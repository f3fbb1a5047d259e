"""The smaller addresses of the wire: response URLs, uploads and downloads."""

import hmac

from aiohttp import web

from tocsin_practice.api.arguments import read_arguments
from tocsin_practice.model import File
from tocsin_practice.refusals import RefusalError
from tocsin_practice.responses import Responses
from tocsin_practice.site import Site
from tocsin_practice.tickets import TicketError

_SHOWN_INLINE = ("image/png", "image/jpeg", "image/gif", "text/plain")


class Doors:
    """Handlers of `/respond/`, `/upload/` and `/files/`."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._responses = Responses(site.workspace)

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        return [
            web.post("/respond/{key}", self.respond),
            web.post("/upload/v1/{key}", self.upload),
            web.put("/upload/v1/{key}", self.upload),
            web.get("/files/{file_id}/{name}", self.download),
        ]

    async def respond(self, request: web.Request) -> web.Response:
        """A response URL."""
        try:
            body = await read_arguments(request)
            reply = self._site.tickets.use_response_url(request.match_info["key"])
            self._responses.answer(reply, body)
        except TicketError as error:
            return web.json_response({"ok": False, "error": str(error)}, status=404)
        except RefusalError as refusal:
            return web.json_response(refusal.body(), status=400)
        return web.Response(text="ok")

    async def upload(self, request: web.Request) -> web.Response:
        """The second step of an upload: the bytes, raw or as a form's file."""
        file = self._site.workspace.files.by_upload_key(request.match_info["key"])
        if file is None:
            return web.Response(status=404, text="This upload address is unknown or used.")
        if request.content_type == "multipart/form-data":
            form = await request.post()
            parts = [part for part in form.values() if isinstance(part, web.FileField)]
            content = parts[0].file.read() if parts else b""
        else:
            content = await request.read()
        file.content, file.size = content, len(content)
        return web.Response(text=f"OK - {len(content)}")

    async def download(self, request: web.Request) -> web.Response:
        """A file, for an app with its token or for the page of this workspace."""
        file = self._site.workspace.files.get(request.match_info["file_id"])
        if file is None or not file.complete:
            return web.Response(status=404, text="There is no such file.")
        if not self._may_read(request):
            return web.Response(status=403, text="Send the bot token, or open the file from the page.")
        return _content(file, as_download="download" in request.query)

    def _may_read(self, request: web.Request) -> bool:
        if request.headers.get("Sec-Fetch-Site") in {"same-origin", "none"}:
            return True
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
        tokens = [app.bot_token.encode() for app in self._site.workspace.apps.values()]
        return any(hmac.compare_digest(given, token) for token in tokens)


def _content(file: File, *, as_download: bool) -> web.Response:
    inline = file.mimetype in _SHOWN_INLINE and not as_download
    return web.Response(
        body=file.content,
        content_type=file.mimetype if inline else "application/octet-stream",
        headers={
            "Content-Disposition": "inline" if inline else "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
        },
    )
