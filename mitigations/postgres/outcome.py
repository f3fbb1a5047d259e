"""What came of a change to sessions: what happened to each, and how many are left of what was to go."""

from collections.abc import Awaitable, Callable

from incidents.errors import IncidentError
from incidents.mitigation import Hit, Plan, Result
from mitigations.postgres.reach import PostgresReach
from mitigations.postgres.sessions import STEP

SETTLED = 2.0  # seconds for those who waited to get their locks


async def outcome(
    planned: Plan, hits: tuple[Hit, ...], sentence: str, left: Awaitable[int], figure: Callable[[int], str]
) -> Result:
    """The result, with what is left as `figure` says it; it is well if nothing is.

    What is left may not be to be had, since the change is done all the same: then nothing is said of it.
    """
    try:
        number = await left
    except IncidentError:
        return Result(hits, sentence, planned.before)
    return Result(hits, sentence, planned.before, figure(number), well=not number)


async def settled(reach: PostgresReach, waiting: Callable[[], Awaitable[int]]) -> int:
    """How many still wait once those who were held up have had the time to go on."""
    for _ in range(round(SETTLED / STEP)):
        if not await waiting():
            return 0
        await reach.pause(STEP)
    return await waiting()
