"""The pytest plugin: a running practice workspace, and people to drive.

Override `practice_manifest` (an app manifest as a dictionary) and `practice_seed` in your conftest.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tocsin_practice.driver import PersonDriver, PracticeDriver
from tocsin_practice.manifest import DEFAULT_MANIFEST, app_from_manifest
from tocsin_practice.model import Json
from tocsin_practice.seed import NORTHWIND, install, new_workspace
from tocsin_practice.server import build, serving

__all__ = ["PersonDriver", "PracticeDriver", "practice", "practice_manifest", "practice_seed"]


@pytest.fixture
def practice_manifest() -> Json:
    """The manifest of the app under test; override it."""
    return DEFAULT_MANIFEST


@pytest.fixture
def practice_seed() -> Json:
    """How the workspace is furnished; override it for other people and channels."""
    return NORTHWIND


@pytest_asyncio.fixture
async def practice(practice_manifest: Json, practice_seed: Json) -> AsyncIterator[PracticeDriver]:
    """A practice workspace that serves on a free port of this machine."""
    workspace = new_workspace(practice_seed)
    install(workspace, app_from_manifest(practice_manifest), channels=practice_seed.get("app_channels", []))
    running = build(workspace, retry_delays=(0.0, 0.2, 0.5), seed=practice_seed)
    async with serving(running):
        yield PracticeDriver(running)
