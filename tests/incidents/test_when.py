"""Times as people write them, read in the team's time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from incidents.errors import InvalidText
from incidents.when import read, stamp

BERLIN = ZoneInfo("Europe/Berlin")


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


AFTERNOON = _utc("2026-11-21 13:05:42")  # 14:05 in Berlin


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("13:40", "2026-11-21 12:40"),
        ("at 9:05", "2026-11-21 08:05"),
        ("13.40", "2026-11-21 12:40"),
        ("today 13:40", "2026-11-21 12:40"),
        ("Yesterday  23:50", "2026-11-20 22:50"),
        ("yesterday at 23:50", "2026-11-20 22:50"),
        ("2026-11-19 13:40", "2026-11-19 12:40"),
        ("2026-07-19 13:40", "2026-07-19 11:40"),
        ("2026-11-19T13:40Z", "2026-11-19 13:40"),
        ("12:40 UTC", "2026-11-21 12:40"),
        ("25 min ago", "2026-11-21 12:40"),
        ("1 h 10 min ago", "2026-11-21 11:55"),
        ("2 hours ago", "2026-11-21 11:05"),
        ("3d ago", "2026-11-18 13:05"),
        ("14:05", "2026-11-21 13:05"),
    ],
)
def test_a_time_is_read(words: str, at: str) -> None:
    assert read(words, AFTERNOON, BERLIN) == _utc(at)


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("23:50", "2026-11-20 22:50"),
        ("00:02", "2026-11-20 23:02"),
        ("yesterday 23:50", "2026-11-20 22:50"),
        ("10 min ago", "2026-11-20 22:55"),
    ],
)
def test_just_after_midnight_the_evening_before_is_meant(words: str, at: str) -> None:
    assert read(words, _utc("2026-11-20 23:05"), BERLIN) == _utc(at)


@pytest.mark.parametrize("words", ["14:06", "today 23:50", "2026-11-22 00:01", "2027-01-01 10:00"])
def test_what_is_still_to_come_is_refused(words: str) -> None:
    with pytest.raises(InvalidText, match="is still to come"):
        read(words, AFTERNOON, BERLIN)


@pytest.mark.parametrize(
    "words",
    ["", "soon", "25:00", "13:75", "13", "ago", "2026-02-30 13:40", "13:40 or so", "-5 min ago", "²3:40"],
)
def test_nonsense_is_answered_with_examples(words: str) -> None:
    with pytest.raises(InvalidText, match=r"cannot read.*`13:40`.*Nothing was changed"):
        read(words, AFTERNOON, BERLIN)


def test_of_an_hour_that_came_twice_the_last_one_that_has_passed_is_meant() -> None:
    first, second = _utc("2026-10-25 00:30"), _utc("2026-10-25 01:30")
    assert read("02:30", _utc("2026-10-25 00:45"), BERLIN) == first
    assert read("02:30", _utc("2026-10-25 01:45"), BERLIN) == second


def test_an_hour_that_never_was_is_said() -> None:
    with pytest.raises(InvalidText, match="no 02:30 on 2026-03-29"):
        read("02:30", _utc("2026-03-29 09:00"), BERLIN)


def test_a_stamp_names_its_zone() -> None:
    assert stamp(AFTERNOON, BERLIN) == "2026-11-21 14:05 CET"


@pytest.mark.parametrize(
    ("words", "hour"), [("1:40 pm", 13), ("1:40 PM", 13), ("9 am", 9), ("12:05 a.m.", 0)]
)
def test_the_clock_of_twelve_hours_is_read(words: str, hour: int) -> None:
    now = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
    assert read(words, now, UTC).hour == hour


def test_there_is_no_thirteen_pm() -> None:
    with pytest.raises(InvalidText, match="I cannot read"):
        read("13:40 pm", datetime(2026, 11, 21, 14, 0, tzinfo=UTC), UTC)
