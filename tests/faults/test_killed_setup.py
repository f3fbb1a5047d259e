"""kill -9 at each step of a room's set-up, and a new start: everything is there, and nothing twice."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest

from tests.acceptance.conftest import StartBot
from tests.faults.interference import Interference, Moment, nothing
from tests.faults.setup import WHOLE, Case, cases, standing
from tests.frozen import frozen
from tocsin_practice.changes import NotHeardError
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
    await whole(practice, ended)
    await second.stop()
    await whole(practice, ended)


async def test_a_bot_that_froze_and_thaws_later_does_nothing_twice(
    practice: PracticeDriver, interference: Interference, start_bot: StartBot
) -> None:
    still = await start_bot()
    alice = practice.person("alice")
    ended = [case for case in cases(Moment.AFTER) if case.alone]
    holds = [interference.hold(case.fits, case.moment, freezes=case.concerns) for case in ended]
    await asyncio.gather(*(alice.command("/incident", case.line) for case in ended))
    await asyncio.gather(*(hold.wait() for hold in holds))
    assert still.process.pid

    with frozen(still.process.pid):
        interference.forget()
        other = await start_bot()
        await whole(practice, ended)
    interference.lift()
    await still.stop()
    await other.stop()
    await whole(practice, ended)


async def whole(practice: PracticeDriver, ended: Sequence[Case]) -> None:
    """Wait until everything of these stands once."""
    alice = practice.person("alice").id

    def broken() -> list[str]:
        stand = {case: standing(practice, case.word, alice) for case in ended}
        return [f"{case}: {found}" for case, found in stand.items() if found != WHOLE]

    with suppress(NotHeardError):
        await practice.until(lambda: not broken() or None, seconds=40)
    assert not broken(), "\n".join(broken())
