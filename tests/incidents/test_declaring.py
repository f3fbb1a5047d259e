"""Declaring: what one typed line means, and what stands on record afterwards."""

from __future__ import annotations

import pytest

from incidents import phrases
from incidents.errors import InvalidText, UnknownSeverity
from incidents.facts import Declared
from incidents.work import OpenRoom
from tests.incidents.story import ALICE, POLICY, START, declared


@pytest.mark.parametrize(
    "line",
    [
        "SEV1 payments down",
        "sev1 payments down",
        "sev-1 payments down",
        "SEV_1 payments down",
        "sev 1 payments down",
        "P1 payments down",
        "p0 payments down",
        "SEV1: payments down",
        "sev 1: payments down",
        "[SEV1] payments down",
        "*SEV1* payments down",
        "SEV1, payments down",
        "SEV1 - payments down",
        "SEV1 — payments down",
        "  SEV1   payments down  ",
        "ＳＥＶ１ payments down",
    ],
)
def test_one_line_names_the_severity_and_the_title_however_it_is_typed(line: str) -> None:
    phrase = phrases.read(line, POLICY)
    assert (phrase.severity, phrase.unknown, phrase.title) == ("SEV1", "", "payments down")


@pytest.mark.parametrize(
    "title",
    [
        "payments are down",
        "p99 latency of checkout is over 2 s",
        "S3 uploads fail",
        "3 shops cannot pay",
        "minority report is empty",
        "sevenoaks branch offline",
        "the sev1 form is broken",
        "🔥",
        "Оплата не проходит",
    ],
)
def test_a_title_that_only_looks_a_little_like_a_severity_stays_whole(title: str) -> None:
    assert phrases.read(title, POLICY) == phrases.Phrase(None, "", title)


@pytest.mark.parametrize("word", ["SEV9", "sev-7", "sev 8", "P7", "severity5"])
def test_a_word_meant_as_a_severity_that_is_none_is_named_and_not_taken_for_the_title(word: str) -> None:
    phrase = phrases.read(f"{word} payments down", POLICY)
    assert (phrase.severity, phrase.unknown, phrase.title) == (None, word, "payments down")


def test_a_severity_alone_leaves_the_title_empty() -> None:
    assert phrases.read("SEV1", POLICY) == phrases.Phrase("SEV1", "", "")
    assert phrases.read("sev 1:", POLICY) == phrases.Phrase("SEV1", "", "")


def test_an_empty_line_says_nothing() -> None:
    assert phrases.read(" \n ", POLICY) == phrases.Phrase(None, "", "")


def test_without_a_severity_sev2_is_assumed_and_said_to_be_assumed() -> None:
    story = declared("payments down", None)
    assert (story.incident.severity, story.incident.assumed) == ("SEV2", True)
    (fact,) = story.decision.facts
    assert isinstance(fact, Declared)
    assert fact.assumed


def test_an_empty_severity_is_as_good_as_none() -> None:
    assert declared("payments down", "").incident.assumed


def test_a_named_severity_is_not_assumed_even_if_it_is_the_same() -> None:
    assert not declared("payments down", "P2").incident.assumed


def test_an_alias_is_recorded_under_the_name_of_the_policy() -> None:
    assert declared("payments down", "p-0").incident.severity == "SEV1"


def test_an_unknown_severity_is_refused_with_the_choices() -> None:
    with pytest.raises(UnknownSeverity, match=r"no severity “SEV9”.*SEV1 \(Down for all\) · SEV2"):
        declared("payments down", "SEV9")


@pytest.mark.parametrize("title", ["", "   ", "\n\t", "\x00\x07", "\u200b\u2060", "\u00a0"])
def test_a_title_of_which_nothing_can_be_seen_is_refused(title: str) -> None:
    with pytest.raises(InvalidText, match="The title is empty"):
        declared(title)


@pytest.mark.parametrize("title", ["db!", "🔥", "🫨", "❤️‍🔥", "支払い", "x" * 3000, "é" * 3000])
def test_a_title_of_any_script_and_length_up_to_3000_is_kept_as_it_is(title: str) -> None:
    assert declared(title).incident.title == title


def test_a_longer_title_is_refused_with_its_length() -> None:
    with pytest.raises(InvalidText, match="The title has 3,001 characters; 3,000 is the most"):
        declared("x" * 3001)


def test_a_title_is_kept_on_one_line() -> None:
    assert declared("payments\n# down\r\nsince 9").incident.title == "payments # down since 9"


def test_a_declaration_records_who_and_when_and_opens_a_room() -> None:
    story = declared()
    assert (story.incident.declared_by, story.incident.declared_at) == (ALICE, START)
    assert story.incident.status_since == START
    assert story.decision.follow_ups == (OpenRoom(),)


def test_the_clock_runs_from_the_declaration() -> None:
    assert (declared().due, declared().rings_at) == (15, 10)


def test_a_severity_without_a_cadence_owes_nothing_from_the_start() -> None:
    story = declared(severity="SEV3")
    assert (story.due, story.rings_at) == (None, None)
