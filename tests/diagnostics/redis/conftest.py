"""What the tests of looking at Redis share: a server of the test's own."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NoReturn, Protocol

import pytest

from tests.diagnostics.redis.server import Server, running


class Starts(Protocol):
    """Starts a Redis with these options."""

    def __call__(self, *options: str, port: int = 0) -> AbstractContextManager[Server]: ...


@pytest.fixture
def starts(tmp_path: Path, missing: Callable[[str, str], NoReturn]) -> Starts:
    def started(*options: str, port: int = 0) -> AbstractContextManager[Server]:
        return running(tmp_path, *options, port=port)

    try:
        with started():
            pass
    except FileNotFoundError:
        missing("redis-server", "redis-server")
    return started


@pytest.fixture
def server(starts: Starts) -> Iterator[Server]:
    with starts() as running_server:
        yield running_server
