"""Who asks shares: one run for all, growing snapshots, deadlines that hold, nothing that breaks the rest."""

import asyncio
import time
from datetime import timedelta

import pytest

from diagnostics.probe import GoneError, Probe, SkippedError, TargetName
from diagnostics.redaction import Redactor
from diagnostics.run import Run
from incidents import ports
from incidents.evidence import Finding, Health
from tests.diagnostics.stand import NOW, Stand, examiner_of, finding, last, says, target


async def test_the_quick_answers_are_said_before_the_sampled_ones() -> None:
    release = asyncio.Event()

    async def sampled() -> tuple[Finding, ...]:
        await release.wait()
        return (finding("Twice looked."),)

    probes = (
        Probe("tt.quick", "quick things", says()),
        Probe("tt.slow", "sampled things", sampled, sampled=True),
    )
    async with examiner_of(target("db", *probes)) as examiner:
        snapshots = examiner.examine("db", "payments")
        first = await anext(snapshots)
        release.set()
        second = await anext(snapshots)
    assert (first.complete, first.looking, len(first.findings)) == (False, ("sampled things",), 1)
    assert (second.complete, second.looking, len(second.findings)) == (True, (), 2)


async def test_it_is_what_the_desk_asks_for() -> None:
    async with examiner_of(target("db", Probe("tt.look", "things", says()))) as examiner:
        port: ports.Examiner = examiner
        assert port.targets("payments") == ("db",)


async def test_ten_who_ask_together_cost_one_look_and_all_hear_the_same() -> None:
    looks = 0

    async def look() -> tuple[Finding, ...]:
        nonlocal looks
        looks += 1
        return (finding(),)

    async with examiner_of(target("db", Probe("tt.look", "things", look))) as examiner:
        answers = await asyncio.gather(*(last(examiner.examine("db", "payments")) for _ in range(10)))
    assert looks == 1
    assert len({answer.sentence for answer in answers}) == 1


async def test_who_asks_a_little_later_hears_the_same_run_and_after_ten_seconds_a_new_one() -> None:
    now, looks = [0.0], []

    async def look() -> tuple[Finding, ...]:
        looks.append(now[0])
        return (finding(),)

    async with examiner_of(
        target("db", Probe("tt.look", "things", look)), monotonic=lambda: now[0]
    ) as examiner:
        for moment in (0.0, 9.9, 10.0):
            now[0] = moment
            assert (await last(examiner.examine("db", "payments"))).complete
    assert looks == [0.0, 10.0]


async def test_what_was_seen_before_the_machine_slept_is_not_shared_afterwards() -> None:
    now, looks = [NOW], []

    async def look() -> tuple[Finding, ...]:
        looks.append(now[0])
        return (finding(),)

    async with examiner_of(target("db", Probe("tt.look", "things", look)), clock=lambda: now[0]) as examiner:
        for moment in (NOW, NOW + timedelta(seconds=9), NOW + timedelta(minutes=1)):
            now[0] = moment
            assert (await last(examiner.examine("db", "payments"))).complete
    assert looks == [NOW, NOW + timedelta(minutes=1)]


async def test_who_asks_for_all_shares_the_run_of_who_asked_for_one() -> None:
    looks = 0

    async def look() -> tuple[Finding, ...]:
        nonlocal looks
        looks += 1
        return (finding(),)

    both = (target("db", Probe("tt.look", "things", look)), target("api", Probe("tt.look", "things", says())))
    async with examiner_of(*both) as examiner:
        await last(examiner.examine("db", "payments"))
        everything = await last(examiner.examine("all", "payments"))
    assert looks == 1
    assert everything.target == "payments"
    assert len(everything.findings) == 2


async def test_a_probe_that_breaks_is_a_finding_and_the_others_go_on() -> None:
    async def breaks() -> tuple[Finding, ...]:
        raise RuntimeError("hunter2-and-more")

    async def explained() -> tuple[Finding, ...]:
        raise ValueError("hunter2-and-more")

    probes = (Probe("a", "first", breaks), Probe("b", "second", explained), Probe("c", "third", says()))
    async with examiner_of(target("db", *probes)) as examiner:
        examination = await last(examiner.examine("db", "payments"))
    assert examination.health is Health.UNKNOWN
    assert "first: the look failed (RuntimeError)" in examination.unseen
    assert "second: It broke: [redacted:known]." in examination.unseen
    assert "hunter2" not in repr(examination)
    assert examination.masked == 2


async def test_a_probe_that_never_answers_is_given_up_at_its_deadline() -> None:
    async def never() -> tuple[Finding, ...]:
        await asyncio.Event().wait()
        return ()

    probes = (Probe("a", "stuck things", never, deadline=0.01), Probe("b", "others", says()))
    async with examiner_of(target("db", *probes)) as examiner:
        examination = await last(examiner.examine("db", "payments"))
    assert [found.code for found in examination.findings] == ["XX001", "TT001"]
    assert examination.unseen == ("stuck things: no answer within 10 ms",)


async def test_what_cannot_be_looked_at_for_a_good_reason_leaves_the_rest_healthy() -> None:
    async def skips() -> tuple[Finding, ...]:
        raise SkippedError("it is not installed")

    probes = (Probe("a", "extras", skips), Probe("b", "others", says()))
    async with examiner_of(target("db", *probes)) as examiner:
        examination = await last(examiner.examine("db", "payments"))
    assert examination.health is Health.OK
    assert examination.unseen == ("extras: it is not installed",)


async def test_a_target_lost_in_the_middle_is_not_called_healthy() -> None:
    async def lost() -> tuple[Finding, ...]:
        raise GoneError("it went away")

    probes = (Probe("a", "first", says()), Probe("b", "second", lost), Probe("c", "third", says()))
    async with examiner_of(target("db", *probes)) as examiner:
        examination = await last(examiner.examine("db", "payments"))
    assert examination.health is Health.UNKNOWN
    assert examination.unseen == ("second: it went away", "third: not tried after that")
    assert "not everything could be looked at" in examination.sentence


async def test_the_time_for_one_target_ends_the_look_and_says_what_is_missing() -> None:
    async def never() -> tuple[Finding, ...]:
        await asyncio.Event().wait()
        return ()

    async def nobody() -> None:
        return

    patient = Stand(
        TargetName("payments", "db", "stand"), [Probe("a", "one", says()), Probe("b", "two", never, 60)]
    )
    run = Run(
        patient, started_at=NOW, begun=0, monotonic=lambda: 0, redaction=Redactor(), tell=nobody, budget=0.01
    )
    await run.ended()
    assert run.progress.unseen == ("two: the 10 ms for this target ran out",)
    assert len(run.progress.findings) == 1


async def test_while_nothing_has_answered_a_person_hears_what_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("diagnostics.examine.FIRST_WORD", 0.01)
    release = asyncio.Event()

    async def late() -> tuple[Finding, ...]:
        await release.wait()
        return (finding(),)

    async with examiner_of(
        target("db", Probe("a", "late things", late, 60)), monotonic=time.monotonic
    ) as examiner:
        snapshots = examiner.examine("db", "payments")
        first = await anext(snapshots)
        release.set()
        second = await anext(snapshots)
    assert (first.health, first.looking, first.complete) == (Health.UNKNOWN, ("late things",), False)
    assert (second.health, second.complete) == (Health.OK, True)


async def test_after_a_first_word_without_an_answer_the_next_does_not_wait_for_the_last_target(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("diagnostics.examine.FIRST_WORD", 0.01)
    monkeypatch.setattr("diagnostics.examine.NEXT_WORD", 0.01)
    release, never = asyncio.Event(), asyncio.Event()

    async def late() -> tuple[Finding, ...]:
        await release.wait()
        return (finding(),)

    async def silent() -> tuple[Finding, ...]:
        await never.wait()
        return ()

    both = (target("db", Probe("a", "late", late, 60)), target("api", Probe("b", "silent", silent, 60)))
    async with examiner_of(*both, monotonic=time.monotonic) as examiner:
        snapshots = examiner.examine("all", "payments")
        first = await anext(snapshots)
        release.set()
        second = await anext(snapshots)
    assert (len(first.findings), len(second.findings)) == (0, 1)
    assert second.looking == ("payments api: silent",)


async def test_answers_that_come_close_together_are_said_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diagnostics.examine.NEXT_WORD", 60)
    release = asyncio.Event()

    def sampling(turns: int) -> Probe:
        async def sampled() -> tuple[Finding, ...]:
            await release.wait()
            for _ in range(turns):
                await asyncio.sleep(0)
            return (finding(f"After {turns} turns."),)

        return Probe("tt.slow", "sampled things", sampled, sampled=True)

    async with examiner_of(*(target(f"db{turns}", sampling(turns)) for turns in (1, 20, 40))) as examiner:
        seen = []
        async for examination in examiner.examine("all", "payments"):
            seen.append(len(examination.findings))
            release.set()
    assert seen == [0, 3]


async def test_the_time_for_a_command_ends_it_although_a_target_still_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("diagnostics.examine.COMMAND", 0.01)

    async def never() -> tuple[Finding, ...]:
        await asyncio.Event().wait()
        return ()

    async with examiner_of(
        target("db", Probe("a", "stuck", never, 60)), monotonic=time.monotonic
    ) as examiner:
        examination = await last(examiner.examine("db", "payments"))
    assert examination.complete
    assert examination.unseen == ("stuck: the time for this look ran out",)


async def test_leaving_ends_what_still_looks_and_closes_everything() -> None:
    ended = asyncio.Event()
    begun = asyncio.Event()

    async def never() -> tuple[Finding, ...]:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return ()

    async with examiner_of(target("db", Probe("a", "stuck", never, 60))) as examiner:
        waiting = asyncio.create_task(last(examiner.examine("db", "payments")))
        await begun.wait()
        waiting.cancel()
    assert ended.is_set()
