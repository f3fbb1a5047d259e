"""The words for a severity, and what is said when one is unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.incidents.story import POLICY


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("SEV0", "SEV1"),
        ("sev-4", "SEV3"),
        ("minr", "SEV3"),
        ("SVE1", "SEV1"),
    ],
)
def test_an_unknown_severity_leads_to_the_nearest_one(word: str, near: str) -> None:
    assert f"Did you mean {near}?" in POLICY.unknown(word)


def test_a_word_near_to_none_gets_the_choices_alone() -> None:
    said = POLICY.unknown("terrible")
    assert "Did you mean" not in said
    assert "Did you mean" not in POLICY.unknown("sev9"), "no slip for the mildest"
    assert "SEV1 (Down for all) · SEV2 (Down for many) · SEV3 (A way around it)" in said


def test_a_number_of_a_thousand_digits_is_only_an_unknown_severity() -> None:
    said = POLICY.unknown("sev" + "9" * 5000)
    assert len(said) < 300


@pytest.mark.parametrize(
    ("word", "meant"), [("SEV12", True), ("p7", True), ("prio 9", True), ("p95", False), ("s3", False)]
)
def test_only_what_is_written_like_a_severity_was_meant_as_one(word: str, *, meant: bool) -> None:
    assert POLICY.looks_like_one(word) is meant


def test_an_incident_whose_severity_was_taken_out_of_the_file_follows_the_assumed_one() -> None:
    smaller = replace(POLICY, severities=POLICY.severities[:2])
    assert smaller.governing("SEV3").name == "SEV2"
    assert smaller.governing("sev1").name == "SEV1"
