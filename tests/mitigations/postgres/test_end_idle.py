"""Sessions idle in a transaction on a real server: exactly those that were planned end, and nobody else."""

import asyncio
from dataclasses import replace

import psycopg
import pytest

from incidents.errors import Refused, Unavailable
from incidents.mitigation import Aim, Fate, Plan
from mitigations.postgres.end_idle import STROKE
from mitigations.postgres.reach import PostgresReach
from mitigations.postgres.session import Row
from tests.diagnostics.conftest import as_role
from tests.diagnostics.faults import at_rest, connected, filled, gone, leaked
from tests.mitigations.conftest import Changes, fates, offered
from tests.mitigations.postgres.stand import changing, sessions

LEAK = "application_name = 'reports-export'"
REST = "application_name = 'api' AND state = 'idle'"


def with_identity(aim: Aim, **changed: str) -> Aim:
    return replace(
        aim, identity=tuple((key, changed.get(key.split()[0], value)) for key, value in aim.identity)
    )


def only(plan: Plan, *aims: Aim) -> Plan:
    return replace(plan, aims=aims)


async def test_forty_four_leaked_sessions_are_planned_ended_and_gone_and_the_pool_stays(
    database: str, changes: Changes
) -> None:
    async with (
        changing(changes, database) as mitigators,
        at_rest(as_role(database, "app"), 2, "api"),
        leaked(as_role(database, "app"), 44) as pool,
    ):
        plan = await mitigators.plan(offered(mitigators, "end-idle"))
        assert {aim.identity[0] for aim in plan.aims} == {("pid", str(m.get_server_pid())) for m in pool}
        assert plan.sentence.startswith(
            "End 44 sessions of reports-export that sit idle in a transaction, the longest for "
        )
        assert (plan.before, plan.left_out) == ("44 idle in a transaction for over 0 s", 0)
        result = await mitigators.carry_out(plan)
        assert fates(result) == {Fate.DONE: 44}
        assert result.sentence == "44 sessions were ended."
        assert (result.before, result.after) == (plan.before, "0 idle in a transaction for over 0 s")
        assert result.well
        assert (sessions(database, LEAK), sessions(database, REST)) == (0, 2)


async def test_it_works_while_every_slot_is_taken(database: str, changes: Changes) -> None:
    async with changing(changes, database) as mitigators, filled(as_role(database, "app")) as count:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "end-idle")))
        assert fates(result) == {Fate.DONE: count}
        assert sessions(database, LEAK) == 0


async def test_done_again_it_hits_nothing_twice(database: str, changes: Changes) -> None:
    async with changing(changes, database) as mitigators:
        async with leaked(as_role(database, "app"), 3):
            plan = await mitigators.plan(offered(mitigators, "end-idle"))
            await mitigators.carry_out(plan)
        async with leaked(as_role(database, "app"), 3):
            again = await mitigators.carry_out(plan)
            assert fates(again) == {Fate.GONE: 3}
            assert again.sentence == "3 sessions left alone, gone or no longer as planned."
            assert not again.well
            assert sessions(database, LEAK) == 3


async def test_two_replicas_at_once_end_what_was_planned_and_nobody_else(
    database: str, changes: Changes
) -> None:
    async with (
        changing(changes, database) as one,
        changing(changes, database) as other,
        at_rest(as_role(database, "app"), 2, "api"),
        leaked(as_role(database, "app"), 10),
    ):
        plan = await one.plan(offered(one, "end-idle"))
        both = await asyncio.gather(one.carry_out(plan), other.carry_out(plan))
        assert all(result.well and Fate.FAILED not in fates(result) for result in both)
        assert (sessions(database, LEAK), sessions(database, REST)) == (0, 2)


async def test_what_was_cut_off_in_the_middle_is_finished_by_trying_again(
    database: str, changes: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[object] = []
    asked = PostgresReach.ask

    async def killed(reach: PostgresReach, statement: str, *values: object) -> list[Row]:
        if statement == STROKE.hit and len(ended) == 2:
            raise asyncio.CancelledError
        ended.extend(values[:1] if statement == STROKE.hit else ())
        return await asked(reach, statement, *values)

    async with changing(changes, database) as mitigators, leaked(as_role(database, "app"), 5):
        plan = await mitigators.plan(offered(mitigators, "end-idle"))
        with monkeypatch.context() as patch:
            patch.setattr(PostgresReach, "ask", killed)
            with pytest.raises(asyncio.CancelledError):
                await mitigators.carry_out(plan)
        await gone(database, f"pid IN ({ended[0]}, {ended[1]})")  # each in its own time
        result = await mitigators.carry_out(plan)
    assert fates(result) == {Fate.DONE: 3, Fate.GONE: 2}
    assert (result.before, result.after, result.well) == (
        "5 idle in a transaction for over 0 s",
        "0 idle in a transaction for over 0 s",
        True,
    )


async def test_a_session_that_came_to_life_meanwhile_is_left_alone(database: str, changes: Changes) -> None:
    async with changing(changes, database) as mitigators, leaked(as_role(database, "app"), 2) as pool:
        plan = await mitigators.plan(offered(mitigators, "end-idle"))
        await pool[0].fetch("SELECT 1")  # idle in the same transaction again, but not a leak
        result = await mitigators.carry_out(plan)
        assert fates(result) == {Fate.DONE: 1, Fate.GONE: 1}
        assert await pool[0].fetchval("SELECT 1") == 1


async def test_a_session_that_ended_its_transaction_is_left_alone(database: str, changes: Changes) -> None:
    async with changing(changes, database) as mitigators, leaked(as_role(database, "app"), 1) as pool:
        plan = await mitigators.plan(offered(mitigators, "end-idle"))
        await pool[0].execute("COMMIT; BEGIN")
        assert fates(await mitigators.carry_out(plan)) == {Fate.GONE: 1}
        assert await pool[0].fetchval("SELECT 1") == 1


@pytest.mark.parametrize("key", ["session", "transaction", "idle"])
async def test_a_process_that_is_another_by_now_is_left_alone(
    database: str, changes: Changes, key: str
) -> None:
    async with changing(changes, database) as mitigators, leaked(as_role(database, "app"), 1) as pool:
        plan = await mitigators.plan(offered(mitigators, "end-idle"))
        other = with_identity(plan.aims[0], **{key: "2026-11-21T13:00:00.000001+00:00"})
        assert fates(await mitigators.carry_out(only(plan, other))) == {Fate.GONE: 1}
        assert await pool[0].fetchval("SELECT 1") == 1


async def test_a_superuser_our_own_and_other_databases_are_never_hit(
    database: str, small: str, changes: Changes
) -> None:
    async with (
        changing(changes, database) as mitigators,
        leaked(database, 1, "admin"),
        leaked(as_role(database, "app"), 1, "tocsin:probe"),
        leaked(as_role(small, "app"), 1, "elsewhere"),
        leaked(as_role(database, "app"), 1) as pool,
    ):
        plan = await mitigators.plan(offered(mitigators, "end-idle"))
        assert [aim.identity[0][1] for aim in plan.aims] == [str(pool[0].get_server_pid())]


async def test_a_superuser_is_not_hit_even_if_a_plan_names_it(database: str, changes: Changes) -> None:
    async with (
        changing(changes, database) as mitigators,
        leaked(database, 1, "admin") as admins,
        leaked(as_role(database, "app"), 1),
    ):
        plan = await mitigators.plan(offered(mitigators, "end-idle"))
        row = await admins[0].fetchrow(
            "SELECT backend_start, xact_start, state_change"
            " FROM pg_stat_activity WHERE pid = pg_backend_pid()"
        )
        times = dict(zip(("session", "transaction", "idle"), (at.isoformat() for at in row), strict=True))
        forged = with_identity(plan.aims[0], pid=str(admins[0].get_server_pid()), **times)
        assert fates(await mitigators.carry_out(only(plan, forged))) == {Fate.GONE: 1}
        assert await admins[0].fetchval("SELECT 1") == 1


async def test_no_more_than_the_cap_are_hit_and_the_rest_is_told(database: str, changes: Changes) -> None:
    async with changing(changes, database, cap=2) as mitigators, leaked(as_role(database, "app"), 5):
        plan = await mitigators.plan(offered(mitigators, "end-idle"))
        assert (len(plan.aims), plan.left_out) == (2, 3)
        assert plan.sentence.endswith("3 more must wait: 2 at once is the most.")
        result = await mitigators.carry_out(plan)
        assert (result.before, result.after) == (
            "5 idle in a transaction for over 0 s",
            "3 idle in a transaction for over 0 s",
        )
        assert not result.well


async def test_a_plan_above_a_cap_that_was_lowered_is_refused(database: str, changes: Changes) -> None:
    async with leaked(as_role(database, "app"), 3):
        async with changing(changes, database) as mitigators:
            plan = await mitigators.plan(offered(mitigators, "end-idle"))
        async with changing(changes, database, cap=2) as mitigators:
            with pytest.raises(Refused, match="The plan would hit 3, but 2 is the most now"):
                await mitigators.carry_out(plan)
        assert sessions(database, LEAK) == 3


async def test_several_applications_are_named_with_their_shares(database: str, changes: Changes) -> None:
    async with (
        changing(changes, database) as mitigators,
        leaked(as_role(database, "app"), 2),
        leaked(as_role(database, "app"), 1, "nightly"),
    ):
        plan = await mitigators.plan(offered(mitigators, "end-idle"))
    assert "End 3 sessions (2 of reports-export and 1 of nightly) that sit idle" in plan.sentence


async def test_a_session_not_idle_for_long_enough_is_not_planned(database: str, changes: Changes) -> None:
    section = {"kind": "postgres", "actions": ["end-idle"], "dsn": as_role(database, "mitigate")}
    async with changes(section) as mitigators, leaked(as_role(database, "app"), 1):
        with pytest.raises(Refused, match=r"has been idle in a transaction for over 1 min. There is nothing"):
            await mitigators.plan(offered(mitigators, "end-idle"))


async def test_a_role_that_may_not_end_sessions_is_told_the_grant_before_anybody_approves(
    database: str, changes: Changes
) -> None:
    async with changing(changes, database, role="diag") as mitigators, leaked(as_role(database, "app"), 1):
        with pytest.raises(Refused, match=r'42501.*GRANT pg_monitor, pg_signal_backend TO "diag"'):
            await mitigators.plan(offered(mitigators, "end-idle"))


async def test_a_role_that_cannot_see_sessions_is_told_the_grant(database: str, changes: Changes) -> None:
    async with changing(changes, database, role="blind") as mitigators, leaked(as_role(database, "app"), 1):
        with pytest.raises(Refused, match=r'cannot be seen.*GRANT pg_monitor, pg_signal_backend TO "blind"'):
            await mitigators.plan(offered(mitigators, "end-idle"))


async def test_a_grant_taken_away_after_the_plan_is_named_at_each_session(
    database: str, changes: Changes
) -> None:
    async with changing(changes, database) as mitigators, leaked(as_role(database, "app"), 2):
        plan = await mitigators.plan(offered(mitigators, "end-idle"))
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("REVOKE pg_signal_backend FROM mitigate")
            try:
                result = await mitigators.carry_out(plan)
            finally:
                connection.execute("GRANT pg_signal_backend TO mitigate")
        assert fates(result) == {Fate.FAILED: 2}
        assert "42501" in result.hits[0].words
        assert "GRANT pg_monitor, pg_signal_backend" in result.hits[0].words
        assert result.sentence == "2 sessions could not be ended."
        assert sessions(database, LEAK) == 2


@pytest.mark.parametrize("pid", ["1; DROP TABLE x", "-1", "99999999999", "", "0x10"])
async def test_an_identity_that_cannot_be_read_is_refused_before_anything_is_hit(
    database: str, changes: Changes, pid: str
) -> None:
    async with changing(changes, database) as mitigators, leaked(as_role(database, "app"), 2):
        plan = await mitigators.plan(offered(mitigators, "end-idle"))
        forged = only(plan, plan.aims[0], with_identity(plan.aims[1], pid=pid))
        with pytest.raises(Refused, match=r"cannot be read. Nothing was changed"):
            await mitigators.carry_out(forged)
        with pytest.raises(Refused, match="Nothing was changed"):
            await mitigators.carry_out(only(plan, Aim("pid 1", (("sql", "1"),))))
        assert sessions(database, LEAK) == 2


async def test_without_a_kept_connection_a_full_server_is_told_as_such(
    database: str, changes: Changes
) -> None:
    async with filled(as_role(database, "app")), changing(changes, database) as mitigators:
        with pytest.raises(Unavailable, match=r"53300.*A superuser still gets in"):
            await mitigators.plan(offered(mitigators, "end-idle"))


async def test_what_an_application_calls_itself_stays_on_one_short_line(
    database: str, changes: Changes
) -> None:
    async with changing(changes, database) as mitigators, connected(as_role(database, "app"), "x\ny") as one:
        await one.execute("BEGIN")
        plan = await mitigators.plan(offered(mitigators, "end-idle"))
    assert "\n" not in plan.aims[0].label + plan.sentence
