"""A practice workspace whose every call takes its time, and what came of the declares in it."""

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

import yaml

from tocsin_practice.changes import Change, ChangeKind
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.manifest import app_from_manifest
from tocsin_practice.reading import said
from tocsin_practice.seed import NORTHWIND, install, new_workspace
from tocsin_practice.server import build, serving

ROOT: Final = Path(__file__).resolve().parents[1]
CALL: Final = 0.05  # seconds that each call takes
ANNOUNCED_IN: Final = "incidents"
_ROOM = re.compile(r"<#(C\w+)")


class Part(StrEnum):
    """What belongs to a declared incident."""

    MEMBER = "the declarer is in the room"
    TOPIC = "topic"
    PIN = "card posted and pinned"
    BOOKMARK = "bookmark"
    ANNOUNCED = "announcement"


@dataclass(slots=True)
class Room:
    """One room and when its parts were there; times in seconds of the workspace's clock."""

    at: dict[Part, float] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Whether every part is there."""
        return len(self.at) == len(Part)


class Watch:
    """Sees the rooms come, one for each declarer."""

    def __init__(self, practice: PracticeDriver) -> None:
        self._announcements = practice.channel(ANNOUNCED_IN).id
        self._rooms: dict[str, Room] = {}
        self._of: dict[str, Room] = {}
        practice.workspace.changes.listen(self._heard)

    def room_of(self, person: str) -> Room | None:
        """The room that this person was brought into."""
        return self._of.get(person)

    def members(self, people: Iterable[str]) -> int:
        """How many of them are in a room."""
        return sum(person in self._of for person in people)

    def done(self, people: Iterable[str]) -> bool:
        """Whether everything is there for all of them."""
        rooms = [self._of.get(person) for person in people]
        return all(room is not None and room.done for room in rooms)

    def _heard(self, change: Change) -> None:
        match change.kind:
            case ChangeKind.CHANNEL_CREATED:
                self._rooms[change.channel] = Room()
            case ChangeKind.MEMBER_JOINED if room := self._rooms.get(change.channel):
                self._of[change.person] = room
                self._note(change.channel, Part.MEMBER, change.at)
            case ChangeKind.CHANNEL_CHANGED if "topic" in change.data:
                self._note(change.channel, Part.TOPIC, change.at)
            case ChangeKind.PIN_ADDED:
                self._note(change.channel, Part.PIN, change.at)
            case ChangeKind.BOOKMARK_ADDED:
                self._note(change.channel, Part.BOOKMARK, change.at)
            case ChangeKind.MESSAGE_POSTED if change.channel == self._announcements:
                for found in _ROOM.findall(said(change.data)):
                    self._note(found, Part.ANNOUNCED, change.at)
            case _:
                pass

    def _note(self, channel: str, part: Part, at: float) -> None:
        if room := self._rooms.get(channel):
            room.at.setdefault(part, at)


@asynccontextmanager
async def workspace() -> AsyncIterator[tuple[PracticeDriver, Watch]]:
    """A workspace with the bot's own app installed, serving on a free port; each call takes `CALL`."""
    state = new_workspace()
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    install(state, app_from_manifest(manifest), channels=NORTHWIND["app_channels"])
    practice = PracticeDriver(build(state))
    practice.latency(CALL)
    async with serving(practice.practice):
        yield practice, Watch(practice)
