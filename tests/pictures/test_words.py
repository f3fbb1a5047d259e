"""Values, times and alternative texts as people read them."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from pictures.words import ALT, alternative, title, value, zone_name
from tests.pictures.samples import BEGIN, errors, memory, pools


@pytest.mark.parametrize(
    ("number", "unit", "said"),
    [
        (47, "", "47"),
        (1200, "", "1,200"),
        (0, "bytes", "0"),
        (512, "bytes", "512 bytes"),
        (1.5 * 1024**3, "bytes", "1.5 GB"),
        (3 * 1024**4, "bytes", "3 TB"),
        (0.05, "%", "0.05 %"),
        (12.34, "%", "12.3 %"),
        (9.996, "%", "10 %"),
        (10.02, "%", "10 %"),
        (99.97, "%", "100 %"),
        (0.12, "s", "120 ms"),
        (2.1, "s", "2.1 s"),
    ],
)
def test_values_are_said_by_their_unit(number: float, unit: str, said: str) -> None:
    assert value(number, unit) == said


def test_a_zone_without_a_name_is_said_by_its_distance() -> None:
    assert zone_name(errors().chart, ZoneInfo("America/Sao_Paulo")) == "UTC-03"


def test_a_long_title_and_a_long_alternative_text_are_cut() -> None:
    assert len(title(pools())) <= 150
    long = replace(pools(), marks=pools().marks * 100)
    assert len(alternative(long, ZoneInfo("UTC"))) == ALT


def test_longer_than_a_day_times_carry_their_day() -> None:
    (series,) = memory().chart.series
    slow = replace(series, points=tuple((BEGIN + 60 * (at - BEGIN), used) for at, used in series.points))
    chart = replace(memory().chart, series=(slow,), reaches=None)
    assert "Memory from 14:06 to 15:05 UTC." in alternative(memory(), ZoneInfo("UTC"))
    days = alternative(replace(memory(), chart=chart), ZoneInfo("UTC"))
    assert "Memory from 21 Nov 14:06 to 24 Nov 01:06 UTC." in days
