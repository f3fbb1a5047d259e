"""A workflow run on a stand-in for GitHub over HTTP: asked for once, found, awaited to its end."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from incidents.errors import Refused, Unavailable
from incidents.mitigation import Aim, Fate
from tests.mitigations.conftest import Changes, fates, offered
from tests.mitigations.github.standin import TOKEN, GitHub, serving


@pytest.fixture
async def github() -> AsyncIterator[GitHub]:
    async with serving() as stand:
        yield stand


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mitigations.github.run_workflow.STEP", 0.01)
    monkeypatch.setattr("mitigations.github.run_workflow.SOON", 0.01)


def section(github: GitHub, **settings: object) -> dict[str, object]:
    return {
        "kind": "github",
        "actions": ["roll-back"],
        "repository": "acme/payments",
        "workflow": "rollback.yml",
        "inputs": {"environment": "production", "to": "previous"},
        "token": TOKEN,
        "url": github.url,
        "finished_within": 20,
        **settings,
    }


async def test_the_workflow_is_run_with_its_fixed_inputs_and_awaited(
    github: GitHub, changes: Changes
) -> None:
    github.ran(conclusion="failure")
    github.looks, github.blind = 3, 1
    async with changes(section(github)) as mitigators:
        offer = offered(mitigators, "roll-back")
        plan = await mitigators.plan(offer)
        assert offer.rollback
        assert plan.sentence == (
            "Run rollback.yml of acme/payments at main with environment = production, to = previous and wait "
            "for its end."
        )
        result = await mitigators.carry_out(plan)
    assert fates(result) == {Fate.DONE: 1}
    assert (result.sentence, result.before, result.after, result.well) == (
        "rollback.yml of acme/payments: run 2 succeeded.",
        "run 1 failed",
        "run 2 succeeded",
        True,
    )
    inputs = {"environment": "production", "to": "previous"}
    assert github.dispatched == [{"ref": "main", "inputs": inputs, "return_run_details": True}]


@pytest.mark.parametrize("settings", [{"details": False}, {"older": True}])
async def test_a_github_that_tells_no_run_is_asked_for_the_newest(
    github: GitHub, changes: Changes, settings: dict[str, bool]
) -> None:
    for name, value in settings.items():
        setattr(github, name, value)
    async with changes(section(github)) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "roll-back")))
    assert (result.before, result.after) == ("no run so far", "run 1 succeeded")
    assert len(github.dispatched) == 1


async def test_done_again_it_is_awaited_and_not_run_twice(github: GitHub, changes: Changes) -> None:
    async with changes(section(github)) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "roll-back"))
        github.ran(status="in_progress", conclusion=None)  # as a first try did that was cut off
        github.looks = 2
        result = await mitigators.carry_out(plan)
    assert fates(result) == {Fate.GONE: 1}
    assert result.sentence == "rollback.yml was run since the plan, so it was not run again: run 1 succeeded."
    assert result.well
    assert github.dispatched == []


async def test_one_that_github_shows_late_is_waited_for_before_it_is_run_again(
    github: GitHub, changes: Changes
) -> None:
    async with changes(section(github)) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "roll-back"))
        github.ran(status="in_progress", conclusion=None)  # as a first try did that was cut off
        github.late = 3
        result = await mitigators.carry_out(plan, resumed=True)
    assert fates(result) == {Fate.GONE: 1}
    assert result.sentence == "rollback.yml was run since the plan, so it was not run again: run 1 succeeded."
    assert github.dispatched == []


async def test_one_that_github_never_heard_of_is_run_after_having_been_cut_off(
    github: GitHub, changes: Changes
) -> None:
    async with changes(section(github, found_within=1)) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "roll-back"))
        result = await mitigators.carry_out(plan, resumed=True)
    assert fates(result) == {Fate.DONE: 1}
    assert len(github.dispatched) == 1


async def test_a_run_that_fails_is_told_as_such(github: GitHub, changes: Changes) -> None:
    github.ends = "failure"
    async with changes(section(github)) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "roll-back")))
    assert fates(result) == {Fate.FAILED: 1}
    assert result.hits[0].words == "run 1 failed. Its log says why: Actions of acme/payments."
    assert (result.after, result.well) == ("run 1 failed", False)


async def test_one_that_does_not_end_in_time_is_told_as_it_is(github: GitHub, changes: Changes) -> None:
    github.looks = 10**6
    async with changes(section(github, finished_within=1)) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "roll-back")))
    assert fates(result) == {Fate.FAILED: 1}
    assert result.hits[0].words.startswith("run 1 is under way after 1 s")


async def test_one_that_is_never_seen_is_in_doubt_and_said_so(github: GitHub, changes: Changes) -> None:
    github.details, github.hides = False, True
    async with changes(section(github, found_within=1)) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "roll-back")))
    assert result.hits[0].words == (
        "GitHub took it, but no run was seen within 1 s. Look under Actions before it is run again."
    )
    assert result.after == ""


async def test_github_s_own_reason_is_said(github: GitHub, changes: Changes) -> None:
    github.status = 422
    async with changes(section(github)) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "roll-back")))
    assert result.hits[0].words == "it was not run. GitHub refuses: No ref found for: main (HTTP 422)."
    assert github.runs == []


async def test_nothing_is_planned_beside_a_run_that_goes_on(github: GitHub, changes: Changes) -> None:
    github.ran(status="in_progress", conclusion=None)
    async with changes(section(github)) as mitigators:
        with pytest.raises(Refused, match=r"Run 1 is under way for rollback\.yml: wait for its end"):
            await mitigators.plan(offered(mitigators, "roll-back"))


async def test_a_workflow_that_is_switched_off_is_named(github: GitHub, changes: Changes) -> None:
    github.state = "disabled_manually"
    async with changes(section(github)) as mitigators:
        with pytest.raises(Refused, match="is disabled_manually, not active"):
            await mitigators.plan(offered(mitigators, "roll-back"))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"token": "wrong"}, "It needs Actions, read and write"),
        ({"workflow": "other.yml"}, r"There is no other\.yml in acme/payments"),
    ],
)
async def test_a_missing_right_or_workflow_is_named(
    github: GitHub, changes: Changes, settings: dict[str, object], said: str
) -> None:
    async with changes(section(github, **settings)) as mitigators:
        with pytest.raises(Refused, match=said):
            await mitigators.plan(offered(mitigators, "roll-back"))


async def test_a_github_that_is_away_is_unavailable(github: GitHub, changes: Changes) -> None:
    async with changes(section(github, url="http://127.0.0.1:1")) as mitigators:
        with pytest.raises(Unavailable, match="cannot be spoken to"):
            await mitigators.plan(offered(mitigators, "roll-back"))


@pytest.mark.parametrize("forged", ["../../../user", "", "-1", "9" * 30])
async def test_a_number_that_is_none_is_refused(github: GitHub, changes: Changes, forged: str) -> None:
    async with changes(section(github)) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "roll-back"))
        aim = Aim("x", (("workflow", "77"), ("newest run", forged)))
        with pytest.raises(Refused, match="cannot be read"):
            await mitigators.carry_out(replace(plan, aims=(aim,)))
    assert github.dispatched == []
