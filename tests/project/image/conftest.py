"""The image, built by a real engine on stand-ins for its bases, and the compose file that runs it."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
import pytest_asyncio
import yaml

from tests.diagnostics.docker import dockerd
from tests.diagnostics.docker.dockerd import Dockerd
from tests.project.image import standin
from tests.project.image.composed import ROOT, Composed, FailedError, cloned
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.manifest import app_from_manifest
from tocsin_practice.seed import NORTHWIND, install, new_workspace
from tocsin_practice.server import build, serving

PACKAGES = f"{dockerd.PACKAGES} docker-compose"
WANTED = "3.13"
NO_INDEX = ("No matching distribution", "ConnectionError", "Could not find a version", "Max retries exceeded")


def pytest_report_header() -> str:
    """What stands in for the images: nobody shall take a pass for more than it is."""
    if standin.lacking()[0]:
        return ""
    return (
        f"stand-ins: Python {standin.python(WANTED).version} for {WANTED}, {standin.server()} for postgres:17"
    )


@pytest.fixture(scope="session")
def engine(missing: Callable[[str, str], NoReturn]) -> Iterator[Dockerd]:
    """A Docker Engine with the stand-ins under the names of the images that are asked for."""
    lacking = dockerd.lacking() or ("" if shutil.which("docker-compose") else "docker-compose")
    if lacking:
        missing(lacking, PACKAGES)
    component, package = standin.lacking()
    if component:
        missing(component, package)
    try:
        with dockerd.running() as engine:
            yield engine
    except dockerd.UnstartedError as error:
        missing(f"A Docker Engine that starts here ({error})", PACKAGES)
    assert engine.processes() == []
    assert engine.mounts() == []


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cloned(tmp_path_factory.mktemp("clone"))


@pytest.fixture(scope="session")
def composed(engine: Dockerd, clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    """The image, built from a fresh clone by the Dockerfile as it is; afterwards nothing of it is left."""
    _import_stand_ins(engine, tmp_path_factory.mktemp("stand-ins"))
    found = Composed(clone, engine)
    try:
        _built(found)
        yield found
    finally:
        found.compose("down", "--volumes")


def _built(composed: Composed) -> None:
    failed = ""
    try:
        composed.build()
    except FailedError as error:
        failed = str(error)
    if any(words in failed for words in NO_INDEX):
        pytest.fail(
            f"{failed}\npip inside the build reached no package index that holds what it needs.",
            pytrace=False,
        )
    if failed:
        pytest.fail(failed, pytrace=False)


def _import_stand_ins(engine: Dockerd, folder: Path) -> None:
    python, postgres = folder / "python.tar", folder / "postgres.tar"
    path = standin.slim_python(python, standin.python(WANTED))
    _import(engine, python, "python", f"{WANTED}-slim-bookworm", changes=[f"ENV PATH={path}"])
    standin.postgresql(postgres)
    changes = ['ENTRYPOINT ["entrypoint"]', f"ENV PATH={standin.SYSTEM_PATH}"]
    _import(engine, postgres, "postgres", "17", changes=changes)


def _import(engine: Dockerd, archive: Path, repository: str, tag: str, *, changes: list[str]) -> None:
    engine.client.api.import_image_from_file(str(archive), repository=repository, tag=tag, changes=changes)
    archive.unlink()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def practice(composed: Composed) -> AsyncIterator[PracticeDriver]:
    """A practice workspace on this machine's end of the project's network, which compose has made by then."""
    composed.compose("up", "--no-start", "postgres")
    address = composed.gateway()
    workspace = new_workspace(NORTHWIND)
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text())
    install(workspace, app_from_manifest(manifest), channels=NORTHWIND.get("app_channels", []))
    running = build(workspace, allowed_hosts=frozenset({address}))
    async with serving(running, host=address):
        yield PracticeDriver(running)
