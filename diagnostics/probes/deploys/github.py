"""What GitHub knows of a repository: deployments, releases, builds and commits; the newest ones only."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from diagnostics.probes.deploys.change import DAY, Build, Commit, Deploy, State
from diagnostics.probes.deploys.section import DeploysSection
from diagnostics.probes.remote import Fault, Remote, RemoteError

DEPLOYMENTS = 5  # whose state is asked for, which is one request each
STATUSES = 10
RELEASES = 10
BUILDS = 20
COMMITS = 100
STATES = {
    "success": State.DONE,
    "inactive": State.DONE,  # it was live until a newer one came
    "failure": State.FAILED,
    "error": State.FAILED,
}
CONCLUSIONS = {"success": True, "failure": False, "timed_out": False, "startup_failure": False}


T = TypeVar("T")


class _Person(BaseModel):
    login: str = "?"


class _Deployment(BaseModel):
    id: int
    sha: str
    created_at: datetime
    creator: _Person | None = None


class _Status(BaseModel):
    id: int
    state: str
    created_at: datetime


class _Release(BaseModel):
    tag_name: str
    published_at: datetime | None = None
    draft: bool = False
    author: _Person | None = None


class _Run(BaseModel):
    head_sha: str
    conclusion: str | None = None
    updated_at: datetime
    name: str | None = None


class _Runs(BaseModel):
    workflow_runs: tuple[_Run, ...] = ()


class _Signature(BaseModel):
    name: str = "?"
    date: datetime


class _Change(BaseModel):
    message: str = ""
    author: _Signature
    committer: _Signature


class _Commit(BaseModel):
    sha: str
    commit: _Change


class GitHub:
    """One repository at GitHub, read only."""

    def __init__(self, section: DeploysSection) -> None:
        headers = {"accept": "application/vnd.github+json", "x-github-api-version": "2022-11-28"}
        if section.token:
            headers["authorization"] = f"Bearer {section.token.get_secret_value()}"
        self._remote = Remote(section.github_url, headers)
        self._section = section
        self._place = f"/repos/{section.github}"

    async def deploys(self) -> tuple[Deploy, ...]:
        """The newest deployments to the environment, or the newest releases if there are none.

        Raises:
            RemoteError: GitHub did not let itself be asked.
        """
        said = await self._remote.get(
            f"{self._place}/deployments",
            "deployments",
            environment=self._section.environment,
            per_page=DEPLOYMENTS,
        )
        found = _read(TypeAdapter(tuple[_Deployment, ...]), said, "deployments")
        if not found:
            return await self._releases()
        return tuple(await asyncio.gather(*(self._deploy(each) for each in found)))

    async def builds(self) -> tuple[Build, ...]:
        """The newest finished builds of the branch, the newest first; a good one too if any is known.

        Raises:
            RemoteError: as above.
        """
        found = await self._runs("completed", BUILDS)
        if found and not any(build.good for build in found):
            found += await self._runs("success", 1)
        return found

    async def commits(self, moment: datetime) -> tuple[Commit, ...]:
        """The commits of the branch in the day before a moment, the newest first.

        Raises:
            RemoteError: as above.
        """
        said = await self._remote.get(
            f"{self._place}/commits",
            "commits",
            sha=_branch(self._section.branch),
            since=_stamp(moment - DAY),
            until=_stamp(moment),
            per_page=COMMITS,
        )
        found = _read(TypeAdapter(tuple[_Commit, ...]), said, "commits")
        return tuple(
            Commit(
                each.sha,
                each.commit.committer.date,
                each.commit.author.name,
                each.commit.message.partition("\n")[0],
            )
            for each in found
        )

    async def close(self) -> None:
        """Let go of the connections."""
        await self._remote.close()

    async def _deploy(self, each: _Deployment) -> Deploy:
        said = await self._remote.get(
            f"{self._place}/deployments/{each.id}/statuses", "deployments", per_page=STATUSES
        )
        statuses = _read(TypeAdapter(tuple[_Status, ...]), said, "deployments")
        none = _Status(id=0, state="pending", created_at=each.created_at)
        newest = max(statuses, key=lambda status: (status.created_at, status.id), default=none)
        live = newest.state != "inactive"  # the state's time is when it ceased to be live
        return Deploy(
            sha=each.sha,
            at=newest.created_at if live else each.created_at,
            by=each.creator.login if each.creator else "?",
            state=STATES.get(newest.state, State.RUNNING),
        )

    async def _releases(self) -> tuple[Deploy, ...]:
        said = await self._remote.get(f"{self._place}/releases", "releases", per_page=RELEASES)
        found = _read(TypeAdapter(tuple[_Release, ...]), said, "releases")
        return tuple(
            Deploy(
                each.tag_name,
                each.published_at,
                each.author.login if each.author else "?",
                State.DONE,
                "release",
            )
            for each in found
            if each.published_at and not each.draft
        )

    async def _runs(self, status: str, most: int) -> tuple[Build, ...]:
        workflow = self._section.workflow
        place = f"actions/workflows/{workflow}/runs" if workflow else "actions/runs"
        params: Mapping[str, str | int] = {"branch": _branch(self._section.branch), "status": status}
        said = await self._remote.get(
            f"{self._place}/{place}", "builds", **params, exclude_pull_requests="true", per_page=most
        )
        return tuple(_builds(_read(TypeAdapter(_Runs), said, "builds")))


def _builds(runs: _Runs) -> Iterator[Build]:
    for run in sorted(runs.workflow_runs, key=lambda run: run.updated_at, reverse=True):
        good = CONCLUSIONS.get(run.conclusion or "")
        if good is not None:  # cancelled and skipped runs say nothing of the build
            yield Build(run.head_sha, run.updated_at, good, run.name or "?")


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _branch(name: str) -> str:
    """The branch as GitHub knows it; a clone calls it origin/main."""
    return name.removeprefix("origin/")


def _read(shape: "TypeAdapter[T]", said: object, what: str) -> T:
    try:
        return shape.validate_python(said)
    except ValidationError as error:
        raise RemoteError(Fault.BROKEN, what) from error
