"""Many who want a room of the same name at once, and names that became free."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from handlers.chat import SlackChat
from incidents.ports import RoomRefusedError
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.trouble import FaultKind, InjectedFault


def names() -> Iterator[str]:
    yield "incident-payments"
    yield from (f"incident-payments-{number}" for number in range(2, 100))


async def test_of_many_who_want_one_name_each_gets_its_own_with_one_call(
    practice: PracticeDriver, chat: SlackChat
) -> None:
    rooms = await asyncio.gather(*(chat.open_room(names(), private=False) for _ in range(10)))

    assert {room.name for room in rooms} == {
        "incident-payments",
        *(f"incident-payments-{n}" for n in range(2, 11)),
    }
    assert len(practice.site.log.since(method="conversations.create")) == 10


async def test_a_name_that_was_refused_for_another_reason_stays_free(
    practice: PracticeDriver, chat: SlackChat
) -> None:
    practice.site.trouble.inject(
        InjectedFault(method="conversations.create", kind=FaultKind.ERROR, error="restricted_action")
    )
    with pytest.raises(RoomRefusedError):
        await chat.open_room(names(), private=False)

    assert (await chat.open_room(names(), private=False)).name == "incident-payments"
