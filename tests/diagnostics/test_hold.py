"""Hysteresis: an illness ends below the limit at which it began."""

import pytest

from diagnostics.hold import MOST, Hold
from incidents.evidence import Health

OK, WARN, CRITICAL = Health.OK, Health.WARN, Health.CRITICAL


@pytest.mark.parametrize(
    ("course", "healths"),
    [
        ((79, 80, 79, 70, 69, 79), (OK, WARN, WARN, WARN, OK, OK)),
        ((90, 89, 80, 79, 70, 69), (CRITICAL, CRITICAL, CRITICAL, WARN, WARN, OK)),
        ((50, 95, 50), (OK, CRITICAL, OK)),
        ((85, 89, 90), (WARN, WARN, CRITICAL)),
    ],
)
def test_what_was_ill_must_fall_further(course: tuple[float, ...], healths: tuple[Health, ...]) -> None:
    hold = Hold()
    judged = tuple(hold.judged("slots", value, warn=80, critical=90, release=10) for value in course)
    assert judged == healths


def test_each_thing_is_held_by_itself() -> None:
    hold = Hold()
    assert hold.judged("/", 85, warn=80, critical=90, release=10) is WARN
    assert hold.judged("/var", 75, warn=80, critical=90, release=10) is OK


def test_what_nobody_looks_at_any_more_is_forgotten_at_last() -> None:
    hold = Hold()
    for number in range(MOST + 1):
        hold.judged(number, 85, warn=80, critical=90, release=10)
    assert hold.judged(0, 75, warn=80, critical=90, release=10) is OK
    assert hold.judged(2, 75, warn=80, critical=90, release=10) is WARN
