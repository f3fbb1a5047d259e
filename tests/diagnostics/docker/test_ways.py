"""An engine over TLS and over ssh, and how each is refused."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from incidents.evidence import Health
from tests.diagnostics.docker.conftest import Opens
from tests.diagnostics.docker.dockerd import Dockerd
from tests.diagnostics.docker.encrypted import DAY, behind_ssh, certificate
from tests.diagnostics.docker.proxy import proxied
from tests.diagnostics.docker.test_faults import IDLE, looked, of

TRIES = 3
"""A login over ssh may cost a look all its time on a machine that is busy with other tests."""


async def test_an_encrypted_engine_is_looked_at(engine: Dockerd, opens: Opens, tmp_path: Path) -> None:
    engine.run("api", IDLE)
    trusted = {"ca": str(tmp_path / "ca.pem")}
    async with (
        proxied(engine, encrypted=certificate(tmp_path)) as proxy,
        opens(url=proxy.address, tls=trusted) as examiner,
    ):
        examination = await looked(examiner)
    assert examination.health is Health.OK
    assert of(examination, "DK001").sentence.startswith("api runs")


async def test_an_expired_certificate_is_told(engine: Dockerd, opens: Opens, tmp_path: Path) -> None:
    trusted = {"ca": str(tmp_path / "ca.pem")}
    async with (
        proxied(engine, encrypted=certificate(tmp_path, lasts=-DAY)) as proxy,
        opens(url=proxy.address, tls=trusted) as examiner,
    ):
        examination = await looked(examiner)
    assert [finding.code for finding in examination.findings] == ["DK014"]
    assert examination.health is Health.UNKNOWN
    assert proxy.asked == []


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: Callable[[str, str], NoReturn]) -> Path:
    """The home of Tocsin's user, on a machine with an ssh server."""
    if not shutil.which("sshd", path="/usr/sbin"):
        missing("An ssh server", "openssh-server")
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


async def test_an_engine_is_looked_at_over_ssh(engine: Dockerd, opens: Opens, home: Path) -> None:
    engine.run("api", "echo ERROR refused; trap 'exit 0' TERM; while :; do sleep 0.1; done")
    with behind_ssh(engine, home) as address:
        for _ in range(TRIES):
            async with opens(url=address) as examiner:
                examination = await looked(examiner)
            if not examination.unseen:
                break
    assert not examination.unseen
    assert of(examination, "DK001").sentence.startswith("api runs")
    assert of(examination, "LG002").sentence.startswith("1 line names an error")


async def test_a_host_whose_key_is_not_known_is_not_trusted(
    engine: Dockerd, opens: Opens, home: Path
) -> None:
    with behind_ssh(engine, home) as address:
        (home / ".ssh/known_hosts").write_text("")
        async with opens(url=address) as examiner:
            examination = await looked(examiner)
    assert [finding.code for finding in examination.findings] == ["DK016"]
    assert "Log in once by hand" in examination.next_step
