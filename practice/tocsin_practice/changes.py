"""The change feed: everything that happened in the workspace, in order, for pages and tests to wait on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from tocsin_practice.model import Json

_KEPT: Final = 50_000

T = TypeVar("T")


class ChangeKind(StrEnum):
    """What happened. The value is the name that goes to the page."""

    MESSAGE_POSTED = "message_posted"
    MESSAGE_CHANGED = "message_changed"
    MESSAGE_DELETED = "message_deleted"
    EPHEMERAL_POSTED = "ephemeral_posted"
    EPHEMERAL_CHANGED = "ephemeral_changed"
    EPHEMERAL_DELETED = "ephemeral_deleted"
    CHANNEL_CREATED = "channel_created"
    CHANNEL_CHANGED = "channel_changed"
    CHANNEL_ARCHIVED = "channel_archived"
    CHANNEL_UNARCHIVED = "channel_unarchived"
    CHANNEL_RENAMED = "channel_renamed"
    MEMBER_JOINED = "member_joined"
    MEMBER_LEFT = "member_left"
    REACTION_ADDED = "reaction_added"
    REACTION_REMOVED = "reaction_removed"
    PIN_ADDED = "pin_added"
    PIN_REMOVED = "pin_removed"
    BOOKMARK_ADDED = "bookmark_added"
    BOOKMARK_CHANGED = "bookmark_changed"
    BOOKMARK_REMOVED = "bookmark_removed"
    VIEW_OPENED = "view_opened"
    VIEW_CHANGED = "view_changed"
    VIEW_CLOSED = "view_closed"
    HOME_PUBLISHED = "home_published"
    HOME_OPENED = "home_opened"
    FILE_SHARED = "file_shared"
    FILE_DELETED = "file_deleted"
    READ = "read"
    PERSON_ADDED = "person_added"
    APP_INSTALLED = "app_installed"
    APP_CONNECTED = "app_connected"
    APP_DISCONNECTED = "app_disconnected"
    PREFERENCES_CHANGED = "preferences_changed"
    NOTICE = "notice"
    RESET = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that happened.

    `channel` is the channel's id or empty; `person` is whom it is about, or for a private change (ephemeral,
    view, notice, read mark) the only one who may see it. `data` is Slack-shaped and must not be altered.
    """

    number: int
    kind: ChangeKind
    at: float
    channel: str
    person: str
    data: Json


PRIVATE_KINDS: Final = frozenset(
    {
        ChangeKind.EPHEMERAL_POSTED,
        ChangeKind.EPHEMERAL_CHANGED,
        ChangeKind.EPHEMERAL_DELETED,
        ChangeKind.VIEW_OPENED,
        ChangeKind.VIEW_CHANGED,
        ChangeKind.VIEW_CLOSED,
        ChangeKind.HOME_PUBLISHED,
        ChangeKind.HOME_OPENED,
        ChangeKind.READ,
        ChangeKind.NOTICE,
    }
)
"""Kinds of change that only `Change.person` may see."""


class NotHeardError(TimeoutError):
    """What was waited for did not happen in the time allowed."""


class ChangeFeed:
    """An append-only list of changes that can be followed without polling.

    All of it belongs to one event loop; nothing here is safe from another thread.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._changes: list[Change] = []
        self._first = 1
        self._wakers: set[asyncio.Event] = set()
        self._listeners: list[Callable[[Change], None]] = []

    @property
    def last_number(self) -> int:
        """The number of the newest change, 0 before the first."""
        return self._first + len(self._changes) - 1

    def append(self, kind: ChangeKind, data: Json, *, channel: str = "", person: str = "") -> Change:
        """Write down a change, tell the listeners and wake all who wait."""
        change = Change(
            number=self.last_number + 1,
            kind=kind,
            at=self._clock(),
            channel=channel,
            person=person,
            data=data,
        )
        self._changes.append(change)
        self._forget_old()
        for listener in self._listeners:
            listener(change)
        for waker in self._wakers:
            waker.set()
        return change

    def _forget_old(self) -> None:
        surplus = len(self._changes) - _KEPT
        if surplus > _KEPT // 10:
            del self._changes[:surplus]
            self._first += surplus

    def listen(self, listener: Callable[[Change], None]) -> None:
        """Call this for each change from now on, at once; it must return quickly and never raise."""
        self._listeners.append(listener)

    def since(self, number: int) -> list[Change]:
        """The kept changes after this number, oldest first."""
        return self._changes[max(0, number + 1 - self._first) :]

    async def subscribe(self, after: int | None = None) -> AsyncIterator[Change]:
        """Yield changes for ever: those after `after` first (None: only new ones), then as they happen."""
        seen = self.last_number if after is None else after
        waker = asyncio.Event()
        self._wakers.add(waker)
        try:
            while True:
                waker.clear()
                for change in self.since(seen):
                    seen = change.number
                    yield change
                if self.last_number == seen:
                    await waker.wait()
        finally:
            self._wakers.discard(waker)

    async def wait_for(self, look: Callable[[], T | None], *, seconds: float) -> T:
        """Ask `look` now and after every change until it answers with something true.

        Raises:
            NotHeardError: nothing came within `seconds`.
        """
        waker = asyncio.Event()
        self._wakers.add(waker)
        try:
            async with asyncio.timeout(seconds):
                while not (found := look()):
                    await waker.wait()
                    waker.clear()
                return found
        except TimeoutError as error:
            raise NotHeardError(f"Nothing of the kind happened within {seconds:g} s.") from error
        finally:
            self._wakers.discard(waker)
