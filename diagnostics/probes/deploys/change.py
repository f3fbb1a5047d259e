"""Commits, deploys and builds as they are judged, whoever told of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit; the time is when it came into being here, not when it was first written."""

    sha: str
    at: datetime
    author: str
    subject: str


class State(StrEnum):
    """How a deploy or build stands."""

    DONE = "done"
    FAILED = "failed"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Deploy:
    """One deploy; `kind` is "deployment" or "release"."""

    sha: str
    at: datetime
    by: str
    state: State
    kind: str = "deployment"


@dataclass(frozen=True, slots=True)
class Build:
    """One finished build of the branch."""

    sha: str
    at: datetime
    good: bool
    name: str


def last_before(deploys: Sequence[Deploy], moment: datetime) -> Deploy | None:
    """The last deploy that was done at that moment: now, or an incident's onset."""
    done = (deploy for deploy in deploys if deploy.state is State.DONE and deploy.at <= moment)
    return max(done, key=lambda deploy: deploy.at, default=None)


def within(times: Sequence[datetime], span: timedelta, moment: datetime) -> int:
    """How many of the times lie in the span before the moment."""
    return sum(moment - span <= time <= moment for time in times)
