"""What is said to be different from the look before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from diagnostics.changes import changes
from diagnostics.look import Look
from diagnostics.probe import Probe
from diagnostics.run import Progress
from incidents.evidence import Figure, Finding, Health
from incidents.looked import Looked
from tests.diagnostics.stand import NOW, examiner_of, last, says, target

AT = datetime(2026, 11, 21, tzinfo=UTC)


def idle(sessions: int, health: Health = Health.CRITICAL) -> Finding:
    said = f"{sessions} sessions sit idle."
    return Finding(
        "PG102", "pg.idle", "payments db", health, said, (Figure("idle in transaction", sessions),)
    )


def lock(health: Health = Health.WARN) -> Finding:
    return Finding("PG201", "pg.lock_roots", "payments db", health, "3 sessions wait.")


def between(
    then: tuple[Finding, ...],
    now: tuple[Finding, ...],
    *,
    unseen: tuple[str, ...] = (),
    done: float | None = 1.0,
) -> tuple[str, ...]:
    progress = Progress(findings=now, unseen=unseen, done_at=done)
    return changes([(Look("payments db", "payments", "pg", progress), Looked(AT, then))])


def test_a_figure_that_moved_is_shown_with_both_values() -> None:
    assert between((idle(44),), (idle(12),)) == ("Idle in transaction: 44 → 12.",)
    assert between((idle(44),), (idle(0, Health.OK),)) == ("Idle in transaction: 44 → 0, which is well.",)


def test_what_is_new_and_what_is_gone_are_said() -> None:
    assert between((idle(1, Health.OK),), (idle(44), lock())) == (
        "New: 44 sessions sit idle.",
        "New: 3 sessions wait.",
    )
    assert between((lock(),), ()) == ("Gone: 3 sessions wait.",)


def test_what_was_ill_and_has_no_figures_is_well_again() -> None:
    assert between((lock(),), (lock(Health.OK),)) == ("Well again: 3 sessions wait.",)


def test_what_was_ill_and_is_not_known_now_is_not_said_to_be_well() -> None:
    lag = Finding("PG301", "pg.replication", "db", Health.UNKNOWN, "How far it lags is not known.")
    then = replace(lag, health=Health.CRITICAL, figures=(Figure("not replayed", 9, "bytes"),))
    now = replace(lag, figures=(Figure("not replayed", 8, "bytes"),))
    assert between((then,), (now,)) == ("Not known any more: How far it lags is not known.",)


def test_what_could_not_be_seen_is_not_said_to_be_gone() -> None:
    assert between((lock(),), (), unseen=("lock waits: no answer",)) == ()


def test_what_stays_well_or_as_it_was_is_no_news() -> None:
    assert between((idle(3, Health.OK), lock()), (idle(5, Health.OK), lock())) == ()


def test_nothing_is_said_before_the_look_is_over() -> None:
    assert between((idle(44),), (idle(12),), done=None) == ()


async def test_a_second_look_says_what_changed_since_the_first() -> None:
    sessions, moments = [44, 12], [0.0]

    async def look() -> tuple[Finding, ...]:
        return (idle(sessions.pop(0)),)

    async with examiner_of(
        target("db", Probe("pg.idle", "idle", look)),
        monotonic=lambda: moments[0],
        clock=lambda: NOW + timedelta(seconds=moments[0]),
    ) as examiner:
        first = await last(examiner.examine("db", "payments"))
        moments[0] = 180.0
        second = await last(examiner.examine("db", "payments"))
    assert (first.changes, first.since) == ((), None)
    assert (second.changes, second.since) == (("Idle in transaction: 44 → 12.",), NOW)


async def test_a_look_that_nobody_asked_for_is_not_what_people_compare_with() -> None:
    sessions, moments = [44, 30, 20, 12], [0.0]

    async def look() -> tuple[Finding, ...]:
        return (idle(sessions.pop(0)),)

    async with examiner_of(
        target("db", Probe("pg.idle", "idle", look)),
        monotonic=lambda: moments[0],
        clock=lambda: NOW + timedelta(seconds=moments[0]),
    ) as examiner:
        await last(examiner.examine("db", "payments"))
        for moment in (30.0, 60.0):
            moments[0] = moment
            await last(examiner.examine("db", "payments", routine=True))
        moments[0] = 180.0
        second = await last(examiner.examine("db", "payments"))
    assert (second.changes, second.since) == (("Idle in transaction: 44 → 12.",), NOW)


async def test_each_target_is_compared_with_its_own_last_look_and_both_times_are_told() -> None:
    moments = [0.0]
    probe = Probe("tt.look", "it", says(lock()))
    async with examiner_of(
        target("db", probe),
        target("api", probe),
        monotonic=lambda: moments[0],
        clock=lambda: NOW + timedelta(seconds=moments[0]),
    ) as examiner:
        for moment, asked in ((0.0, "db"), (600.0, "api"), (1_200.0, "all")):
            moments[0] = moment
            seen = await last(examiner.examine(asked, "payments"))
    assert (seen.since, seen.since_latest) == (NOW, NOW + timedelta(minutes=10))
