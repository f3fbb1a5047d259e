"""A feature turned off over HTTP, against a service of flags of the test's own that keeps their values."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from incidents.errors import Refused, Unavailable
from incidents.mitigation import Fate
from tests.mitigations.conftest import Changes, fates, offered

TOKEN = "hunter2-token"


@dataclass
class Flags:
    """A service that keeps one flag; `deaf` is one that answers well and sets nothing."""

    value: object = True
    status: int = 200
    deaf: bool = False
    wanted: str = f"Bearer {TOKEN}"
    heard: list[tuple[str, str, Any]] = field(default_factory=list)
    address: str = ""

    async def tell(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != self.wanted:
            return web.json_response({}, status=401)
        return web.json_response({"environments": [{"name": "production", "on": self.value}]})

    async def set(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else None
        self.heard.append((request.method, request.headers.get("Content-Type", ""), body))
        if self.status == 200 and not self.deaf:
            self.value = body["on"] if body else False
        return web.json_response({}, status=self.status, headers={"Location": "/flags/other"})


@pytest.fixture
async def flags() -> AsyncIterator[Flags]:
    stand = Flags()
    application = web.Application()
    application.router.add_get("/flags/recommendations", stand.tell)
    application.router.add_route("*", "/flags/recommendations", stand.set)
    async with TestServer(application) as server:
        stand.address = str(server.make_url("/")).rstrip("/")
        yield stand


def section(flags: Flags, **settings: object) -> dict[str, object]:
    return {
        "kind": "switch",
        "actions": ["turn-off"],
        "url": flags.address,
        "state": "/flags/recommendations",
        "field": "environments.0.on",
        "wanted": False,
        "set": {"method": "PATCH", "path": "/flags/recommendations", "body": {"on": False}},
        "token": TOKEN,
        "set_within": 1,
        **settings,
    }


async def test_a_feature_is_turned_off_and_seen_to_be_off(flags: Flags, changes: Changes) -> None:
    async with changes(section(flags)) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "turn-off"))
        assert plan.sentence == "Set payments db from on to off."
        assert "set it to on again" in plan.effect
        result = await mitigators.carry_out(plan)
        again = await mitigators.carry_out(plan)
    assert fates(result) == {Fate.DONE: 1}
    assert (result.before, result.after, result.well) == ("on", "off", True)
    assert fates(again) == {Fate.GONE: 1}
    assert flags.heard == [("PATCH", "application/json", {"on": False})]
    assert TOKEN not in str(plan)


async def test_a_fallback_may_be_a_word(flags: Flags, changes: Changes) -> None:
    flags.value = "stripe"
    settings = {
        "actions": ["fall-back"],
        "wanted": "adyen",
        "set": {
            "method": "POST",
            "path": "/flags/recommendations",
            "body": {"on": "adyen"},
            "media": "application/json; domain-model=launchdarkly.semanticpatch",
        },
    }
    async with changes(section(flags, **settings)) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "fall-back")))
    assert (result.before, result.after, result.well) == ("stripe", "adyen", True)
    ((method, media, _),) = flags.heard
    assert (method, media) == ("POST", "application/json; domain-model=launchdarkly.semanticpatch")


async def test_a_token_may_be_sent_as_it_stands(flags: Flags, changes: Changes) -> None:
    flags.wanted = TOKEN
    settings = {"bearer": False, "set": {"method": "DELETE", "path": "/flags/recommendations"}}
    async with changes(section(flags, **settings)) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "turn-off")))
    assert result.well
    assert flags.heard == [("DELETE", "", None)]


async def test_one_that_has_another_value_since_the_plan_is_left_alone(
    flags: Flags, changes: Changes
) -> None:
    async with changes(section(flags)) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "turn-off"))
        flags.value = "half"
        result = await mitigators.carry_out(plan)
    assert fates(result) == {Fate.GONE: 1}
    assert flags.heard == []


async def test_what_is_configured_otherwise_since_the_plan_is_refused(flags: Flags, changes: Changes) -> None:
    async with changes(section(flags)) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "turn-off"))
    async with changes(section(flags, wanted="half")) as mitigators:
        with pytest.raises(Refused, match="configured otherwise by now"):
            await mitigators.carry_out(plan)
    assert flags.heard == []


async def test_one_that_is_off_already_is_not_planned(flags: Flags, changes: Changes) -> None:
    flags.value = False
    async with changes(section(flags)) as mitigators:
        with pytest.raises(Refused, match="payments db is off already"):
            await mitigators.plan(offered(mitigators, "turn-off"))


@pytest.mark.parametrize("status", [302, 403, 500])
async def test_a_refusal_is_said_with_its_status_and_no_redirect_is_followed(
    flags: Flags, changes: Changes, status: int
) -> None:
    flags.status = status
    async with changes(section(flags)) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "turn-off")))
    assert result.hits[0].words == f"It answered with HTTP {status}."
    assert (result.after, result.well) == ("on", False)
    assert len(flags.heard) == 1


async def test_a_service_that_says_yes_and_does_nothing_is_told(flags: Flags, changes: Changes) -> None:
    flags.deaf = True
    async with changes(section(flags)) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "turn-off")))
    assert fates(result) == {Fate.FAILED: 1}
    assert result.hits[0].words == "It answered well, and is on all the same."


@pytest.mark.parametrize("settings", [{"token": "wrong"}, {"field": "environments.7.on"}, {"field": "x"}])
async def test_a_value_that_cannot_be_read_is_unavailable(
    flags: Flags, changes: Changes, settings: dict[str, object]
) -> None:
    async with changes(section(flags, **settings)) as mitigators:
        with pytest.raises(Unavailable, match="does not tell its value"):
            await mitigators.plan(offered(mitigators, "turn-off"))
