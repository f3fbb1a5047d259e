"""An app of slack-bolt, unmodified, on the practice workspace's wire."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tocsin_practice.driver import PracticeDriver
from tocsin_practice.manifest import DEFAULT_MANIFEST
from tocsin_practice.model import Json


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def practice_manifest() -> Json:
    features = DEFAULT_MANIFEST["features"] | {
        "slash_commands": [
            {"command": "/plain", "description": "Says hello"},
            {"command": "/escaped", "description": "Knows who is meant", "should_escape": True},
            {"command": "/silent", "description": "Never answers"},
            {"command": "/form", "description": "Opens a form"},
        ],
        "shortcuts": [
            {"name": "Keep", "type": "message", "callback_id": "keep", "description": "Keep a message"},
            {"name": "Start", "type": "global", "callback_id": "start", "description": "Start something"},
        ],
    }
    settings = DEFAULT_MANIFEST["settings"] | {
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened",
                "app_mention",
                "channel_created",
                "member_joined_channel",
                "message.channels",
                "pin_added",
                "reaction_added",
            ]
        }
    }
    return DEFAULT_MANIFEST | {"features": features, "settings": settings}


@pytest_asyncio.fixture
async def client(practice: PracticeDriver) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(token=practice.app.bot_token, base_url=practice.api_url, session=session)


@pytest_asyncio.fixture
async def bolt(practice: PracticeDriver, client: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    app = AsyncApp(client=client)
    handler = AsyncSocketModeHandler(app, practice.app.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # bolt leaves it untyped
    await practice.connected()
    yield app
    await handler.close_async()  # type: ignore[no-untyped-call]  # as above
