"""The pinned card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from handlers.messages.card import card
from handlers.messages.drawing import Drawing
from incidents.evidence import Health
from incidents.mitigation import Offer, Stage
from incidents.model import Incident, PersonId, Proposal, Status
from incidents.roles import BUILT_IN, Role
from incidents.values import Fix, Looks
from incidents.work import PlanBoard
from tests.handlers.checking import check, pressable, seen

Make = Callable[..., Incident]


def test_a_fresh_card_shows_what_is_empty_and_what_is_owed(
    an_incident: Make, drawing: Drawing, snapshot: SnapshotAssertion
) -> None:
    message = card(an_incident(impact="nobody can pay"), drawing)
    assert check(message) == snapshot
    assert seen(message).count("_nobody yet_") == len(BUILT_IN)
    assert "If nobody posts by" in seen(message)


def test_the_first_button_is_the_likeliest_and_changes_with_the_stage(
    an_incident: Make, drawing: Drawing, noon: datetime
) -> None:
    fresh = an_incident()
    taken = fresh.acknowledged(noon, PersonId("U0BOB"))
    watched = taken.restored(noon, timedelta(minutes=15))
    assert "I'm on it" in pressable(card(fresh, drawing))
    assert pressable(card(taken, drawing))[-5:] == [
        "Post update", "Assign...", "Diagnose", "Service restored", "Resolve",
    ]  # fmt: skip
    assert pressable(card(watched, drawing))[-5] == "Resolve"


def test_an_assumed_severity_and_a_missing_service_are_asked_for(
    an_incident: Make, drawing: Drawing, snapshot: SnapshotAssertion
) -> None:
    message = card(an_incident(assumed=True, severity="SEV2", service=None), drawing)
    assert check(message) == snapshot
    assert "Change" in pressable(message)


def test_held_roles_stand_together_and_free_ones_can_be_taken(an_incident: Make, drawing: Drawing) -> None:
    message = card(an_incident(roles={Role.COMMANDER: PersonId("U0BOB")}, responders=("U0DAN",)), drawing)
    assert "*On it:* <@U0DAN>" in seen(message)
    assert "*Incident commander:* <@U0BOB>" in seen(message)
    assert pressable(message).count("Take") == len(BUILT_IN) - 1


def test_a_resolved_card_owes_nothing(
    an_incident: Make, drawing: Drawing, noon: datetime, snapshot: SnapshotAssertion
) -> None:
    over = an_incident().resolved(noon + timedelta(hours=1), "The pool leaked.")
    message = card(over, drawing)
    assert check(message) == snapshot
    assert "Next update" not in seen(message)
    assert pressable(message) == ["Reopen", "Timeline"]


def test_a_severity_without_cadence_says_that_nothing_is_owed(an_incident: Make, drawing: Drawing) -> None:
    assert "No update is owed" in seen(card(an_incident(severity="SEV3", owed=None), drawing))


def test_the_longest_texts_fit(an_incident: Make, drawing: Drawing) -> None:
    longest = an_incident(
        title="<&>" * 1000, impact="&" * 2000, actions="<" * 2000, service="x" * 3000, assumed=True
    )
    check(card(longest, drawing))
    check(card(replace(longest, service=None, severity="gone" * 50), drawing))


def fix(number: int, stage: Stage = Stage.PROPOSED, sentence: str = "End 44 sessions.") -> Proposal:
    offer = Offer("pg.end_idle", "end-idle", "payments db", "End sessions that sit idle")
    until = datetime(2026, 3, 2, 12, 20, tzinfo=UTC)
    since = until - timedelta(minutes=10)
    return Proposal(number, offer, PersonId("U0BOB"), stage, since, sentence=sentence, expires_at=until)


def test_a_fix_that_waits_for_approval_stands_on_the_card_with_a_link(
    an_incident: Make, drawing: Drawing, snapshot: SnapshotAssertion
) -> None:
    waiting = an_incident(proposals=(fix(1, Stage.DECLINED), fix(2), fix(3)))
    message = card(waiting, drawing, {PlanBoard(2): "https://workspace.example.com/archives/C0ROOM/p2"})
    assert check(message) == snapshot
    assert seen(message).count("A fix waits for approval:* End 44 sessions. Until ") == 2
    assert seen(message).count("Approve or decline it") == 1


def test_many_fixes_with_the_longest_words_fit(an_incident: Make, drawing: Drawing) -> None:
    longest = tuple(fix(number, sentence="&" * 3000) for number in range(20))
    check(
        card(
            an_incident(proposals=longest),
            drawing,
            dict.fromkeys(map(PlanBoard, range(20)), "https://e.com/" + "x" * 150),
        )
    )


def test_nobody_can_call_everyone_by_a_title(an_incident: Make, drawing: Drawing) -> None:
    told = seen(card(an_incident(title="<!channel> down", impact="<!here> <@U0EVE>"), drawing))
    assert "&lt;!here&gt; &lt;@U0EVE&gt;" in told


def test_a_card_of_every_status_fits(an_incident: Make, drawing: Drawing, noon: datetime) -> None:
    for status in Status:
        check(card(an_incident().with_status(status, noon), drawing))


def test_during_the_watch_the_card_lists_what_the_all_clear_asks_for(
    an_incident: Make, drawing: Drawing, noon: datetime, snapshot: SnapshotAssertion
) -> None:
    watched = an_incident(last_update_at=noon).restored(noon, timedelta(minutes=15))
    assert check(card(watched, drawing)) == snapshot
    assert "❔ *not yet* · probes fine when the watch last looked" in seen(card(watched, drawing))


@pytest.mark.parametrize(
    ("fix", "words"),
    [
        (Fix.ROLLBACK, ("with a rollback", "health, caches, circuit breakers, integrity")),
        (Fix.FORWARD, ("with a fix forward", "a rollback that is ready")),
    ],
)
def test_what_is_to_be_verified_follows_the_kind_of_fix(
    fix: Fix, words: tuple[str, str], an_incident: Make, drawing: Drawing, noon: datetime
) -> None:
    watched = an_incident().restored(noon, timedelta(minutes=15), fix)
    shown = seen(card(watched, drawing))
    assert all(word in shown for word in words)
    assert "verify" not in seen(card(replace(watched, fix=None), drawing))


def test_the_card_says_what_the_probes_saw_last(an_incident: Make, drawing: Drawing, noon: datetime) -> None:
    watched = an_incident().restored(noon, timedelta(minutes=15))

    def shown(looks: Looks) -> str:
        return seen(card(replace(watched, looks=looks), drawing))

    looks = Looks(noon)
    assert "✅ *ok* · probes when the watch last looked" in shown(looks.answered(Health.OK, "All is well."))
    failed = shown(looks.answered(Health.CRITICAL, "<No> slot is free."))
    assert "⛔ *critical* · probes when the watch last looked: &lt;No&gt; slot is free." in failed
    assert "none is configured" in shown(looks.blinded())
    check(card(replace(watched, looks=looks.answered(Health.WARN, "<&>" * 1000)), drawing))
