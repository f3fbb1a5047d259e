"""Units of a real systemd restarted over its bus, through a real sshd and by a real polkit's leave."""

import re
from dataclasses import replace

import pytest

from incidents.errors import Refused
from incidents.mitigation import Aim, Fate
from tests.attacks import ATTACKS
from tests.incidents.test_checking import an_incident
from tests.mitigations.conftest import Changes, fates, offered
from tests.mitigations.systemd.machine import IDLE, Machine
from tests.mitigations.systemd.verdict import verdict
from workflows.remedies import remedies

BOTH = ["nginx.service", "payments.service"]


async def test_a_unit_is_restarted_and_seen_to_stay_up(machine: Machine, changes: Changes) -> None:
    pid, invocation = machine.show("nginx.service", "MainPID", "InvocationID")
    async with changes(machine.section()) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart"))
        result = await mitigators.carry_out(plan)
    assert plan.sentence == "Restart nginx.service on 127.0.0.1."
    assert re.fullmatch(
        r"nginx\.service, active \(running\) since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, "
        rf"pid {pid}, invocation {invocation[:8]}",
        plan.aims[0].label,
    )
    now, other = machine.show("nginx.service", "MainPID", "InvocationID")
    assert (now == pid, other == invocation) == (False, False)
    assert re.fullmatch(
        r"nginx\.service was restarted and is active \(running\) since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, "
        rf"pid {pid} → {now}\.",
        result.sentence,
    )
    assert (result.before, result.after) == ("nginx.service active (running)",) * 2
    assert result.well


async def test_a_unit_in_another_run_than_planned_is_left_alone(machine: Machine, changes: Changes) -> None:
    async with changes(machine.section()) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart"))
        machine.run("systemctl restart nginx.service")
        before = machine.show("nginx.service", "InvocationID")
        result = await mitigators.carry_out(plan)
    assert fates(result) == {Fate.GONE: 1}
    assert result.hits[0].words == "It was left alone: it has been started anew since the plan."
    assert machine.show("nginx.service", "InvocationID") == before
    assert result.well


async def test_done_again_it_is_not_restarted_twice(machine: Machine, changes: Changes) -> None:
    async with changes(machine.section()) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart"))
        await mitigators.carry_out(plan)
        once = machine.show("nginx.service", "InvocationID")
        assert fates(await mitigators.carry_out(plan)) == {Fate.GONE: 1}
    assert machine.show("nginx.service", "InvocationID") == once


async def test_a_unit_that_systemd_is_stopping_is_left_alone(machine: Machine, changes: Changes) -> None:
    machine.unit("nginx.service", IDLE, "ExecStop=/bin/sleep infinity")
    async with changes(machine.section()) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart"))
        machine.run("systemctl stop --no-block nginx.service")
        result = await mitigators.carry_out(plan)
    machine.run("systemctl kill -s KILL nginx.service")
    assert result.hits[0].words == "It was left alone: systemd is starting or stopping it already."
    assert (fates(result), result.well) == ({Fate.GONE: 1}, False)


@pytest.mark.parametrize("word", ["restart", "start"])
async def test_of_several_the_one_that_has_failed_is_proposed_and_no_other_touched(
    machine: Machine, changes: Changes, word: str
) -> None:
    machine.run("systemctl kill -s SEGV payments.service")
    machine.run("while systemctl -q is-active payments.service; do :; done")
    other = machine.show("nginx.service", "InvocationID")
    async with changes(machine.section(units=BOTH)) as mitigators:
        plan = await mitigators.plan(offered(mitigators, word))
        result = await mitigators.carry_out(plan)
    assert plan.sentence == f"{word.title()} payments.service on 127.0.0.1."
    assert plan.before == "payments.service failed (signal)"
    assert result.after == "payments.service active (running)"
    assert "pid none → " in result.sentence
    assert (fates(result), result.well) == ({Fate.DONE: 1}, True)
    assert machine.show("nginx.service", "InvocationID") == other


async def test_the_verdict_about_a_failed_unit_leads_to_that_unit(machine: Machine, changes: Changes) -> None:
    machine.run("systemctl kill -s SEGV payments.service")
    machine.run("while systemctl -q is-active payments.service; do :; done")
    examination = await verdict("payments.service")
    async with changes(machine.section(units=BOTH)) as mitigators:
        (offer, *_) = remedies(mitigators, examination, an_incident())
        plan = await mitigators.plan(offer)
    assert [cause.code for cause in examination.causes] == ["HOST_UNIT"]
    assert plan.sentence == "Restart payments.service on 127.0.0.1."


@pytest.mark.parametrize(
    ("word", "units", "said"),
    [
        ("restart", BOTH, "One that runs is restarted where it has a section of its own"),
        ("start", BOTH[:1], r"Nothing to start on 127\.0\.0\.1: nginx\.service active \(running\)"),
    ],
)
async def test_what_runs_is_not_hit_in_passing(
    machine: Machine, changes: Changes, word: str, units: list[str], said: str
) -> None:
    async with changes(machine.section(units=units)) as mitigators:
        with pytest.raises(Refused, match=said):
            await mitigators.plan(offered(mitigators, word))


async def test_a_unit_that_fails_is_told_with_its_result(machine: Machine, changes: Changes) -> None:
    machine.unit("nginx.service", "ExecStart=/bin/false")
    async with changes(machine.section(settle=20)) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "restart")))
    assert result.hits[0].words == (
        "It was restarted, and it is failed (exit-code): its process ended with an error. "
        "Its log tells more: journalctl -u nginx.service -n 50 on 127.0.0.1."
    )
    assert result.sentence == "nginx.service did not come back: it is failed (exit-code)."
    assert not result.well


async def test_a_unit_that_was_started_too_often_is_told_with_what_helps(
    machine: Machine, changes: Changes
) -> None:
    limits = "StartLimitBurst=1\nStartLimitIntervalSec=1h"
    machine.unit("nginx.service", "ExecStart=/bin/false", about=limits)
    machine.run("systemctl restart nginx.service || true")
    machine.run("systemctl restart nginx.service || true")
    async with changes(machine.section()) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "restart")))
    assert result.hits[0].words.startswith(
        "systemd did not start it, and it is failed (exit-code): it was started too often in a short time. "
        "systemctl reset-failed nginx.service lets it start again. "
    )


@pytest.mark.parametrize("kind", ["simple", "oneshot"])
async def test_a_unit_whose_needs_do_not_start_is_told_as_that(
    machine: Machine, changes: Changes, kind: str
) -> None:
    machine.unit("needed.service", "Type=oneshot", "ExecStart=/bin/false")
    needs = "Requires=needed.service\nAfter=needed.service"
    machine.run("systemctl stop nginx.service")
    machine.unit("nginx.service", f"Type={kind}", "ExecStart=/bin/true", about=needs)
    async with changes(machine.section()) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "restart")))
    assert result.hits[0].words.startswith(
        "systemd did not start it, and it is inactive (dead): what it needs did not start. Its log"
    )


async def test_a_unit_that_comes_up_and_falls_again_and_again_is_not_well(
    machine: Machine, changes: Changes
) -> None:
    falls = ("ExecStart=/bin/sleep 0.1", "Restart=always", "RestartSec=50ms")
    machine.unit("nginx.service", *falls, about="StartLimitIntervalSec=0")
    async with changes(machine.section(settle=5, started_within=1.5)) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "restart")))
    assert fates(result) == {Fate.FAILED: 1}
    assert result.hits[0].words.startswith("It was restarted, and after 1 s it is ")


async def test_a_unit_that_systemd_itself_brings_up_at_the_second_try_is_well(
    machine: Machine, changes: Changes
) -> None:
    second = 'ExecStartPre=/bin/sh -c "test -e /run/tried || { touch /run/tried; exit 1; }"'
    machine.unit("nginx.service", second, IDLE, "Restart=on-failure", "RestartSec=50ms")
    async with changes(machine.section()) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "restart")))
    machine.run("rm /run/tried")
    assert (fates(result), result.well) == ({Fate.DONE: 1}, True)


async def test_a_task_that_ends_without_a_failure_is_well(machine: Machine, changes: Changes) -> None:
    machine.unit("payments.service", "Type=oneshot", "ExecStart=/bin/false")
    machine.run("systemctl restart payments.service || true")
    machine.unit("payments.service", "Type=oneshot", "ExecStart=/bin/true")
    async with changes(machine.section(units=BOTH)) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "restart")))
    assert result.sentence.startswith("payments.service was restarted and is inactive (dead)")
    assert (fates(result), result.well) == ({Fate.DONE: 1}, True)


async def test_a_unit_that_polkit_s_rule_does_not_name_is_not_touched(
    machine: Machine, changes: Changes
) -> None:
    machine.unit("ledger.service", IDLE)
    machine.run("systemctl start ledger.service")
    before = machine.show("ledger.service", "InvocationID")
    async with changes(machine.section(units=["ledger.service"])) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "restart")))
    assert result.hits[0].words == (
        "polkit does not let tocsin-units restart it: the rule for org.freedesktop.systemd1.manage-units "
        'with unit "ledger.service" and verb "restart" is missing on 127.0.0.1.'
    )
    assert machine.show("ledger.service", "InvocationID") == before


async def test_after_one_that_did_not_come_back_the_rest_is_left_alone(
    machine: Machine, changes: Changes
) -> None:
    for name in BOTH:
        machine.unit(name, "ExecStart=/bin/false")
        machine.run(f"systemctl restart {name}; while systemctl -q is-active {name}; do :; done")
    section = machine.section(units=BOTH, settle=20)
    async with changes(section) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart"))
        result = await mitigators.carry_out(plan)
    assert plan.sentence.endswith("nginx.service and payments.service on 127.0.0.1, one after another.")
    assert result.hits[1].words == "It was left alone, since the one before it did not come back."
    async with changes(section | {"cap": 1}) as mitigators:
        capped = await mitigators.plan(offered(mitigators, "restart"))
    assert (len(capped.aims), capped.left_out) == (1, 1)


async def test_units_that_are_restarted_with_it_are_named(machine: Machine, changes: Changes) -> None:
    machine.unit("worker.service", IDLE, about="BindsTo=nginx.service")
    machine.run("systemctl start worker.service")
    async with changes(machine.section()) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart"))
    machine.run("systemctl stop worker.service")
    assert "Restarted with it, if they run: worker.service." in plan.effect


@pytest.mark.parametrize(
    ("name", "state"), [("nobody.service", "nobody.service not found"), ("off.service", "off.service masked")]
)
async def test_a_unit_that_cannot_be_started_is_named(
    machine: Machine, changes: Changes, name: str, state: str
) -> None:
    machine.run("ln -sf /dev/null /etc/systemd/system/off.service; systemctl daemon-reload")
    async with changes(machine.section(units=[name])) as mitigators:
        with pytest.raises(Refused, match=f"There is nothing to restart on 127.0.0.1: {state}"):
            await mitigators.plan(offered(mitigators, "restart"))


async def test_an_alias_is_told_by_its_own_name(machine: Machine, changes: Changes) -> None:
    machine.run("ln -sf nginx.service /etc/systemd/system/web.service; systemctl daemon-reload")
    async with changes(machine.section(units=["web.service"])) as mitigators:
        with pytest.raises(Refused, match=r"web\.service is another name of nginx\.service"):
            await mitigators.plan(offered(mitigators, "restart"))


async def test_a_unit_that_is_not_listed_is_refused_by_name(machine: Machine, changes: Changes) -> None:
    before = machine.show("payments.service", "InvocationID") + machine.show("nginx.service", "InvocationID")
    async with changes(machine.section()) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart"))
        (_, run) = plan.aims[0].identity
        for name in ("payments.service", "../nginx.service", "nginx.service\0", *ATTACKS):
            with pytest.raises(Refused, match="is not among the units of payments db"):
                await mitigators.carry_out(replace(plan, aims=(Aim("x", (("unit", name), run)),)))
        for forged in (*filter(None, ATTACKS), "0" * 33):
            wrong = (plan.aims[0].identity[0], ("invocation", forged))
            with pytest.raises(Refused, match=r"cannot be read\. Nothing was changed"):
                await mitigators.carry_out(replace(plan, aims=(Aim("x", wrong),)))
    after = machine.show("payments.service", "InvocationID") + machine.show("nginx.service", "InvocationID")
    assert before == after
