"""Waiting for the workspace's limits."""

from __future__ import annotations

import asyncio

import pytest

from handlers.pacing import Gate, Gates, LimitMetError


class Workspace:
    """Counts calls, and refuses those that it was told to refuse."""

    def __init__(self, *refused: int, wait: float = 0.0) -> None:
        self.refused = set(refused)
        self.wait = wait
        self.calls = 0
        self.at_once = 0
        self.most_at_once = 0

    async def call(self) -> int:
        self.calls += 1
        number = self.calls
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if number in self.refused:
            raise LimitMetError(self.wait)
        return number


async def test_free_calls_go_side_by_side() -> None:
    gate, workspace = Gate(), Workspace()
    await asyncio.gather(*(gate.through(workspace.call) for _ in range(5)))
    assert workspace.most_at_once == 5
    assert gate.expected() == 0.0


async def test_after_a_limit_calls_go_one_by_one_in_order() -> None:
    gate, workspace, order = Gate(), Workspace(1), []

    async def call(name: int) -> None:
        await gate.through(workspace.call)
        order.append(name)

    await call(0)
    workspace.most_at_once = 0
    await asyncio.gather(*(call(name) for name in range(1, 6)))
    assert order == [0, 1, 2, 3, 4, 5]
    assert workspace.most_at_once == 1


async def test_a_limit_met_again_is_waited_for_by_the_first_in_line() -> None:
    gate, workspace = Gate(), Workspace(1, 2, 3)
    assert await gate.through(workspace.call) == 4


async def test_the_expected_wait_follows_from_the_limit_and_the_line() -> None:
    gate, workspace = Gate(), Workspace(*range(21, 40), wait=30.0)
    for _ in range(20):
        await gate.through(workspace.call)
    waiting = [asyncio.create_task(gate.through(workspace.call)) for _ in range(3)]
    await asyncio.wait(waiting, timeout=0.01)
    assert gate.expected() == pytest.approx(30 + 3 * 60 / 20, abs=1)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert not gate.free


async def test_an_error_opens_the_gate_for_the_next() -> None:
    gate, workspace = Gate(), Workspace(1)

    async def broken() -> int:
        raise ZeroDivisionError

    await gate.through(workspace.call)
    with pytest.raises(ZeroDivisionError):
        await gate.through(broken)
    assert await gate.through(workspace.call) == 3


async def test_messages_of_one_channel_wait_for_nobody_elses() -> None:
    gates = Gates()
    assert gates.of("chat.postMessage", "C1") is not gates.of("chat.postMessage", "C2")
    assert gates.of("chat.update", "C1") is gates.of("chat.update", "C2")
