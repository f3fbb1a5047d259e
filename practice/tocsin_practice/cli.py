"""The command `tocsin-practice`: serve a practice workspace until interrupted."""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any, Protocol

from tocsin_practice.guard import LOOPBACK
from tocsin_practice.manifest import APP_TOKEN, BOT_TOKEN, DEFAULT_MANIFEST, SIGNING_SECRET, app_from_manifest
from tocsin_practice.model import Json
from tocsin_practice.seed import NORTHWIND, install, new_workspace
from tocsin_practice.server import Practice, build, serving


class _YamlReader(Protocol):
    def safe_load(self, text: str) -> Any: ...  # noqa: ANN401 - a YAML document may be anything


try:
    import yaml

    _YAML: _YamlReader | None = yaml
except ImportError:  # YAML is an extra; JSON manifests need nothing
    _YAML = None

_USAGE_ERROR = 2


def main() -> None:
    """Serve until interrupted; exits with 2 when a file cannot be read."""
    options = _parser().parse_args()
    try:
        practice = _furnished(options)
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(_USAGE_ERROR) from None
    asyncio.run(_serve(practice, options.host, options.port))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tocsin-practice", description="A Slack workspace on this machine, to try and test an app in."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=47210, help="port to listen on (default: 47210; 0: any)")
    parser.add_argument("--manifest", type=Path, help="the app's manifest, JSON or YAML")
    parser.add_argument("--workspace", type=Path, help="people and channels to start with, JSON or YAML")
    parser.add_argument("--bot-token", default=BOT_TOKEN, help=f"default: {BOT_TOKEN}")
    parser.add_argument("--app-token", default=APP_TOKEN, help=f"default: {APP_TOKEN}")
    parser.add_argument("--signing-secret", default=SIGNING_SECRET, help="for HTTP mode")
    parser.add_argument(
        "--allow-host", action="append", default=[], help="a further name that this machine is reached by"
    )
    return parser


def _furnished(options: argparse.Namespace) -> Practice:
    manifest = _read(options.manifest) if options.manifest else DEFAULT_MANIFEST
    seed = _read(options.workspace) if options.workspace else NORTHWIND
    app = app_from_manifest(
        manifest,
        bot_token=options.bot_token,
        app_token=options.app_token,
        signing_secret=options.signing_secret,
    )
    workspace = new_workspace(seed)
    install(workspace, app, channels=seed.get("app_channels", []))
    hosts = LOOPBACK | frozenset(options.allow_host)
    return build(workspace, allowed_hosts=hosts, seed=seed)


def _read(path: Path) -> Json:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        document = json.loads(text)
    elif _YAML is None:
        raise ValueError(f"{path}: to read YAML, install tocsin-practice[yaml], or give the file as JSON.")
    else:
        document = _YAML.safe_load(text)
    if not isinstance(document, dict):
        raise TypeError(f"{path} holds no mapping.")
    return document


async def _serve(practice: Practice, host: str, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with serving(practice, host=host, port=port) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        await stop.wait()
