"""Lines through measurements: growth, noise, restarts."""

import pytest

from diagnostics.trend import trend


def test_growth_reaches_its_limit() -> None:
    line = trend([(second, 10 + 2 * second) for second in range(10)])
    assert line is not None
    assert line.slope == pytest.approx(2)
    assert line.steadiness == pytest.approx(1)
    assert line.reaches(100) == pytest.approx(36)


def test_what_is_at_its_limit_has_no_time_left() -> None:
    line = trend([(0, 90), (60, 100)])
    assert line is not None
    assert line.reaches(100) == 0


@pytest.mark.parametrize("values", [[5, 5, 5, 5], [9, 8, 7, 6]])
def test_what_does_not_grow_never_gets_there(values: list[float]) -> None:
    line = trend(list(enumerate(values)))
    assert line is not None
    assert line.reaches(100) is None


def test_noise_is_not_steady() -> None:
    line = trend([(second, 50 + 5 * (-1) ** second) for second in range(20)])
    assert line is not None
    assert line.steadiness < 0.1


def test_a_line_begins_after_the_last_restart() -> None:
    line = trend(list(enumerate([10.0, 50.0, 90.0, 10.0, 11.0, 12.0])))
    assert line is not None
    assert line.slope == pytest.approx(1)
    assert (line.restarts, line.peak, line.points) == (1, 90.0, 3)


@pytest.mark.parametrize("points", [[], [(0.0, 1.0)], [(5.0, 1.0), (5.0, 2.0)]])
def test_too_few_points_are_no_line(points: list[tuple[float, float]]) -> None:
    assert trend(points) is None
