"""Many declares at once under Slack's rate limits: each is recorded, each declarer knows how long."""

import asyncio
import re

import pytest

from tocsin_practice.driver import PracticeDriver
from tocsin_practice.reading import said

DECLARES = 25
CREATED_A_MINUTE = 20
_HOW_LONG = re.compile(r"in about \d+ s|at about \d\d:\d\d:\d\d")


def told_how_long(practice: PracticeDriver, person: str) -> bool:
    """Whether they read when their channel will be there."""
    mine = practice.workspace.messages.ephemerals(practice.person(person).id)
    return any(_HOW_LONG.search(said(each.message)) for each in mine)


@pytest.mark.usefixtures("bot")
async def test_each_of_many_declarers_is_in_the_room_or_told_when(practice: PracticeDriver) -> None:
    practice.workspace.set_preference(rate_limits=True)
    people = [practice.person(f"helper{number}") for number in range(DECLARES)]

    outcomes = await asyncio.gather(
        *(person.command("/incident", f"SEV1 kiln{n} is cold") for n, person in enumerate(people))
    )
    assert all(outcome.is_good for outcome in outcomes), outcomes

    def housed() -> list[str]:
        rooms = [c for c in practice.workspace.channels if c.name.startswith("incident-")]
        return [p.person.name for p in people if any(p.id in room.members for room in rooms)]

    def settled() -> bool | None:
        rest = {p.person.name for p in people} - set(housed())
        return len(rest) <= DECLARES - CREATED_A_MINUTE and all(told_how_long(practice, n) for n in rest)

    await practice.until(lambda: settled() or None, seconds=20)
    await people[0].command("/incident", "list")
    listed = said(await people[0].ephemeral("INC-", channel="general"))
    assert all(f"kiln{n} is cold" in listed for n in range(DECLARES)), listed
