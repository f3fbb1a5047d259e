"""A leak in one real database below three HTTP services, over the wire: what they depend on comes first."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from tests.acceptance.conftest import HERE, Bot
from tests.acceptance.test_declare import declared
from tests.diagnostics.faults import filled
from tests.diagnostics.serving import says, serving
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.reading import said

STORE = """
[services.store]
name = "Store"
[[services.store.probes]]
kind = "postgres"
name = "db"
dsn_env = "SHOP_DATABASE_URL"
"""
FRONT = """
[services.{key}]
name = "{name}"
depends_on = ["{upstream}"]
[[services.{key}.probes]]
kind = "http"
name = "api"
url = "{url}"
"""
ON = {"orders": "store", "users": "store", "web": "orders"}
UNREADY = {"/health": says({"status": "ok"}), "/ready": says({"checks": {"db": "timeout"}}, 503)}


@pytest_asyncio.fixture
async def config_folder(tmp_path: Path) -> AsyncIterator[Path]:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "templates").symlink_to(HERE / "config" / "templates")
    (folder / "policy.toml").write_text((HERE / "config" / "policy.toml").read_text())
    async with AsyncExitStack() as stack:
        tables = [STORE]
        for key, upstream in ON.items():
            url = await stack.enter_async_context(serving(UNREADY))
            tables.append(FRONT.format(key=key, name=key.title(), upstream=upstream, url=url))
        (folder / "services.toml").write_text("\n".join(tables))
        yield folder


@pytest.mark.parametrize(
    ("title", "line", "words"),
    [
        ("it is all broken", "all", "3 services fail (orders, users and web) and depend on store"),
        ("the web is down", "everything", "3 services fail (orders, users and web) and depend on store"),
        ("the web is down", "all", "2 services fail (orders and web) and depend on store"),
    ],
)
async def test_what_several_services_depend_on_comes_first(
    practice: PracticeDriver, looking_bot: Bot, shop_database: str, *, title: str, line: str, words: str
) -> None:
    room = await declared(practice, "alice", f"SEV2 {title}")

    async with filled(shop_database.replace("tocsin:root@", "app:app@")):
        await practice.person("alice").command("/diagnose", line, channel=room)
        verdict = said(await practice.message(channel=room, contains="Look again", seconds=20))

    assert words in verdict
    assert "reports-export" in verdict
    assert "*Next:*" in verdict
    assert "recover from the bottom up: database, back end, front end" in verdict
    assert looking_bot.runs
