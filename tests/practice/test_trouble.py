"""Trouble on purpose, as an app meets it: 429, 5xx, silence, broken connections, lost answers, limits."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tocsin_practice.driver import PracticeDriver
from tocsin_practice.ratelimits import RateLimits, Tier
from tocsin_practice.trouble import FaultKind


async def test_a_rate_limited_call_says_when_to_come_back(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    practice.fault("auth.test", FaultKind.RATE_LIMITED)

    with pytest.raises(SlackApiError) as raised:
        await client.auth_test()
    assert raised.value.response["error"] == "ratelimited"
    assert raised.value.response.status_code == 429
    assert raised.value.response.headers["Retry-After"] == "1"
    assert (await client.auth_test())["ok"]


async def test_slacks_own_retry_handler_gets_through(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    practice.fault("chat.postMessage", FaultKind.RATE_LIMITED)

    await client.chat_postMessage(channel="incidents", text="In the end")
    outcomes = [call.outcome for call in practice.site.log.since(method="chat.postMessage")]
    assert outcomes == ["injected: rate_limited", "ok"]


async def test_a_fault_may_wait_for_a_later_call(practice: PracticeDriver) -> None:
    practice.fault("api.test", FaultKind.STATUS, after=1, times=2, status=502)

    async def status() -> int:
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{practice.api_url}api.test") as response,
        ):
            return response.status

    assert [await status() for _ in range(4)] == [200, 502, 502, 200]


async def test_a_lost_answer_means_that_it_happened(practice: PracticeDriver, client: AsyncWebClient) -> None:
    client.retry_handlers.clear()
    practice.fault("conversations.create", FaultKind.LOST)

    with pytest.raises(aiohttp.ClientError):
        await client.conversations_create(name="incident-lost")
    assert practice.channel("incident-lost").creator == practice.app.bot_user_id


async def test_a_reset_or_silent_call_did_not_happen(practice: PracticeDriver) -> None:
    practice.fault("conversations.create", FaultKind.RESET)
    practice.fault("conversations.create", FaultKind.NO_ANSWER)
    headers = {"Authorization": f"Bearer {practice.app.bot_token}"}
    timeout = aiohttp.ClientTimeout(total=0.2)

    async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
        for expected in (aiohttp.ClientError, TimeoutError):
            with pytest.raises(expected):
                await session.post(f"{practice.api_url}conversations.create", json={"name": "incident-none"})
    assert practice.workspace.channels.named("incident-none") is None


async def test_the_log_tells_what_was_called_without_the_token(practice: PracticeDriver) -> None:
    practice.latency(0.02, "auth.test")
    form = {"token": practice.app.bot_token, "team_id": "T1"}
    async with aiohttp.ClientSession() as session:
        await session.post(f"{practice.api_url}auth.test", data=form)

    (call,) = practice.site.log.since(method="auth.test")
    assert call.arguments == {"token": "(hidden)", "team_id": "T1"}
    assert call.outcome == "ok"
    assert call.seconds >= 0.02


async def test_limits_hold_per_method_when_switched_on(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    practice.workspace.set_preference(rate_limits=True)

    for number in range(20):
        await client.conversations_create(name=f"incident-{number}")
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.conversations_create(name="incident-20")
    assert (await client.conversations_list())["ok"]


def test_a_channel_takes_a_short_burst_then_one_message_a_second() -> None:
    now = 1000.0
    limits = RateLimits(lambda: now)

    def post(channel: str) -> int:
        return limits.wait("A1", "chat.postMessage", Tier.POST, channel)

    assert [post("C1") for _ in range(5)] == [0, 0, 0, 0, 4]
    assert post("C2") == 0
    now += 4
    assert post("C1") == 0


def test_a_window_lets_go_after_a_minute() -> None:
    now = 1000.0
    limits = RateLimits(lambda: now)

    waits = [limits.wait("A1", "pins.add", Tier.TIER_2) for _ in range(21)]
    assert waits == [0] * 20 + [60]
    now += 60
    assert limits.wait("A1", "pins.add", Tier.TIER_2) == 0
