"""The whole measurement: one bot, everything it is asked for in turn."""

import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import comparing, diagnosing, everything, limits, resting, trying_out
from bench.figures import BenchError, Figure, Missing, Row
from bench.report import Report
from bench.scene import Scene, databases, of_several_targets, scene, setting, variables
from bench.shop import shop
from bench.workspace import workspace
from storage.embedded import DatabaseError
from tocsin_practice.changes import NotHeardError

SECTIONS: Final = ("one", "fifty", "diagnose", "all", "rest", "limits")

Tell = Callable[[str], None]
Measure = Callable[[], Awaitable[list[Figure]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be measured.

    Attributes:
        parts: some of `SECTIONS`; the start is always measured.
        to_the_end: with limits on, wait until every room is there.
        with_demo: start the demo as well.
    """

    parts: frozenset[str]
    to_the_end: bool
    with_demo: bool


async def measured(asked: Asked, *, tell: Tell) -> Report:
    """Everything asked for; what could not be measured is a row of the report, with its reason.

    Args:
        asked: what.
        tell: hears what is being measured.
    """
    with open_folder() as home:
        try:
            return await _measured(asked, home, tell)
        except (BenchError, DatabaseError) as error:
            return Report({}, [Missing(section=resting.START, reason=str(error))])


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that the server's own user can enter where we are root, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


async def _measured(asked: Asked, home: Path, tell: Tell) -> Report:
    tell("Starting two databases, the services to look at, a practice workspace and the bot.")
    async with (
        databases(home) as servers,
        shop(servers.looked_at, home, of_several_targets()) as targets,
        workspace() as (practice, watch),
    ):
        where = setting(servers)
        rows: list[Row] = []
        given = variables(practice, servers, targets, home)
        async with scene(practice, watch, targets, home, given) as stage:
            first = stage.bot.seconds
        async with scene(practice, watch, targets, home, given) as stage:
            rows += resting.started(first, stage.bot.seconds)
            rows += await _parts(asked, stage, tell)
    if asked.with_demo:
        rows += await _tried(trying_out.SECTION, lambda: trying_out.demo(home), tell)
    return Report(where, rows)


async def _parts(asked: Asked, stage: Scene, tell: Tell) -> list[Row]:
    every: dict[str, tuple[str, Measure]] = {
        "one": (comparing.ONE, lambda: comparing.one(stage)),
        "fifty": (comparing.FIFTY, lambda: comparing.fifty(stage)),
        "diagnose": (diagnosing.SECTION, lambda: diagnosing.database(stage)),
        "all": (everything.SECTION, lambda: everything.everything(stage)),
        "rest": (resting.COST, lambda: resting.at_rest(stage)),
        "limits": (limits.SECTION, lambda: limits.fifty(stage, to_the_end=asked.to_the_end)),
    }
    rows: list[Row] = []
    for name in SECTIONS:
        if name in asked.parts:
            rows += await _tried(*every[name], tell)
    return rows


async def _tried(section: str, measure: Measure, tell: Tell) -> list[Row]:
    tell(f"Measuring: {section}.")
    try:
        return [*await measure()]
    except (BenchError, NotHeardError) as error:
        return [Missing(section=section, reason=str(error))]
