"""A real Redis of the test's own, and an examiner that looks at it."""

import itertools
import os
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import OutOfMemoryError
from redis.retry import Retry

from diagnostics.confidential import secrets
from diagnostics.examine import Examiner
from diagnostics.probe import Pause
from diagnostics.probes.redis.described import CODES
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.evidence import Examination
from tests.diagnostics.described import assert_described

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
READY = "Ready to accept connections"
PASSWORD = "diag-password"
ACL = "-@all +ping +info +slowlog|get +latency|latest +latency|doctor +client|list +auth resetkeys"


@dataclass(frozen=True, slots=True)
class Server:
    """A Redis that runs."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def as_role(self, role: str, password: str = PASSWORD) -> str:
        return f"redis://{role}:{password}@127.0.0.1:{self.port}"

    def client(self, name: str | None = None) -> "Redis":
        once = Retry(NoBackoff(), 0)
        return Redis(port=self.port, client_name=name, retry=once, decode_responses=True)

    def grant(self, role: str, rules: str = ACL) -> None:
        """Make a role with the password `diag-password`."""
        with self.client() as client:
            client.execute_command("ACL", "SETUSER", role, "reset", "on", f">{PASSWORD}", *rules.split())


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def running(folder: Path, *options: str, until: str = READY, port: int = 0) -> Iterator[Server]:
    """A Redis in that folder until the block ends; `until` is the line of its log that is awaited.

    Raises:
        FileNotFoundError: there is no redis-server on this machine.
    """
    port = port or free_port()
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]
    command += ["--enable-debug-command", "local", "--slowlog-log-slower-than", "1000000", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            said = list(_until(process, until))
            assert until in said[-1], "".join(said)
            yield Server(port, process.pid)
        finally:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGCONT)
                process.kill()


@contextmanager
def sending(server: Server, *command: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A client that sends one command and waits for its answer, in a process of its own."""
    line = ["redis-cli", "-p", str(server.port), *command]
    with subprocess.Popen(line, stdout=subprocess.DEVNULL) as client:
        yield client


def fill(client: "Redis", size: int) -> None:
    """Store until Redis refuses more."""
    try:
        for number in itertools.count():
            client.set(f"session:jane{number}@example.com", "x" * size)
    except OutOfMemoryError:
        return


@contextmanager
def connected(server: Server, number: int) -> Iterator[None]:
    """Connections that are held, each under the name of the worker that leaks them."""
    with ExitStack() as stack:
        for _ in range(number):
            client = stack.enter_context(server.client("worker"))
            client.ping()
        yield


async def at_once(_seconds: float) -> None:
    """A pause between two samples that takes no time."""


def during(act: Callable[[], object]) -> Pause:
    """A pause during which something happens."""

    async def pause(_seconds: float) -> None:
        act()

    return pause


@asynccontextmanager
async def looking(
    url: str, *, limits: dict[str, float] | None = None, pause: Pause = at_once
) -> AsyncIterator[Callable[[], Awaitable[Examination]]]:
    """An examiner of the service `payments` with that one Redis; gives what looks at it anew."""
    section: dict[str, Any] = {"kind": "redis", "name": "cache", "url": url}
    section["limits"] = {"ping_warn": 30, "latency_critical": 30, **(limits or {})}  # whatever else runs here
    targets = {"payments": read_targets("payments", [section], environ={})}
    redactor = Redactor(secrets(targets["payments"]))
    skipped: list[float] = []
    async with Examiner(
        targets,
        clock=lambda: NOW,
        redactor=redactor,
        monotonic=lambda: time.monotonic() + sum(skipped),
        pause=pause,
        patience=30,
    ) as examiner:

        async def look() -> Examination:
            seen = [examination async for examination in examiner.examine("cache", "payments")][-1]
            skipped.append(60.0)  # the next look is a new one
            assert_described(seen.findings, CODES)
            return seen

        yield look


async def looked_at(
    url: str, *, limits: dict[str, float] | None = None, pause: Pause = at_once
) -> Examination:
    """One look."""
    async with looking(url, limits=limits, pause=pause) as look:
        return await look()


def _until(process: "subprocess.Popen[str]", words: str) -> Iterator[str]:
    assert process.stdout
    for line in process.stdout:
        yield line
        if words in line:
            return
