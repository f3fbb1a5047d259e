"""A stand-in for GitHub's REST interface, over HTTP: one workflow of one repository, which keeps its runs.

It is no GitHub: a run goes on for as many looks as the test says, then ends as the test says.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

TOKEN = "stand-in-github-token-01234"
PLACE = "/repos/acme/payments/actions"
OWN = f"{PLACE}/workflows/rollback.yml"


@dataclass
class GitHub:
    """The state of acme/payments.

    Attributes:
        looks: a run ends at that look.
        ends: how.
        details: whether it tells the id of a run that was asked for.
        older: it does not know the word for that, as older Enterprise servers do not.
        blind: so many looks at one run fail.
        status: answered to whoever asks for a run, if it is no success.
        hides: a run that was asked for is never seen.
        late: so many looks at the list show no run, as GitHub's do right after one was asked for.
    """

    looks: int = 1
    ends: str = "success"
    details: bool = True
    older: bool = False
    blind: int = 0
    status: int = 0
    hides: bool = False
    late: int = 0
    state: str = "active"
    runs: list[dict[str, Any]] = field(default_factory=list)
    dispatched: list[Any] = field(default_factory=list)
    url: str = ""

    def ran(self, *, status: str = "completed", conclusion: str | None = "success") -> None:
        """A run by somebody else."""
        number = len(self.runs) + 1
        run = {"id": 4000 + number, "run_number": number, "status": status, "conclusion": conclusion}
        self.runs.insert(0, run | {"event": "workflow_dispatch", "looks": 0})

    async def answer(self, request: web.Request) -> web.Response:
        """One request."""
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"message": "Bad credentials"}, status=401)
        if (request.method, request.path) == ("POST", f"{OWN}/dispatches"):
            return await self._dispatch(request)
        if request.path == OWN:
            return web.json_response({"id": 77, "name": "Roll back", "state": self.state})
        if request.path == f"{OWN}/runs":
            self.late -= 1
            shown = not self.hides and self.late < 0
            told = [run for run in self.runs if shown and run["event"] == request.query["event"]]
            return web.json_response({"total_count": len(told), "workflow_runs": told})
        return self._one(request.path.removeprefix(f"{PLACE}/runs/"))

    async def _dispatch(self, request: web.Request) -> web.Response:
        body = await request.json()
        if self.status:
            return web.json_response({"message": "No ref found for: main"}, status=self.status)
        if self.older and body.pop("return_run_details", None):
            return web.json_response({"message": '"return_run_details" is not permitted'}, status=422)
        self.dispatched.append(body)
        self.ran(status="queued", conclusion=None)
        if self.details and body.get("return_run_details"):
            return web.json_response({"workflow_run_id": self.runs[0]["id"]})
        return web.Response(status=204)

    def _one(self, number: str) -> web.Response:
        found = next((run for run in self.runs if str(run["id"]) == number), None)
        self.blind -= 1
        if found is None or self.blind >= 0:
            return web.json_response({"message": "Not Found"}, status=404)
        found["looks"] += 1
        if found["looks"] >= self.looks and not found["conclusion"]:
            found.update(status="completed", conclusion=self.ends)
        return web.json_response(found)


@asynccontextmanager
async def serving() -> AsyncIterator[GitHub]:
    """The stand-in on this machine, without a run."""
    github = GitHub()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", github.answer)
    async with TestServer(application) as server:
        github.url = str(server.make_url("/")).rstrip("/")
        yield github
