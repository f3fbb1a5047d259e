"""What statements cost while we look, told from what they cost before."""

from collections.abc import Awaitable, Callable

import psycopg

from diagnostics.probes.postgres.costs import Cost
from diagnostics.probes.postgres.section import Limits
from incidents.evidence import Health
from tests.diagnostics.conftest import Looks, as_role, examined, of
from tests.diagnostics.wearing import done, meanwhile

SLOW = "SELECT pg_sleep(0.2) WHERE 'hunter2' <> ''"


def called(dsn: str, times: int) -> Callable[[], Awaitable[None]]:
    async def act() -> None:
        await done(dsn, *[SLOW] * times)

    return act


async def test_a_statement_that_costs_much_while_we_look_is_named_by_its_share(
    with_costs: str, looks: Looks
) -> None:
    async with looks(as_role(with_costs, "diag"), pause=meanwhile(called(with_costs, 6))) as examiner:
        finding = of(await examined(examiner), "pg.statements_top")
    assert finding.health is Health.WARN
    assert "of all execution time within" in finding.sentence
    assert "6 calls, 2" in finding.sentence
    assert "SELECT pg_sleep($1) WHERE $2 <> $3" in finding.sentence
    assert "hunter2" not in repr(finding)


async def test_what_it_cost_before_is_told_and_leaves_the_look_well(with_costs: str, looks: Looks) -> None:
    await done(with_costs, *[SLOW] * 6)
    async with looks(as_role(with_costs, "diag")) as examiner:
        examination = await examined(examiner)
    finding = of(examination, "pg.statements_top")
    assert examination.health is Health.OK
    assert finding.sentence == "No statement stands out by its cost within 2 s."
    assert finding.meaning.startswith("Since the counters were reset, ")
    assert finding.meaning.endswith("% went to SELECT pg_sleep($1) WHERE $2 <> $3")


async def test_counters_that_were_reset_while_we_look_count_from_nothing(
    with_costs: str, looks: Looks
) -> None:
    await done(with_costs, *[SLOW] * 7)

    async def reset() -> None:
        with psycopg.connect(with_costs, autocommit=True) as connection:
            connection.execute("SELECT pg_stat_statements_reset()")
        await done(with_costs, *[SLOW] * 6)

    async with looks(as_role(with_costs, "diag"), pause=meanwhile(reset)) as examiner:
        finding = of(await examined(examiner), "pg.statements_top")
    assert (finding.health, finding.figures[3].value) == (Health.WARN, 6)


async def test_without_the_extension_the_look_says_so(database: str, looks: Looks) -> None:
    async with looks(as_role(database, "diag")) as examiner:
        examination = await examined(examiner)
    assert (
        "costliest statements: the extension pg_stat_statements is not installed in this database"
        in examination.unseen
    )


def heavy(calls: int, mean: float, *, others: float = 0.0) -> bool:
    seconds = calls * mean
    return Cost("1", "SELECT", calls, seconds, seconds + others, 0, within=2.0).heavy(Limits())


def test_a_statement_is_heavy_by_its_share_of_much_work_or_since_it_is_slow_and_frequent() -> None:
    assert heavy(calls=500, mean=0.002)
    assert not heavy(calls=400, mean=0.002)  # fewer than half a session's work
    assert not heavy(calls=500, mean=0.002, others=3)
    assert heavy(calls=4, mean=0.1, others=9)
    assert not heavy(calls=3, mean=0.1, others=9)


def test_what_began_before_we_looked_is_not_held_against_now() -> None:
    assert not heavy(calls=30, mean=60)  # waiters that a lock has just let go
    assert not heavy(calls=1, mean=1.5)  # a report that has just ended
