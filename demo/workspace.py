"""The practice workspace as a process of the demo: serves it, and tells when the bot has connected.

Says its address on standard output as soon as it answers, and "connected" once the bot is there.
"""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import yaml

from tocsin_practice.manifest import app_from_manifest
from tocsin_practice.model import App
from tocsin_practice.page.frame import Link
from tocsin_practice.seed import install, new_workspace
from tocsin_practice.server import build, serving
from tocsin_practice.site import Site
from tocsin_practice.workspace import Workspace

MANIFEST = Path(__file__).resolve().parents[1] / "manifest.yml"
A_DAY = 86_400.0  # seconds; whoever started us has less patience than that


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m demo.workspace", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--panel", required=True, help="the address of the page that breaks the shop")
    asked = parser.parse_args()
    asyncio.run(_serve(asked.port, asked.panel))


def _app() -> App:
    return app_from_manifest(
        yaml.safe_load(MANIFEST.read_text(encoding="utf-8")),
        bot_token=os.environ["SLACK_BOT_TOKEN"],
        app_token=os.environ["SLACK_APP_TOKEN"],
    )


async def _serve(port: int, panel: str) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, told.set)
    workspace = new_workspace()
    app = install(workspace, _app())
    practice = build(workspace, links=[Link("Break the shop", panel)])
    async with serving(practice, port=port) as address:
        _say(address)
        telling = asyncio.create_task(_tell_when_connected(workspace, _counts(practice.site, app)))
        await told.wait()
        telling.cancel()


def _counts(site: Site, app: App) -> Callable[[], int]:
    return lambda: site.sockets.count(app.id)


async def _tell_when_connected(workspace: Workspace, connections: Callable[[], int]) -> None:
    await workspace.wait_for(connections, seconds=A_DAY)
    _say("connected")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
