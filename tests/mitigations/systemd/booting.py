"""A machine of the tests' own on a Docker Engine of its own, or what is missing here for that."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from tests.diagnostics.docker import dockerd
from tests.mitigations.systemd import machine as machines
from tests.mitigations.systemd import tree
from tests.mitigations.systemd.machine import Machine

PACKAGES = f"{dockerd.PACKAGES} {' '.join(tree.PACKAGES)}"


@contextmanager
def booted(missing: Callable[[str, str], NoReturn], folder: Path) -> Iterator[Machine]:
    """A machine that has booted; nothing of it is left afterwards."""
    lacking = dockerd.lacking() or tree.lacking()
    if lacking:
        missing(lacking, PACKAGES)
    try:
        with dockerd.running() as engine, machines.running(engine, folder) as machine:
            yield machine
    except (dockerd.UnstartedError, machines.UnstartedError) as error:
        missing(f"A systemd that starts in a container here ({error})", PACKAGES)
    assert engine.processes() == []
    assert engine.mounts() == []
