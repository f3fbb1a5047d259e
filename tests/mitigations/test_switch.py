"""A feature turned off over HTTP, against a service of flags of the test's own that keeps their values."""

from collections.abc import AsyncIterator

import pytest

from incidents.errors import Refused, Unavailable
from incidents.mitigation import Fate
from tests.mitigations.conftest import Changes, fates, offered
from tests.mitigations.flags import TOKEN, Flags, serving


@pytest.fixture
async def flags() -> AsyncIterator[Flags]:
    async with serving() as stand:
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
    assert result.sentence.startswith("payments db could not be set and is on: its service ")
    assert f"(HTTP {status})" in result.sentence or f"with HTTP {status}" in result.sentence
    assert (result.after, result.well) == ("on", False)
    assert len(flags.heard) == 1


async def test_a_service_that_says_yes_and_does_nothing_is_told(flags: Flags, changes: Changes) -> None:
    flags.deaf = True
    async with changes(section(flags)) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "turn-off")))
    assert fates(result) == {Fate.FAILED: 1}
    assert result.hits[0].words == (
        "its service said yes, but nothing came of it within 1 s. Change it there by hand."
    )


@pytest.mark.parametrize("settings", [{"token": "wrong"}, {"field": "environments.7.on"}, {"field": "x"}])
async def test_a_value_that_cannot_be_read_is_unavailable(
    flags: Flags, changes: Changes, settings: dict[str, object]
) -> None:
    async with changes(section(flags, **settings)) as mitigators:
        with pytest.raises(Unavailable, match="does not tell its value"):
            await mitigators.plan(offered(mitigators, "turn-off"))
