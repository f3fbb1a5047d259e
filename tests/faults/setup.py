"""What the set-up of one room calls, step by step, and what must stand there when it is through."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.interference import Call, Fits, Moment
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Channel, Json
from tocsin_practice.reading import said


def calls(method: str) -> Fits:
    """Every call of a method."""
    return lambda call: call.method == method


def says(words: str) -> Fits:
    """Every post into a room that says this."""
    return lambda call: (
        call.method == "chat.postMessage" and call.channel != "incidents" and words in call.about
    )


def _announces(call: Call) -> bool:
    return call.method == "chat.postMessage" and call.channel == "incidents"


WELCOME = "this is its room"
CARD = "Change severity"

STEPS: dict[str, Fits] = {
    "conversations.create": calls("conversations.create"),
    "conversations.invite": calls("conversations.invite"),
    "conversations.setTopic": calls("conversations.setTopic"),
    "the card": says(CARD),
    "pins.add": calls("pins.add"),
    "bookmarks.add": calls("bookmarks.add"),
    "the announcement": _announces,
    "the welcome": says(WELCOME),
}
"""The calls of a set-up by which somebody would see it done twice."""


@dataclass(frozen=True, slots=True)
class Case:
    """One incident, its set-up ended at one step; `alone` if its other calls end there too."""

    step: str
    moment: Moment
    alone: bool
    word: str

    @property
    def line(self) -> str:
        """How it is declared."""
        return f"SEV1 {self.word} is cold"

    def fits(self, call: Call) -> bool:
        """Whether this is the call of the step."""
        return self.word in call.about and STEPS[self.step](call)

    def concerns(self, call: Call) -> bool:
        """Whether the call belongs to this incident."""
        return self.word in call.about


def cases(moment: Moment) -> list[Case]:
    """Every step, once with everything else going on and once with everything else ended too."""
    return [
        Case(step, moment, alone, f"kiln{number}{'ab'[alone]}")
        for number, step in enumerate(STEPS)
        for alone in (False, True)
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is of one incident; everything must be there once."""

    rooms: int
    declarer_in: bool
    cards: int
    pins: int
    pinned_is_the_card: bool
    welcomes: int
    announcements: int
    bookmarks: int
    topic: bool


WHOLE = Standing(1, True, 1, 1, True, 1, 1, 1, True)  # noqa: FBT003 - the fields stand one above the other


def standing(practice: PracticeDriver, word: str, declarer: str) -> Standing:
    """What there is of the incident that this word names."""
    rooms = [channel for channel in practice.workspace.channels if word in channel.name]
    announced = [m for m in practice.messages("incidents") if word in said(m)]
    if not rooms:
        return Standing(0, False, 0, 0, False, 0, len(announced), 0, False)  # noqa: FBT003 - as above
    room = rooms[0]
    cards = _ours(practice, room, lambda message: CARD in said(message))
    return Standing(
        rooms=len(rooms),
        declarer_in=declarer in room.members,
        cards=len(cards),
        pins=len(room.pins),
        pinned_is_the_card={pin.ts for pin in room.pins} == {card["ts"] for card in cards[:1]},
        welcomes=len(_ours(practice, room, lambda message: WELCOME in said(message))),
        announcements=len(announced),
        bookmarks=len(room.bookmarks),
        topic="INC-" in room.topic.value,
    )


def _ours(practice: PracticeDriver, room: Channel, fits: Callable[[Json], bool]) -> list[Json]:
    return [m for m in practice.messages(room) if m.get("user") == practice.app.bot_user_id and fits(m)]
