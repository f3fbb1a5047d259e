"""What the tests of proxies share: the engine, with an image of them."""

from collections.abc import Callable, Iterator
from typing import NoReturn

import pytest

from tests.diagnostics.docker.dockerd import Dockerd
from tests.diagnostics.proxy import proxies


@pytest.fixture(scope="session")
def with_proxies(docker_engine: Dockerd, missing: Callable[[str, str], NoReturn]) -> Dockerd:
    if lacking := proxies.lacking():
        missing(lacking, proxies.PACKAGES)
    proxies.image(docker_engine)
    return docker_engine


@pytest.fixture
def engine(with_proxies: Dockerd) -> Iterator[Dockerd]:
    """The engine, without any container of the test before."""
    with_proxies.clear()
    yield with_proxies
    with_proxies.clear()
