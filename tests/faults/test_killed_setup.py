"""kill -9 at each step of a room's set-up, and a new start: everything is there, and nothing twice."""

import asyncio

import pytest

from tests.acceptance.conftest import StartBot
from tests.faults.interference import Interference, Moment, nothing
from tests.faults.setup import WHOLE, cases, standing
from tocsin_practice.driver import PracticeDriver


@pytest.mark.parametrize("moment", Moment)
async def test_a_set_up_killed_at_any_step_is_whole_after_the_restart(
    practice: PracticeDriver, interference: Interference, start_bot: StartBot, moment: Moment
) -> None:
    bot = await start_bot()
    alice = practice.person("alice")
    ended = cases(moment)
    holds = [
        interference.hold(case.fits, moment, freezes=case.concerns if case.alone else nothing)
        for case in ended
    ]

    outcomes = await asyncio.gather(*(alice.command("/incident", case.line) for case in ended))
    assert all(outcome.is_good for outcome in outcomes), outcomes
    await asyncio.gather(*(hold.wait() for hold in holds))
    await bot.kill()
    interference.lift()
    if moment is Moment.BEFORE:
        assert all(standing(practice, case.word, alice.id) != WHOLE for case in ended)

    second = await start_bot()
    await practice.until(
        lambda: all(standing(practice, case.word, alice.id) == WHOLE for case in ended) or None, seconds=40
    )
    await second.stop()

    stand = {case: standing(practice, case.word, alice.id) for case in ended}
    assert {case: found for case, found in stand.items() if found != WHOLE} == {}
