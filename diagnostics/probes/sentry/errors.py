"""Errors that Sentry has never seen before, and the release that each was first seen in."""

import asyncio
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from diagnostics.probes.change import Moment
from diagnostics.probes.remote import Fault, Remote, RemoteError
from diagnostics.probes.sentry.section import DAY, SentrySection

ISSUES = 25
ASKED = 5  # issues whose first release is asked for, which is one request each
RELEASES = 10
MINUTE = timedelta(minutes=1)
BEFORE = timedelta(minutes=15)  # an error is often there before anybody calls it an incident
LONGEST = timedelta(days=14)  # that Sentry's list looks back
T = TypeVar("T")


class _Issue(BaseModel):
    id: str = Field(pattern=r"^[0-9]{1,20}$")
    shortId: str = ""  # noqa: N815 -- Sentry's word
    title: str = "?"
    culprit: str | None = None
    count: int = 0
    userCount: int = 0  # noqa: N815 -- Sentry's word
    firstSeen: datetime  # noqa: N815 -- Sentry's word


class _Release(BaseModel):
    version: str
    dateCreated: datetime  # noqa: N815 -- Sentry's word
    dateReleased: datetime | None = None  # noqa: N815 -- Sentry's word


class _Details(BaseModel):
    firstRelease: _Release | None = None  # noqa: N815 -- Sentry's word


@dataclass(frozen=True, slots=True)
class Release:
    """A version and when it came."""

    version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Issue:
    """One kind of error, seen for the first time within the window; `release` is None if it is not known."""

    name: str
    title: str
    culprit: str
    events: int
    users: int
    first: datetime
    release: str | None


class Sentry:
    """One project at Sentry, read only."""

    def __init__(self, section: SentrySection) -> None:
        token = section.token.get_secret_value()
        self._remote = Remote(section.url, {"authorization": f"Bearer {token}"})
        self._section = section
        self._place = f"/api/0/organizations/{section.organization}"

    async def new(self, moment: Moment) -> tuple[Issue, ...]:
        """Unresolved errors first seen within the window, the most frequent first.

        Of an incident they are those first seen since a quarter of an hour before it began.

        Raises:
            RemoteError: Sentry did not let itself be asked.
        """
        section = self._section
        since = earliest(section, moment)
        minutes = max(math.ceil((moment.now - since) / MINUTE), 1)
        params: dict[str, str | int] = {
            "query": f"is:unresolved project:{section.project} age:-{minutes}m",
            "statsPeriod": "24h" if minutes <= DAY else "14d",
            "sort": "new",
            "limit": ISSUES,
        }
        if section.environment:
            params["environment"] = section.environment
        said = await self._remote.get(f"{self._place}/issues/", "issues", **params)
        found = sorted(_read(TypeAdapter(tuple[_Issue, ...]), said, "issues"), key=lambda each: -each.count)
        releases = await asyncio.gather(*(self._first_release(each) for each in found[:ASKED]))
        known = [*releases, *[None] * len(found)]
        return tuple(_issue(each, release) for each, release in zip(found, known, strict=False))

    async def newest(self, moment: Moment) -> Release | None:
        """The newest release of the project at that moment; None if there was none.

        Raises:
            RemoteError: as above.
        """
        place = f"/api/0/projects/{self._section.organization}/{self._section.project}/releases/"
        said = await self._remote.get(place, "releases", per_page=RELEASES)
        found = _read(TypeAdapter(tuple[_Release, ...]), said, "releases")
        known = [Release(each.version, each.dateReleased or each.dateCreated) for each in found]
        there = [release for release in known if moment.onset is None or release.at <= moment.at]
        return max(there, key=lambda release: release.at, default=None)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._remote.close()

    async def _first_release(self, issue: _Issue) -> str | None:
        try:
            said = await self._remote.get(f"{self._place}/issues/{issue.id}/", "issues")
        except RemoteError as error:
            if error.fault is Fault.NOT_THERE:  # merged or deleted since it was listed
                return None
            raise
        first = _read(TypeAdapter(_Details), said, "issues").firstRelease
        return first.version if first else None


def earliest(section: SentrySection, moment: Moment) -> datetime:
    """Since when an error counts as new."""
    if moment.onset is None:
        return moment.now - section.window * MINUTE
    return max(moment.at - BEFORE, moment.now - LONGEST)


def _issue(issue: _Issue, release: str | None) -> Issue:
    return Issue(
        issue.shortId,
        issue.title,
        issue.culprit or "",
        issue.count,
        issue.userCount,
        issue.firstSeen,
        release,
    )


def _read(shape: "TypeAdapter[T]", said: object, what: str) -> T:
    try:
        return shape.validate_python(said)
    except ValidationError as error:
        raise RemoteError(Fault.BROKEN, what) from error
