"""What the tests of proxies share: one real engine that has an image of them."""

from collections.abc import Callable, Iterator
from typing import NoReturn

import pytest

from tests.diagnostics.docker import dockerd
from tests.diagnostics.docker.dockerd import Dockerd
from tests.diagnostics.proxy import proxies


@pytest.fixture(scope="session")
def with_proxies(missing: Callable[[str, str], NoReturn]) -> Iterator[Dockerd]:
    packages = f"{dockerd.PACKAGES} {proxies.PACKAGES}"
    if lacking := dockerd.lacking() or proxies.lacking():
        missing(lacking, packages)
    try:
        with dockerd.running() as engine:
            proxies.image(engine)
            yield engine
    except dockerd.UnstartedError as error:
        missing(f"A Docker Engine that starts here ({error})", packages)
    assert engine.processes() == []
    assert engine.mounts() == []


@pytest.fixture
def engine(with_proxies: Dockerd) -> Iterator[Dockerd]:
    """The engine, without any container of the test before."""
    with_proxies.clear()
    yield with_proxies
    with_proxies.clear()
