"""Whatever people press in whatever order, the clock stays true and the end stays the end."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from incidents import clocks, clues, corrections, decisions, endings, fixes, handovers, mitigating, watching
from incidents.decisions import News
from incidents.ending_facts import WatchLooked
from incidents.errors import IncidentError
from incidents.evidence import Health
from incidents.facts import UpdateAsked, UpdatePosted
from incidents.mitigation import Offer, Plan, Stage
from incidents.model import Incident, Status
from incidents.moment import Moment
from incidents.roles import BUILT_IN, Role
from incidents.values import Clue, Fix, Milestone
from incidents.work import Decision
from tests.incidents.story import ALICE, BOB, CAROL, POLICY, START, Story, declared, minute

Rule = Callable[[Incident, Moment], Decision]
OFFER = Offer("pg.end_idle", "end-idle", "payments db", "End sessions that sit idle")
PLAN = Plan(OFFER, "End 2 sessions.", "They end.", (), START)
_STATUSES = (*Status, None)


def _rules(dice: random.Random) -> list[Rule]:
    """Everything that can be pressed, with words and choices of the dice."""
    status = dice.choice(_STATUSES)
    word = dice.choice(("SEV1", "SEV2", "SEV3", "SEV9"))
    promise = dice.choice((None, dice.uniform(0, 600)))
    news = News(status, dice.choice((None, "x")), None, minute(promise) if promise else None)
    reason, fix = dice.choice(("", "because")), dice.choice((None, *Fix))
    seen = dice.choice((None, *(WatchLooked("db", health.value, "so it is") for health in Health)))
    which, back = dice.choice(list(Milestone)), timedelta(minutes=dice.choice((0, 2, 30, 900)))
    return [
        decisions.acknowledge,
        decisions.nothing_new,
        lambda i, now: fixes.restored(i, now, fix),
        lambda i, now: fixes.name(i, now, fix or Fix.ROLLBACK),
        lambda i, now: decisions.take(i, now, dice.choice(BUILT_IN)),
        lambda i, now: decisions.assign(i, now, Role.COMMANDER, CAROL),
        lambda i, now: decisions.change_severity(i, now, word),
        lambda i, now: decisions.update(i, now, news),
        lambda i, now: decisions.snooze(i, now, dice.choice((None, 1, i.epoch))),
        lambda i, now: endings.relapse(i, now, reason),
        lambda i, now: watching.looked(i, now, _awaited(i), seen),
        lambda i, now: endings.resolve(i, now, "fixed", reason),
        lambda i, now: endings.reopen(i, now, reason),
        lambda i, now: endings.false_alarm(i, now, reason),
        lambda i, now: handovers.hand_over(i, now, dice.choice((ALICE, BOB, CAROL)), "all quiet"),
        handovers.accept,
        handovers.withdraw,
        lambda i, now: clues.record(i, now, {Clue.SUSPECT: reason}),
        lambda i, now: handovers.expert_joins(i, now, CAROL, "database"),
        lambda i, now: corrections.correct(i, now, which, now.at - back, UTC),
        lambda i, now: mitigating.ask(i, now, OFFER, None),
        lambda i, now: mitigating.propose(i, now, len(i.proposals), PLAN),
        lambda i, now: mitigating.approve(i, now, len(i.proposals)),
        lambda i, now: mitigating.begin(i, now, len(i.proposals), None),
        lambda i, now: mitigating.fail(i, now, len(i.proposals), reason, unclear=True),
    ]


def _awaited(incident: Incident) -> datetime:
    """The look whose answer is waited for; some other one if none is."""
    return (incident.looks and incident.looks.begun_at) or START


def _walk(seed: int) -> tuple[Story, list[tuple[float, Incident]]]:
    dice = random.Random(seed)  # noqa: S311 - the same walk in each run, not a secret
    story, at, seen = declared(severity=dice.choice(("SEV1", "SEV2", "SEV3"))), 0.0, []
    for _ in range(60):
        at += dice.choice((0, 0.5, 3, 7, 20, 300))
        if dice.random() < 0.5:
            story.rings(at)
        else:
            _press(story, at, dice)
        seen.append((at, story.incident))
    return story, seen


def _press(story: Story, at: float, dice: random.Random) -> None:
    before = story.incident
    try:
        story.does(at, dice.choice((ALICE, BOB)), dice.choice(_rules(dice)))
    except IncidentError:
        assert story.incident is before


@pytest.mark.parametrize("seed", range(60))
def test_the_facts_of_an_incident_fit_together_at_every_step(seed: int) -> None:
    for _, incident in _walk(seed)[1]:
        assert (incident.resolved_at is not None) == (not incident.open)
        assert incident.open or incident.owed is None
        assert incident.monitor_until is None or incident.status is Status.MONITORING
        assert incident.fix is None or incident.status in {Status.MONITORING, Status.RESOLVED}
        assert (incident.looks is not None) == (incident.status is Status.MONITORING)
        assert (incident.restored_at is None) or incident.status in {Status.MONITORING, Status.RESOLVED}
        assert (incident.status is not Status.MONITORING) or incident.restored_at
        assert incident.owed is None or incident.owed.epoch == incident.epoch
        assert incident.false_alarm <= (not incident.open)
        assert not incident.handing_over_to or (incident.open and incident.commander)
        assert incident.handing_over_to is None or incident.handing_over_to != incident.commander
        stages = {proposal.stage for proposal in incident.proposals}
        assert incident.open or not stages & {Stage.ASKED, Stage.PROPOSED}
        assert [p.number for p in incident.proposals] == list(range(1, len(incident.proposals) + 1))
        passed = [t for t in (incident.began_at, incident.detected, incident.restored_at) if t]
        assert passed == sorted(passed)


@pytest.mark.parametrize("seed", range(60))
def test_a_clock_that_was_looked_at_is_next_due_later(seed: int) -> None:
    story, seen = _walk(seed)
    for at, incident in seen:
        rung = clocks.ring(incident, story.policy, minute(at))
        left = rung.incident if rung else incident
        due = clocks.rings_at(left, POLICY)
        assert due is None or due > minute(at)
        assert clocks.ring(left, POLICY, minute(at)) is None


@pytest.mark.parametrize("seed", range(60))
def test_the_epoch_never_goes_back_and_every_reminder_was_of_its_own(seed: int) -> None:
    story, seen = _walk(seed)
    epochs = [incident.epoch for _, incident in seen]
    assert epochs == sorted(epochs)
    asked = [(e.fact.epoch, e.at, e.fact.due) for e in story.entries if isinstance(e.fact, UpdateAsked)]
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("seed", range(60))
def test_an_automatic_update_never_stands_beside_another_and_promises_a_later_one(seed: int) -> None:
    story, _ = _walk(seed)
    posted = [e for e in story.entries if isinstance(e.fact, UpdatePosted) and e.fact.automatic]
    assert len({entry.at for entry in posted}) == len(posted)
    for entry in posted:
        assert isinstance(entry.fact, UpdatePosted)
        assert entry.fact.next_due is not None
        assert entry.fact.next_due > entry.at
