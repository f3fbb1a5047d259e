"""The bot as its own process against a practice workspace whose calls can be held, and real PostgreSQL."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.acceptance.conftest import (
    Bot,
    StartBot,
    bot,
    config_folder,
    environment,
    practice_manifest,
    start_bot,
)
from tests.faults.interference import Interference
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.manifest import app_from_manifest
from tocsin_practice.model import Json
from tocsin_practice.seed import install, new_workspace
from tocsin_practice.server import build, serving

__all__ = ["Bot", "StartBot", "bot", "config_folder", "environment", "practice_manifest", "start_bot"]


@pytest_asyncio.fixture
async def stage(
    practice_manifest: Json, practice_seed: Json
) -> AsyncIterator[tuple[PracticeDriver, Interference]]:
    """A practice workspace, and the hand that holds its calls."""
    workspace = new_workspace(practice_seed)
    install(workspace, app_from_manifest(practice_manifest), channels=practice_seed.get("app_channels", []))
    running = build(workspace, retry_delays=(0.0, 0.2, 0.5), seed=practice_seed)
    interference = Interference(running.site)
    running.application.middlewares.append(interference.between)
    async with serving(running):
        yield PracticeDriver(running), interference
        interference.lift()


@pytest_asyncio.fixture
async def practice(stage: tuple[PracticeDriver, Interference]) -> PracticeDriver:
    """The practice workspace."""
    return stage[0]


@pytest_asyncio.fixture
async def interference(stage: tuple[PracticeDriver, Interference]) -> Interference:
    """Holds its calls."""
    return stage[1]
