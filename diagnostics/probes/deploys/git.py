"""The commits of a clone on this machine: git by argument list, read only, without its owner's settings."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from diagnostics.probes.deploys.change import DAY, Commit
from diagnostics.probes.deploys.codes import Code

ANSWER = 2.5  # seconds
COMMITS = 200
MOST = 256 * 1024  # bytes of git's answer
FIELDS = 4  # of a commit
FORMAT = "%H%x00%ct%x00%an%x00%s"
# Settings of a repository that would run programs or reach the network; log itself writes nothing.
SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "log.showSignature=false",
    "protocol.allow=never",
)
REASONS = (
    ("dubious ownership", Code.FOREIGN),
    ("unknown revision", Code.NO_BRANCH),
    ("bad revision", Code.NO_BRANCH),
    ("ambiguous argument", Code.NO_BRANCH),
    ("does not have any commits", Code.NO_BRANCH),
    ("not a git repository", Code.NO_REPOSITORY),
    ("cannot change to", Code.NO_REPOSITORY),
)


class GitError(Exception):
    """git did not answer; `code` says why."""

    def __init__(self, code: Code) -> None:
        super().__init__(code.name)
        self.code = code


@dataclass(frozen=True, slots=True)
class History:
    """What a clone knows: the commits of the last day, or the newest one; and when it was last fetched."""

    commits: tuple[Commit, ...]
    fetched: datetime | None


async def history(repository: str, branch: str, moment: datetime) -> History:
    """The commits of a branch in the day before a moment, the newest first.

    Raises:
        GitError: there is no such clone or branch, or git cannot read it.
    """
    since = (moment - DAY).isoformat(timespec="seconds")
    until = f"--until={moment.isoformat(timespec='seconds')}"
    commits = await _log(repository, branch, f"--since={since}", until, f"--max-count={COMMITS}")
    newest = commits or await _log(repository, branch, until, "--max-count=1")
    folder = (await _git(repository, "rev-parse", "--absolute-git-dir")).decode(errors="replace").strip()
    return History(newest, fetched(Path(folder)))


def fetched(folder: Path) -> datetime | None:
    """When a clone's folder was last fetched into; None if it never was, as where people work."""
    try:
        return datetime.fromtimestamp((folder / "FETCH_HEAD").stat().st_mtime, UTC)
    except OSError:
        return None


async def _log(repository: str, branch: str, *bounds: str) -> tuple[Commit, ...]:
    arguments = ("log", "-z", f"--format={FORMAT}", "--no-show-signature", "--no-color", *bounds)
    said = await _git(repository, *arguments, "--end-of-options", branch, "--")
    return tuple(_commits(said.decode(errors="replace").split("\0")))


def _commits(fields: Sequence[str]) -> Iterator[Commit]:
    for place in range(0, len(fields) - FIELDS + 1, FIELDS):
        sha, at, author, subject = fields[place : place + FIELDS]
        yield Commit(sha, datetime.fromtimestamp(int(at), UTC), author, subject)


async def _git(repository: str, *arguments: str) -> bytes:
    settings = [word for setting in SETTINGS for word in ("-c", setting)]
    line = ("--no-pager", "--no-replace-objects", "--literal-pathspecs", *settings, "-C", repository)
    try:
        process = await asyncio.create_subprocess_exec(
            "git",
            *line,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_environment(),
        )
    except OSError as error:
        raise GitError(Code.NO_GIT) from error
    try:
        async with asyncio.timeout(ANSWER):
            return await _read(process)
    except TimeoutError as error:
        raise GitError(Code.GIT_FAILED) from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _read(process: asyncio.subprocess.Process) -> bytes:
    if process.stdout is None or process.stderr is None:
        raise RuntimeError("both are pipes")
    said, complaint = await asyncio.gather(_bounded(process.stdout), _bounded(process.stderr))
    if len(said) > MOST:
        return said[: said.rfind(b"\0", 0, MOST)]
    if await process.wait():
        raise GitError(_reason(complaint.decode(errors="replace")))
    return said


async def _bounded(stream: asyncio.StreamReader) -> bytes:
    read = bytearray()
    while len(read) <= MOST and (piece := await stream.read(MOST)):
        read += piece
    return bytes(read)


def _reason(complaint: str) -> Code:
    return next((code for words, code in REASONS if words in complaint), Code.GIT_FAILED)


def _environment() -> dict[str, str]:
    """Of our own environment only the path: no tokens, no GIT_DIR, no settings of a user or machine."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "HOME": "/nonexistent",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "",
    }
