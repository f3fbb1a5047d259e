"""One real machine for all tests of units, with both of its units well at the beginning of each."""

from collections.abc import Callable, Iterator
from typing import NoReturn

import pytest

from tests.mitigations.systemd.booting import booted
from tests.mitigations.systemd.machine import Machine


@pytest.fixture(scope="session")
def shared(
    missing: Callable[[str, str], NoReturn], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machine]:
    with booted(missing, tmp_path_factory.mktemp("tree")) as machine:
        yield machine


@pytest.fixture
def machine(shared: Machine) -> Machine:
    shared.fresh()
    return shared


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mitigations.systemd.recovery.STEP", 0.05)
