"""What every room's tests share: a PostgreSQL for the run, fresh databases on it, one of few slots."""

import os
from collections.abc import Callable, Iterator
from typing import NoReturn

import pytest
from psycopg.conninfo import conninfo_to_dict

from storage.embedded import DatabaseError, Options, fresh
from storage.schema import migrate
from tests.diagnostics.docker import dockerd
from tests.diagnostics.docker.dockerd import Dockerd
from tests.servers import temporary
from tests.slots import few_slots, quiet


@pytest.fixture(scope="session")
def missing() -> Callable[[str, str], NoReturn]:
    """Called with a real component that is not here and its package: skips, or fails if so asked."""

    def say(component: str, package: str) -> NoReturn:
        sentence = f"{component} is not on this machine; install {package}."
        if os.environ.get("TOCSIN_REQUIRE_REAL") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)

    return say


@pytest.fixture(scope="session")
def postgres(missing: Callable[[str, str], NoReturn]) -> Iterator[str]:
    """The address of a PostgreSQL for this run: `TOCSIN_TEST_DATABASE_URL`, or one of our own."""
    given = os.environ.get("TOCSIN_TEST_DATABASE_URL")
    if given:
        yield given
        return
    try:
        with temporary(Options(settings={"max_connections": "200"})) as server:
            yield server.dsn
    except DatabaseError as error:
        missing(f"PostgreSQL ({error})", "postgresql")


@pytest.fixture(scope="session")
def migrated(postgres: str) -> Iterator[str]:
    """The name of a database with Tocsin's tables, to be copied: a copy costs less than its migrations."""
    with fresh(postgres) as address:
        migrate(address)
        yield str(conninfo_to_dict(address)["dbname"])


@pytest.fixture
def database_url(postgres: str, migrated: str) -> Iterator[str]:
    """The address of a database of the test's own with Tocsin's tables, dropped afterwards."""
    with fresh(postgres, template=migrated) as address:
        yield address


@pytest.fixture
def empty_database_url(postgres: str) -> Iterator[str]:
    """The address of an empty database of the test's own, dropped afterwards."""
    with fresh(postgres) as address:
        yield address


@pytest.fixture(scope="session")
def small(missing: Callable[[str, str], NoReturn]) -> Iterator[str]:
    """The superuser's address of a server with 50 slots, 3 of them reserved, and the roles of the tests."""
    try:
        with few_slots() as dsn:
            yield dsn
    except DatabaseError as error:
        missing(f"PostgreSQL ({error})", "postgresql")


@pytest.fixture
def database(small: str) -> Iterator[str]:
    """The superuser's address of a database of the test's own on the small server."""
    with quiet(small) as dsn:
        yield dsn


@pytest.fixture(scope="session")
def docker_engine(missing: Callable[[str, str], NoReturn]) -> Iterator[Dockerd]:
    """One real Docker Engine for all tests of this process."""
    if lacking := dockerd.lacking():
        missing(lacking, dockerd.PACKAGES)
    try:
        with dockerd.running() as engine:
            yield engine
    except dockerd.UnstartedError as error:
        missing(f"A Docker Engine that starts here ({error})", dockerd.PACKAGES)
    assert engine.processes() == []
    assert engine.mounts() == []


@pytest.fixture
def engine(docker_engine: Dockerd) -> Iterator[Dockerd]:
    """The engine, without any container of the test before."""
    docker_engine.clear()
    yield docker_engine
    docker_engine.clear()
