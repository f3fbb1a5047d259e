"""Sessions that wait for each other, told from those who only seem to, since they are asked one by one."""

import pytest

from diagnostics.probes.postgres.queue import Waiter, circle


def waits(pid: int, *blockers: int) -> Waiter:
    return Waiter(pid, frozenset(blockers), 0.05, "payments", "ShareLock", "api", "UPDATE payments")


def test_a_circle_is_one_that_stands_in_both_readings() -> None:
    both = (waits(1, 2), waits(2, 1))
    assert circle(both, both) == both


@pytest.mark.parametrize("later", [(), (waits(1), waits(2, 1)), (waits(1, 3), waits(2, 1)), (waits(2, 1),)])
def test_a_circle_that_has_moved_on_is_none(later: tuple[Waiter, ...]) -> None:
    assert circle((waits(1, 2), waits(2, 1)), later) == ()
