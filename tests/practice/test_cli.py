"""The command: manifests in JSON and YAML, plain complaints, an address on the first line."""

import asyncio
import json
import sys
from pathlib import Path

import aiohttp
import pytest

from tocsin_practice.manifest import DEFAULT_MANIFEST


async def _started(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from tocsin_practice.cli import main; main()",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.parametrize("suffix", ["json", "yaml"])
async def test_it_prints_its_address_serves_and_stops(tmp_path: Path, suffix: str) -> None:
    manifest = tmp_path / f"manifest.{suffix}"
    manifest.write_text(json.dumps(DEFAULT_MANIFEST | {"display_information": {"name": "My app"}}))
    process = await _started("--port", "0", "--manifest", str(manifest))
    assert process.stdout is not None

    address = (await process.stdout.readline()).decode().strip()
    async with aiohttp.ClientSession() as session, session.get(f"{address}/control/state") as response:
        assert (await response.json())["apps"][0]["connections"] == 0
    process.terminate()
    await process.communicate()
    assert process.returncode == 0


async def test_an_unreadable_file_is_said_in_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "manifest.json"
    broken.write_text("[]")

    process = await _started("--port", "0", "--manifest", str(broken))
    _, said = await process.communicate()
    assert process.returncode == 2
    assert said.decode() == f"{broken} holds no mapping.\n"
