"""What a verdict leads to: its runbook, what was looked at, and several things that can be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from handlers.messages import diagnosis
from incidents.evidence import Cause, Confidence, Examination, Finding, Health, Shared
from incidents.mitigation import Offer
from incidents.model import Incident, PersonId, Status
from incidents.notices import VerdictNotice
from tests.handlers.checking import pressable, seen

ALICE = PersonId("U0ALICE")
PAGE = "https://git.example.com/ops/runbooks"


@pytest.fixture
def full(noon: datetime) -> Examination:
    """A look that named its cause."""
    cause = Cause(
        "LEAK", "44 of 47 leak.", Confidence.HIGH, score=95, checked=9, signs=11, runbook="connections.md"
    )
    finding = Finding("PG103", "pg.slots", "payments db", Health.CRITICAL, "47 of 47 slots are taken.")
    return Examination("payments db", noon, Health.CRITICAL, cause.sentence, (finding,), (cause,))


def offer(title: str) -> Offer:
    return Offer(action="x.y", word="x-y", title=title, target="payments db")


@pytest.mark.parametrize("page", [PAGE, f"{PAGE}/"])
def test_it_links_to_the_runbook_where_runbooks_are_published(full: Examination, page: str) -> None:
    drawn = str(diagnosis.verdict(VerdictNotice(full, ALICE, None), page).payload())
    assert f"<{PAGE}/connections.md|connections.md>" in drawn


def test_where_none_are_published_it_names_the_file_and_links_nowhere(full: Examination) -> None:
    drawn = str(diagnosis.verdict(VerdictNotice(full, ALICE, None)).payload())
    assert "`config/runbooks/connections.md`" in drawn
    assert "http" not in drawn


def test_an_operators_own_address_wins(full: Examination) -> None:
    own = "https://wiki.example.com/leak"
    theirs = replace(full, causes=(replace(full.causes[0], runbook=own),))
    drawn = str(diagnosis.verdict(VerdictNotice(theirs, ALICE, None), PAGE).payload())
    assert f"<{own}|open it>" in drawn
    assert PAGE not in drawn


def test_how_sure_we_are_stands_there_with_its_score_and_how_much_could_be_checked(full: Examination) -> None:
    told = seen(diagnosis.verdict(VerdictNotice(full, ALICE, None)))
    assert "44 of 47 leak. We are sure of it (0.95, 9 of 11 signs checked)." in told


@pytest.mark.parametrize("health", list(Health))
def test_without_a_cause_it_says_what_was_looked_at_however_bad_it_is(
    full: Examination, health: Health
) -> None:
    none = replace(full, health=health, sentence="It is so. No cause is known for this.", causes=())
    told = seen(diagnosis.verdict(VerdictNotice(replace(none, looked=("slots", "locks")), ALICE, None)))
    assert "No cause is known for this." in told
    assert "*Looked at:* slots; locks" in told


def test_all_that_can_be_done_is_offered_as_far_as_the_message_bears_it(
    full: Examination, an_incident: Callable[..., Incident]
) -> None:
    offers = tuple(offer(f"Do {number}") for number in range(5))
    notice = VerdictNotice(full, ALICE, an_incident(), "payments", offers)
    message = diagnosis.verdict(notice)
    assert pressable(message) == ["Do 0…", "Do 1…", "Do 2…", "Look again", "Post update"]
    assert str(message.payload()).count("'primary'") == 1


def test_a_relapse_leaves_room_for_two(full: Examination, an_incident: Callable[..., Incident]) -> None:
    watched = replace(an_incident(), status=Status.MONITORING)
    notice = VerdictNotice(full, ALICE, watched, "payments", tuple(offer(f"Do {n}") for n in range(3)))
    assert pressable(diagnosis.verdict(notice)) == [
        "Do 0…",
        "Do 1…",
        "It failed again",
        "Look again",
        "Post update",
    ]


@pytest.mark.parametrize(
    ("shared", "said"),
    [
        (Shared(6.2, "U0BOB"), "seen 6 s before, by the look that <@U0BOB> asked for"),
        (Shared(6.2, ALICE), "seen 6 s before, by the look before"),
        (Shared(2, None), "seen 2 s before, by a look that Tocsin took by itself"),
    ],
)
def test_a_look_that_was_begun_for_others_says_so(full: Examination, shared: Shared, said: str) -> None:
    told = seen(diagnosis.verdict(VerdictNotice(replace(full, shared=shared), ALICE, None)))
    assert f"{said}; *Look again* looks anew" in told
    assert "Look again* looks anew" not in seen(diagnosis.verdict(VerdictNotice(full, ALICE, None)))
