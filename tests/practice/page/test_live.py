"""The page kept up to date by its stream of events."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest_asyncio

from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Json


class Stream:
    """One window's stream, read event by event."""

    def __init__(self, lines: aiohttp.StreamReader) -> None:
        self._lines = lines

    async def event(self) -> tuple[str, Json]:
        name = (await self._lines.readline()).decode().removeprefix("event: ").strip()
        data = (await self._lines.readline()).decode().removeprefix("data: ")
        await self._lines.readline()
        return name, dict(json.loads(data))

    async def until(self, wanted: str, look: Callable[[Json], bool] = bool) -> Json:
        async with asyncio.timeout(20):
            while True:
                name, data = await self.event()
                if name == wanted and look(data):
                    return data


@pytest_asyncio.fixture
async def streams(practice: PracticeDriver) -> AsyncIterator[Callable[[str], "asyncio.Future[Stream]"]]:
    channel = practice.channel("general").id
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(
        practice.workspace.base_url, timeout=timeout, read_bufsize=2**20
    ) as session:
        answers: list[aiohttp.ClientResponse] = []

        async def opened(person: str) -> Stream:
            answer = await session.get(f"/as/{person}/live", params={"channel": channel})
            answers.append(answer)
            stream = Stream(answer.content)
            await stream.until("drawn")
            return stream

        yield lambda person: asyncio.ensure_future(opened(person))
        for answer in answers:
            answer.close()


def holds(words: str) -> Callable[[Json], bool]:
    return lambda data: any(words in part["html"] for part in data["parts"].values())


async def test_two_windows_see_a_message_at_once(
    practice: PracticeDriver, streams: Callable[[str], "asyncio.Future[Stream]"]
) -> None:
    alice, bob = await streams("U0ALICE"), await streams("U0BOB")
    practice.person("carol").say("Payments are down.", channel="general")
    for stream in (alice, bob):
        change = await stream.until("patch", lambda data: data["region"] == "messages")
        assert holds("Payments are down.")(change)
        assert len(change["parts"]) == 1


async def test_what_one_alone_may_see_goes_to_nobody_else(
    practice: PracticeDriver, streams: Callable[[str], "asyncio.Future[Stream]"]
) -> None:
    alice, bob = await streams("U0ALICE"), await streams("U0BOB")
    practice.workspace.notice(
        practice.workspace.people["U0ALICE"], practice.channel("general"), "/incident failed."
    )
    practice.person("carol").say("Afterwards.", channel="general")
    assert holds("/incident failed.")(await alice.until("patch", lambda data: data["region"] == "messages"))
    change = await bob.until("patch", lambda data: data["region"] == "messages")
    assert holds("Afterwards.")(change)
    assert not holds("/incident failed.")(change)


async def test_an_unread_channel_is_marked_elsewhere(
    practice: PracticeDriver, streams: Callable[[str], "asyncio.Future[Stream]"]
) -> None:
    alice = await streams("U0ALICE")
    practice.person("bob").say("Look at this, @alice", channel="payments-team")
    change = await alice.until("patch", lambda data: data["region"] == "sidebar")
    assert holds('payments-team</span><span class="heard">, unread')(change)
    assert holds('title="Messages that call on you">1<')(change)


async def test_a_notice_outside_any_channel_is_said(
    practice: PracticeDriver, streams: Callable[[str], "asyncio.Future[Stream]"]
) -> None:
    alice = await streams("U0ALICE")
    practice.workspace.notice(practice.workspace.people["U0ALICE"], None, "This app is not responding.")
    assert await alice.until("say") == {"say": "This app is not responding."}
