"""What came before the trouble: a real clone of git, stand-ins for GitHub and Sentry, a service over HTTP."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, AbsentError, Case, Group, at_noon, looked_at
from tests.diagnosis.together import FAILING, api
from tests.diagnostics.deploys import standin
from tests.diagnostics.deploys.standin import GitHub
from tests.diagnostics.deploys.test_git import LOCAL, Clone
from tests.diagnostics.remote import NOW, ago
from tests.diagnostics.sentry import test_sentry
from tests.diagnostics.sentry.test_sentry import Sentry
from tests.diagnostics.serving import says, serving

Act = Callable[[None], Awaitable[Examination]]
OLD, NEW = "0123456789abcdef0123456789abcdef01234567", "4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2"
BEGAN = NOW - timedelta(minutes=20)
WELL = {"/health": says({"status": "ok"}), "/ready": says({"status": "ok"})}


@asynccontextmanager
async def opened() -> AsyncIterator[None]:
    if not shutil.which("git"):
        raise AbsentError("git; apt package git")
    yield


async def beside_a_service(*sections: dict[str, object], fails: bool) -> Examination:
    """A look at these and at the service, in an incident of twenty minutes if it fails."""
    async with serving(FAILING if fails else WELL) as url:
        return await looked_at(api(url), targets=at_noon(*sections), onset=BEGAN if fails else None)


def github(*changes: Callable[[GitHub], None], fails: bool = True, **settings: object) -> Act:
    """A repository with a good deploy and build of three days ago, and these changes."""

    async def act(_nothing: None) -> Examination:
        async with standin.serving() as there:
            there.built(OLD, ago(days=3, minutes=10))
            there.deployed(OLD, ago(days=3))
            there.committed(OLD, ago(days=3, minutes=20))
            for change in changes:
                change(there)
            return await beside_a_service(standin.section(there, **settings), fails=fails)

    return act


def deployed(state: str = "success", **when: float) -> Callable[[GitHub], None]:
    return lambda there: there.deployed(NEW, ago(**when), state)


def built(conclusion: str, **when: float) -> Callable[[GitHub], None]:
    return lambda there: there.built(NEW, ago(**when), conclusion)


def bare(there: GitHub) -> None:
    there.deployments, there.runs, there.commits = [], [], []


def clone(*, fails: bool = True, **age: float) -> Act:
    """A real clone whose newest commit is that old."""

    async def act(_nothing: None) -> Examination:
        with tempfile.TemporaryDirectory(prefix="tocsin-clone-") as folder:
            repository = Clone(Path(folder) / "payments")
            repository.commit("Long ago", days=9)
            repository.commit("Keep the pool open", "Alice", **age)
            repository.fetched(minutes=1)
            section: dict[str, object] = {**LOCAL, "repository": str(repository.folder)}
            return await beside_a_service(section, fails=fails)

    return act


def sentry(*changes: Callable[[Sentry], None], fails: bool = True) -> Act:
    """A project with a release of nine days ago, and these changes."""

    async def act(_nothing: None) -> Examination:
        async with test_sentry.serving() as there:
            there.released("payments@2.4.0", ago(days=9))
            for change in changes:
                change(there)
            return await beside_a_service(test_sentry.BASE | {"url": there.url}, fails=fails)

    return act


def released(version: str = "payments@2.4.1", **when: float) -> Callable[[Sentry], None]:
    return lambda there: there.released(version, ago(**when))


def failed(
    release: str | None = "payments@2.4.1", count: int = 420, **when: float
) -> Callable[[Sentry], None]:
    title = "KeyError: 'currency'"
    return lambda there: there.failed(title, ago(**when), release=release, count=count)


def away(there: GitHub) -> None:
    there.url = "http://127.0.0.1:9"


DEPLOYS = Group(
    "Deploys (git, GitHub stand-in)",
    opened,
    (
        Case("deployed 5 min before it began", "BAD_DEPLOY", github(deployed(minutes=25))),
        Case("deployed 25 min before it began", "BAD_DEPLOY", github(deployed(minutes=45))),
        Case("a deploy failed", "BAD_DEPLOY", github(deployed("failure", minutes=24))),
        Case("a deploy on its way", "DEPLOYING", github(deployed("in_progress", minutes=21))),
        Case("merged 6 min before it began, by git", "BAD_DEPLOY", clone(minutes=26)),
        Case("deployed three days before", "HTTP_ERRORS", github()),
        Case("deployed after it began", "HTTP_ERRORS", github(deployed(minutes=5))),
        Case("a build failed, nothing deployed", "HTTP_ERRORS", github(built("failure", minutes=30))),
        Case("the newest commit of days ago, by git", "HTTP_ERRORS", clone(days=4)),
        Case("a new deploy, the service well", NOTHING, github(deployed(minutes=3), fails=False)),
        Case(
            "a deploy on its way, all well", NOTHING, github(deployed("in_progress", minutes=1), fails=False)
        ),
        Case("never deployed", NOTHING, github(bare, fails=False)),
        Case("a token that is refused", NOTHING, github(fails=False, token="an-old-token")),
        Case("a new commit, the service well", NOTHING, clone(minutes=3, fails=False)),
    ),
)
SENTRY = Group(
    "Sentry (stand-in)",
    opened,
    (
        Case(
            "a new error in the newest release",
            "BAD_DEPLOY",
            sentry(released(minutes=30), failed(minutes=21)),
        ),
        Case(
            "one more, the service still answers",
            "BAD_DEPLOY",
            sentry(released(minutes=30), failed(minutes=21), fails=False),
        ),
        Case("new errors of no release", "HTTP_ERRORS", sentry(failed(None, minutes=19))),
        Case(
            "a new error in a release of days ago",
            "HTTP_ERRORS",
            sentry(failed("payments@2.4.0", minutes=19)),
        ),
        Case("no new error", "HTTP_ERRORS", sentry()),
        Case("no new error, all well", NOTHING, sentry(fails=False)),
        Case("a rare new error, all well", NOTHING, sentry(failed(None, count=2, minutes=9), fails=False)),
        Case("a new release, all well", NOTHING, sentry(released(minutes=5), fails=False)),
    ),
)
