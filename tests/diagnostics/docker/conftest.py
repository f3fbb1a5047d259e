"""What the tests of containers share: one real engine for all, and an examiner of what stands on it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Protocol

import pytest

from diagnostics.causes import NONE, Rules
from diagnostics.examine import Examiner
from diagnostics.probe import Pause
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from tests.diagnostics.docker.dockerd import Dockerd

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


class Opens(Protocol):
    """Opens an examiner of the service `shop` with one target, `app`, and these settings."""

    def __call__(
        self,
        *,
        pause: Pause = ...,
        monotonic: Callable[[], float] = ...,
        rules: Rules = ...,
        **settings: object,
    ) -> AbstractAsyncContextManager[Examiner]: ...


async def half_a_second(_seconds: float) -> None:
    """A pause between two samples that a test can bear; what is measured meanwhile is real."""
    await asyncio.sleep(0.5)


@pytest.fixture
def opens(engine: Dockerd) -> Opens:
    @asynccontextmanager
    async def opened(
        *,
        pause: Pause = half_a_second,
        monotonic: Callable[[], float] = time.monotonic,
        rules: Rules = NONE,
        **settings: object,
    ) -> AsyncIterator[Examiner]:
        section = {"kind": "docker", "name": "app", "url": engine.address, "containers": ["api"], **settings}
        targets = {"shop": read_targets("shop", [section], environ={})}
        async with Examiner(
            targets,
            clock=lambda: NOW,
            redactor=Redactor(["hunter2-and-more"]),
            monotonic=monotonic,
            pause=pause,
            rules=rules,
        ) as examiner:
            yield examiner

    return opened
