"""Socket Mode's own rules, spoken without any SDK: hello, acknowledgements, several connections, retries."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from tocsin_practice.driver import PracticeDriver

Json = dict[str, Any]
Connect = Callable[[], Awaitable[aiohttp.ClientWebSocketResponse]]


@pytest_asyncio.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest_asyncio.fixture
async def connect(practice: PracticeDriver, session: aiohttp.ClientSession) -> AsyncIterator[Connect]:
    kept = []

    async def connect_one() -> aiohttp.ClientWebSocketResponse:
        headers = {"Authorization": f"Bearer {practice.app.app_token}"}
        async with session.post(f"{practice.api_url}apps.connections.open", headers=headers) as response:
            address = (await response.json())["url"]
        kept.append(await session.ws_connect(address))
        return kept[-1]

    yield connect_one
    for socket in kept:
        await socket.close()


async def test_hello_counts_the_connections(practice: PracticeDriver, connect: Connect) -> None:
    first = await (await connect()).receive_json()
    second = await (await connect()).receive_json()

    assert first["type"] == "hello"
    assert first["connection_info"] == {"app_id": practice.app.id}
    assert (first["num_connections"], second["num_connections"]) == (1, 2)


async def test_the_eleventh_connection_is_one_too_many(connect: Connect) -> None:
    for _ in range(10):
        await (await connect()).receive_json()

    eleventh = await (await connect()).receive_json()
    assert eleventh["type"] == "disconnect"
    assert eleventh["reason"] == "too_many_websockets"


async def test_a_ticket_opens_one_connection(
    practice: PracticeDriver, session: aiohttp.ClientSession
) -> None:
    ticket = practice.site.sockets.issue_ticket(practice.app)
    address = f"{practice.workspace.base_url}/link/?ticket={ticket}"
    async with session.ws_connect(address), session.get(address) as again:
        assert again.status == 401


async def test_a_command_goes_to_one_connection_and_its_acknowledgement_may_carry_the_answer(
    practice: PracticeDriver, connect: Connect
) -> None:
    sockets = [await connect() for _ in range(2)]
    for socket in sockets:
        await socket.receive_json()
    bob = practice.person("bob")
    heard = [asyncio.create_task(socket.receive_json()) for socket in sockets]
    sent = asyncio.create_task(bob.command("/plain", "x"))

    done, waiting = await asyncio.wait(heard, return_when=asyncio.FIRST_COMPLETED)
    envelope = done.pop().result()
    assert len(waiting) == 1
    assert envelope["type"] == "slash_commands"
    assert envelope["accepts_response_payload"] is True
    used = sockets[0] if heard[0].done() else sockets[1]
    await used.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "Heard"}})

    assert (await sent).is_good
    assert (await bob.ephemeral())["text"] == "Heard"
    waiting.pop().cancel()


async def test_an_unacknowledged_event_comes_again_with_its_number(
    practice: PracticeDriver, connect: Connect
) -> None:
    practice.person("bob").say("Is anybody there?", channel="incidents")
    socket = await connect()
    assert (await socket.receive_json())["type"] == "hello"

    again = await socket.receive_json()
    assert again["type"] == "events_api"
    assert again["retry_attempt"] >= 1
    assert again["retry_reason"] == "timeout"
    assert again["payload"]["event"]["text"] == "Is anybody there?"


async def test_a_warning_closes_nothing(practice: PracticeDriver, connect: Connect) -> None:
    socket = await connect()
    await socket.receive_json()

    await practice.site.sockets.disconnect(practice.app.id, "warning")
    assert (await socket.receive_json())["reason"] == "warning"
    assert practice.site.sockets.count(practice.app.id) == 1


async def test_a_broken_network_ends_the_connection_without_a_word(
    practice: PracticeDriver, connect: Connect
) -> None:
    socket = await connect()
    await socket.receive_json()

    assert practice.site.sockets.drop(practice.app.id) == 1
    frame = await socket.receive()
    assert frame.type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.ERROR}
    await practice.until(lambda: practice.site.sockets.count(practice.app.id) == 0)


async def test_an_app_without_socket_mode_gets_no_address(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    practice.app.socket_mode = False
    answer = await client.api_call("auth.test")
    assert answer["ok"]
    headers = {"Authorization": f"Bearer {practice.app.app_token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{practice.api_url}apps.connections.open") as response,
    ):
        assert (await response.json())["error"] == "forbidden_team"
