"""One real machine for all tests of units, with both of its units well at the beginning of each."""

from collections.abc import Callable, Iterator
from typing import NoReturn

import pytest

from tests.diagnostics.docker import dockerd
from tests.mitigations.systemd import machine as machines
from tests.mitigations.systemd import tree
from tests.mitigations.systemd.machine import Machine

PACKAGES = f"{dockerd.PACKAGES} {' '.join(tree.PACKAGES)}"


@pytest.fixture(scope="session")
def shared(
    missing: Callable[[str, str], NoReturn], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machine]:
    lacking = dockerd.lacking() or tree.lacking()
    if lacking:
        missing(lacking, PACKAGES)
    try:
        with (
            dockerd.running() as engine,
            machines.running(engine, tmp_path_factory.mktemp("tree")) as machine,
        ):
            yield machine
    except (dockerd.UnstartedError, machines.UnstartedError) as error:
        missing(f"A systemd that starts in a container here ({error})", PACKAGES)
    assert engine.processes() == []
    assert engine.mounts() == []


@pytest.fixture
def machine(shared: Machine) -> Machine:
    shared.fresh()
    return shared


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mitigations.systemd.recovery.STEP", 0.05)
