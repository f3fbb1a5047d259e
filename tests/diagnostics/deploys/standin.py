"""A stand-in for GitHub's REST interface: one repository with deployments, releases, builds, commits.

The shapes are those of GitHub's documentation, cut to what tells something; tokens and rights are checked.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Thing = dict[str, Any]
TOKEN = "stand-in-github-token-01234"
PLACE = "/repos/acme/payments"


@dataclass
class GitHub:
    """The state of acme/payments.

    Attributes:
        broken: statuses that are answered instead, by the first word below the repository.
        headers: sent with those.
        asked: every request, as its path with its query.
    """

    url: str = ""
    deployments: list[Thing] = field(default_factory=list)
    statuses: dict[int, list[Thing]] = field(default_factory=dict)
    releases: list[Thing] = field(default_factory=list)
    runs: list[Thing] = field(default_factory=list)
    commits: list[Thing] = field(default_factory=list)
    broken: dict[str, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def deployed(self, sha: str, at: str, state: str = "success", environment: str = "production") -> None:
        """A deployment whose newest status came at that time."""
        number = len(self.deployments) + 1
        person = {"login": "alice", "id": 1, "type": "User"}
        thing = {"id": number, "sha": sha, "ref": "main", "task": "deploy", "environment": environment}
        self.deployments.insert(0, thing | {"created_at": at, "updated_at": at, "creator": person})
        before = {"id": 1, "state": "in_progress", "created_at": at}
        self.statuses[number] = [{"id": 2, "state": state, "created_at": at}, before]

    def built(self, sha: str, at: str, conclusion: str = "success", workflow: str = "build.yml") -> None:
        """A finished run of a workflow on main."""
        run = {"id": len(self.runs) + 1, "name": "Build", "head_branch": "main", "head_sha": sha}
        run |= {"status": "completed", "conclusion": conclusion, "path": f".github/workflows/{workflow}"}
        self.runs.insert(0, run | {"created_at": at, "updated_at": at})

    def committed(self, sha: str, at: str, author: str = "Alice", message: str = "Change\n\nWhy.") -> None:
        """A commit on main."""
        who = {"name": author, "email": f"{author.lower()}@example.com", "date": at}
        self.commits.insert(0, {"sha": sha, "commit": {"message": message, "author": who, "committer": who}})

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        self.asked.append(request.path_qs)
        if request.headers.get("authorization") not in {None, f"Bearer {TOKEN}"}:
            return web.json_response({"message": "Bad credentials"}, status=401)
        rest = request.path.removeprefix(PLACE + "/") if request.path.startswith(PLACE + "/") else "elsewhere"
        if status := self.broken.get(rest.split("/")[0]):
            body = {"message": "Resource not accessible by personal access token"}
            return web.json_response(body, status=status, headers=self.headers)
        found = self._found(rest, request)
        return web.json_response(found) if found is not None else web.json_response({}, status=404)

    def _found(self, rest: str, request: web.Request) -> object:
        query, most = request.query, int(request.query.get("per_page", "30"))
        if rest.endswith("/statuses"):
            return self.statuses[int(rest.split("/")[1])][:most]
        lists: dict[str, Callable[[], object]] = {
            "deployments": lambda: [
                each for each in self.deployments if each["environment"] == query["environment"]
            ][:most],
            "releases": lambda: self.releases[:most],
            "commits": lambda: [
                each
                for each in self.commits
                if query["since"] <= each["commit"]["committer"]["date"] <= query["until"]
            ][:most],
            "actions/runs": lambda: self._runs(query["status"], "", most),
        }
        if rest.startswith("actions/workflows/"):
            return self._runs(query["status"], rest.split("/")[2], most)
        return lists[rest]() if rest in lists else None

    def _runs(self, status: str, workflow: str, most: int) -> Thing:
        found = [
            run
            for run in self.runs
            if status in {run["status"], run["conclusion"]} and run["path"].endswith(workflow)
        ]
        return {"total_count": len(found), "workflow_runs": found[:most]}


@asynccontextmanager
async def serving() -> AsyncIterator[GitHub]:
    """The stand-in on this machine, empty."""
    github = GitHub()
    application = web.Application()
    application.router.add_get("/{path:.*}", github.answer)
    async with TestServer(application) as server:
        github.url = str(server.make_url("/")).rstrip("/")
        yield github


def section(github: GitHub, **more: object) -> Thing:
    """What services.toml would say of it."""
    base: Thing = {"kind": "deploys", "name": "deploys", "github": "acme/payments", "github_url": github.url}
    return base | {"token": TOKEN} | more
