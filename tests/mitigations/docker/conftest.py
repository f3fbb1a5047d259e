"""One real Docker Engine for all tests of restarting, empty at the beginning of each."""

from collections.abc import Callable, Iterator
from typing import NoReturn

import pytest

from tests.diagnostics.docker import dockerd
from tests.diagnostics.docker.dockerd import Dockerd


@pytest.fixture(scope="session")
def shared(missing: Callable[[str, str], NoReturn]) -> Iterator[Dockerd]:
    lacking = dockerd.lacking()
    if lacking:
        missing(lacking, dockerd.PACKAGES)
    try:
        with dockerd.running() as engine:
            yield engine
    except dockerd.UnstartedError as error:
        missing(f"A Docker Engine that starts here ({error})", dockerd.PACKAGES)
    assert engine.processes() == []
    assert engine.mounts() == []


@pytest.fixture
def engine(shared: Dockerd) -> Iterator[Dockerd]:
    shared.clear()
    yield shared
    shared.clear()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mitigations.docker.recovery.STEP", 0.05)
