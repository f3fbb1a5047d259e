"""A circuit breaker changed over HTTP, against a service of the test's own that keeps its state."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from incidents.errors import Refused, Unavailable
from incidents.mitigation import Fate
from tests.mitigations.conftest import Changes, fates, offered

TOKEN = "hunter2-token"
ENDS = {"reset": "CLOSED", "force-open": "FORCED_OPEN", "enable": "CLOSED"}


@dataclass
class Service:
    """A breaker with an administrator's address, filled in when it listens; a `deaf` one only says yes."""

    state: object = "OPEN"
    since: int = 1
    status: int = 200
    deaf: bool = False
    resets: list[str] = field(default_factory=list)
    address: str = ""

    async def tell(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({}, status=401)
        return web.json_response({"breaker": {"state": self.state, "since": self.since}})

    async def elsewhere(self, _request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/admin/stripe/reset"})

    async def reset(self, request: web.Request) -> web.Response:
        self.resets.append(request.headers["Authorization"])
        if self.status == 200 and not self.deaf:
            self.state = ENDS[request.match_info["what"]]
        return web.json_response({}, status=self.status)


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    stand = Service()
    app = web.Application()
    app.router.add_get("/admin/stripe/state", stand.tell)
    app.router.add_post("/admin/stripe/{what:reset|force-open|enable}", stand.reset)
    app.router.add_post("/elsewhere", stand.elsewhere)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    stand.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield stand
    await runner.cleanup()


def section(service: Service, **settings: object) -> dict[str, object]:
    return {
        "kind": "breaker",
        "actions": ["reset-breaker"],
        "url": service.address,
        "state": "/admin/stripe/state",
        "reset": "/admin/stripe/reset",
        "field": "breaker.state",
        "since": "breaker.since",
        "token": TOKEN,
        "closed_within": 1,
        **settings,
    }


async def test_an_open_breaker_is_reset_and_seen_to_close(service: Service, changes: Changes) -> None:
    async with changes(section(service)) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "reset-breaker"))
        assert plan.sentence == "Reset the circuit breaker payments db, which is open since 1."
        result = await mitigators.carry_out(plan)
    assert fates(result) == {Fate.DONE: 1}
    assert (result.before, result.after, result.well) == ("open", "closed", True)
    assert service.resets == [f"Bearer {TOKEN}"]


async def test_done_again_it_is_not_reset_twice_even_if_it_has_opened_again(
    service: Service, changes: Changes
) -> None:
    async with changes(section(service)) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "reset-breaker"))
        await mitigators.carry_out(plan)
        assert fates(await mitigators.carry_out(plan)) == {Fate.GONE: 1}
        service.state, service.since = "OPEN", 2
        again = await mitigators.carry_out(plan)
    assert fates(again) == {Fate.GONE: 1}
    assert again.sentence.startswith("The circuit breaker payments db is open and was left alone")
    assert len(service.resets) == 1


@pytest.mark.parametrize("state", ["closed", "half-open", 0, 1])
async def test_one_that_is_not_open_is_not_planned(service: Service, changes: Changes, state: object) -> None:
    service.state = state
    async with changes(section(service)) as mitigators:
        with pytest.raises(Refused, match=r"is (closed|half open), not open: nothing to reset"):
            await mitigators.plan(offered(mitigators, "reset-breaker"))


async def test_two_is_open_as_metrics_number_it(service: Service, changes: Changes) -> None:
    service.state = 2
    async with changes(section(service)) as mitigators:
        assert (await mitigators.plan(offered(mitigators, "reset-breaker"))).before == "open"


async def test_a_refusal_is_said_with_its_status(service: Service, changes: Changes) -> None:
    service.status = 503
    async with changes(section(service)) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "reset-breaker")))
    assert (
        result.hits[0].words == "its service answered with HTTP 503. Change it there by hand, or try again."
    )
    assert (result.after, result.well) == ("open", False)


async def test_a_service_that_says_yes_and_stays_open_is_told(service: Service, changes: Changes) -> None:
    service.deaf = True
    async with changes(section(service)) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "reset-breaker")))
    assert fates(result) == {Fate.FAILED: 1}
    assert result.sentence == (
        "The circuit breaker payments db could not be reset and is open: its service said yes, but nothing "
        "came of it within 1 s. Change it there by hand."
    )


async def test_a_redirect_is_not_followed(service: Service, changes: Changes) -> None:
    async with changes(section(service, reset="/elsewhere")) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "reset-breaker")))
    assert (
        result.hits[0].words == "its service answered with HTTP 302. Change it there by hand, or try again."
    )


@pytest.mark.parametrize("settings", [{"token": "wrong"}, {"field": "no.such"}, {"field": "breaker"}])
async def test_a_state_that_cannot_be_read_is_unavailable(
    service: Service, changes: Changes, settings: dict[str, object]
) -> None:
    async with changes(section(service, **settings)) as mitigators:
        with pytest.raises(Unavailable, match="does not tell its state"):
            await mitigators.plan(offered(mitigators, "reset-breaker"))


async def test_a_service_that_is_down_is_unavailable(service: Service, changes: Changes) -> None:
    async with changes(section(service, url="http://127.0.0.1:1")) as mitigators:
        with pytest.raises(Unavailable, match="cannot be spoken to"):
            await mitigators.plan(offered(mitigators, "reset-breaker"))


FORCING = {"actions": ["reset-breaker", "open-breaker", "enable-breaker"]} | {
    "force_open": "/admin/stripe/force-open",
    "enable": "/admin/stripe/enable",
}


@pytest.mark.parametrize("state", ["closed", "half-open"])
async def test_one_is_forced_open_and_reset_again(service: Service, changes: Changes, state: str) -> None:
    service.state = state
    async with changes(section(service, **FORCING)) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "open-breaker"))
        assert plan.effect.startswith("For emergencies only")
        service.state = "closed"  # a failing one moves between the two by itself
        result = await mitigators.carry_out(plan)
        assert (result.after, result.well) == ("forced open", True)
        assert fates(await mitigators.carry_out(plan)) == {Fate.GONE: 1}
        assert len(service.resets) == 1
        back = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "reset-breaker")))
    assert (back.before, back.after, back.well) == ("forced open", "closed", True)


async def test_one_that_was_switched_off_is_enabled(service: Service, changes: Changes) -> None:
    service.state = "DISABLED"
    async with changes(section(service, **FORCING)) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "enable-breaker")))
        assert (result.before, result.after, result.well) == ("disabled", "closed", True)
        with pytest.raises(Refused, match="is closed, not disabled: nothing to enable"):
            await mitigators.plan(offered(mitigators, "enable-breaker"))


async def test_one_that_is_open_needs_no_forcing(service: Service, changes: Changes) -> None:
    async with changes(section(service, **FORCING)) as mitigators:
        with pytest.raises(Refused, match="is open, not closed: nothing to open"):
            await mitigators.plan(offered(mitigators, "open-breaker"))
