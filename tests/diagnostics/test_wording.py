"""Figures as people say them."""

import pytest

from diagnostics.wording import counted, duration, listed, percent, size


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 ms"),
        (0.004, "4 ms"),
        (1, "1 s"),
        (2.25, "2.2 s"),
        (59, "59 s"),
        (90, "90 s"),
        (14 * 60 + 59, "14 min"),
        (3 * 3600, "3 h"),
        (3 * 86400, "3 days"),
    ],
)
def test_durations_are_in_the_largest_unit_that_helps(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_numbers_agree_with_their_nouns() -> None:
    assert [counted(1, "session"), counted(0, "session")] == ["1 session", "0 sessions"]
    assert counted(1200, "thing was", "things were") == "1,200 things were"


def test_a_hundred_percent_means_all() -> None:
    assert [percent(46, 47), percent(47, 47), percent(0, 0)] == [97, 100, 0]


def test_sizes_lists_and_cuts() -> None:
    assert [size(0), size(8192), size(1.4 * 1024**3), size(2e15)] == [
        "0 bytes",
        "8.0 kB",
        "1.4 GB",
        "1819.0 TB",
    ]
    assert [listed(()), listed(("a",)), listed(("a", "b", "c"), "or")] == ["", "a", "a, b or c"]
