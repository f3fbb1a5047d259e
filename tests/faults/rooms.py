"""Declaring over the wire, and reading what was said in a room."""

from contextlib import suppress

from tests.faults.setup import WHOLE, standing
from tocsin_practice.changes import NotHeardError
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Channel
from tocsin_practice.reading import said


async def housed(
    practice: PracticeDriver, word: str, *, severity: str = "SEV1", by: str = "alice"
) -> Channel:
    """The room of a new incident, once everything stands in it."""
    person = practice.person(by)
    outcome = await person.command("/incident", f"{severity} {word} is cold")
    assert outcome.is_good, outcome.text
    return await set_up(practice, word, by=by)


async def set_up(practice: PracticeDriver, word: str, *, by: str = "alice", seconds: float = 20) -> Channel:
    """The room of the incident that this word names, once everything stands in it, and nothing twice."""
    declarer = practice.person(by).id
    with suppress(NotHeardError):
        await practice.until(lambda: standing(practice, word, declarer) == WHOLE or None, seconds=seconds)
    found = standing(practice, word, declarer)
    assert found == WHOLE, f"{word}: {found}"
    return next(channel for channel in practice.workspace.channels if word in channel.name)


def times_said(practice: PracticeDriver, room: Channel | str, words: str) -> int:
    """How many messages of the room say this."""
    return sum(words in said(message) for message in practice.messages(room))


def order_said(practice: PracticeDriver, room: Channel, *phrases: str) -> list[str]:
    """Which of these updates of people were posted in the room, in the order in which they were."""
    every = [said(message) for message in practice.messages(room)]
    updates = [text for text in every if "Posted by" in text]
    return [phrase for text in updates for phrase in phrases if phrase in text]
