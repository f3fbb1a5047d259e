"""What people type, and errors as people read them."""

from __future__ import annotations

import pytest

from incidents.errors import IncidentError, InvalidText, Refused
from incidents.texts import checked, cleaned, headline, naming, people_in, timing, with_people, with_times
from tests.incidents.story import minute


@pytest.mark.parametrize(
    "text", ["👩‍💻", "❤️‍🔥", "🇺🇦", "🫨", "שלום\u200f", "به\u200cنام", "a\tb\nc", "e\u0301", "支払い"]
)
def test_joined_emoji_marks_and_right_to_left_text_stay_whole(text: str) -> None:
    assert cleaned(text) == text


def test_control_characters_and_half_characters_are_taken_out() -> None:
    assert cleaned(" \x00a\x1b[31mb\r\n\ud83dc\x7f ") == "a[31mb\nc"


@pytest.mark.parametrize("text", ["", " ", "\x00", "\u200b", "\u2060\ufeff", "\u3000", "\ud800"])
def test_a_text_of_which_nothing_can_be_seen_is_empty(text: str) -> None:
    with pytest.raises(InvalidText, match=r"The note is empty\. Write one line; nothing was changed\."):
        checked(text, "note", 100)


def test_an_optional_text_may_be_empty() -> None:
    assert checked(" ", "impact", 100, empty=True) == ""


def test_the_longest_text_fits_and_one_more_is_told_how_long_it_is() -> None:
    assert len(checked("x" * 3000, "note", 3000)) == 3000
    with pytest.raises(InvalidText, match=r"The note has 3,001 characters; 3,000 is the most\. Shorten it"):
        checked("x" * 3001, "note", 3000)


def test_outer_blanks_do_not_count() -> None:
    assert checked(f" {'x' * 10}\n\n", "note", 10) == "x" * 10


def test_a_headline_is_one_line() -> None:
    assert headline(" a\n\n# b\u2028c ", "title", 100) == "a # b c"


def test_an_error_writes_people_and_times_as_the_reader_needs_them() -> None:
    error = Refused("{person} was first, until {until}.", person="U1", until=minute(5))
    assert error.said("<@{}>".format, lambda at: f"{at:%H.%M}") == "<@U1> was first, until 10.05."
    assert str(error) == "U1 was first, until 10:05 UTC."


def test_an_error_on_record_keeps_people_and_times_for_each_reader() -> None:
    kept = Refused("{person} was first, until {until}.", person="U1", until=minute(5)).said(naming, timing)
    assert people_in(kept) == ["U1"]
    people = with_people(kept, "<@{}>".format)
    assert with_times(people, lambda at: f"{at:%H.%M}") == "<@U1> was first, until 10.05."
    assert with_people(with_times(kept, lambda at: f"{at:%H.%M}"), str) == "U1 was first, until 10.05."


def test_what_only_looks_like_a_time_is_left_alone() -> None:
    typed = "at @{2026-13-45T99:00:00.000000+00:00}, @{2026-11-21}"
    assert with_times(typed, lambda _: "now") == typed


def test_braces_that_somebody_typed_are_left_alone() -> None:
    error = IncidentError("There is no severity “{person}{until}{0}”.")
    assert str(error) == "There is no severity “{person}{until}{0}”."
