"""Starts a server on a folder and ends it, or finds the one that another program runs there."""

import fcntl
import os
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from storage.embedded import cluster, databases, pidfile, places
from storage.embedded.account import Account, choose
from storage.embedded.binaries import Binaries, find
from storage.embedded.errors import DatabaseError
from storage.embedded.launched import launched, release
from storage.embedded.server import Loopback, Options, Server

POLITENESS = 15.0  # seconds for a server to end before it is asked less politely
PAUSE = 0.2  # seconds between two attempts to start where an earlier server is not quite gone
LARGEST_LOG = 1_000_000  # bytes, after which a start begins a new one
SOCKET_PORT = 5432
NOT_YET_GONE = ("pre-existing shared memory block", "lock file", "could not bind", "Is another postmaster")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A folder that we hold alone, with whole data in it, and all that a start needs to know."""

    folder: Path
    account: Account
    binaries: Binaries
    socket_folder: Path
    options: Options
    lock: IO[str]

    @property
    def data(self) -> Path:
        """Where the cluster stands."""
        return cluster.data(self.folder)

    @property
    def log(self) -> Path:
        """Where the server's own words go."""
        return self.folder / "log"


def prepare(asked: Path, options: Options) -> Prepared | Server:
    """Take a folder for ourselves and make its data if there are none; or the server that runs on it.

    Raises:
        DatabaseError: what is missing or in the way, and what to do.
    """
    asked = asked.absolute()
    account = choose(asked)
    folder = places.data_folder(asked, account, public=options.public)
    lock = _open_lock(folder)
    try:
        borrowed = _hold(lock, folder, options)
        return borrowed or _prepared(folder, account, options, lock)
    except BaseException:
        lock.close()
        raise


def _open_lock(folder: Path) -> IO[str]:
    try:
        return (folder / "lock").open("a+")
    except OSError as error:
        raise DatabaseError(
            f"The database in {folder} cannot be used: {error.strerror}. "
            "Run Tocsin as the user who owns it, or set TOCSIN_HOME to a folder of your own."
        ) from error


def _hold(lock: IO[str], folder: Path, options: Options) -> Server | None:
    """None once the lock is ours; the other program's server as soon as that answers."""
    found: list[pidfile.Postmaster] = []

    def ours_or_answering() -> bool:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = pidfile.read(cluster.data(folder))
            found.extend([other] if other and other.ready else [])
            return bool(found)
        return True

    if not pidfile.until(ours_or_answering, seconds=options.patience):
        lock.seek(0)
        raise DatabaseError(
            f"Another program (process {lock.read().strip() or 'unknown'}) holds the database in {folder}, "
            "and no server answers there. End that program, or set TOCSIN_HOME to another folder."
        )
    if found:
        lock.close()
        return _borrowed(folder, found[0], options)
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return None


def _borrowed(folder: Path, found: pidfile.Postmaster, options: Options) -> Server:
    server = Server(
        folder=folder,
        socket_folder=found.socket_folder,
        port=found.port,
        pid=found.pid,
        version=str(cluster.major(folder)),
        database=options.database,
        loopback=None,
        preloaded=(),
        ours=False,
    )
    databases.ensure(server)
    return server


def _prepared(folder: Path, account: Account, options: Options, lock: IO[str]) -> Prepared:
    found = find(given=options.binaries, major=cluster.major(folder))
    binaries = places.reachable_binaries(found, account, public=options.public)
    prepared = Prepared(folder, account, binaries, places.socket_folder(folder, account), options, lock)
    if cluster.major(folder) is None:
        cluster.create(folder, binaries, account, durable=options.durable)
    pidfile.clear(prepared.data)
    if prepared.log.exists() and prepared.log.stat().st_size > LARGEST_LOG:
        prepared.log.rename(folder / "log.1")
    return prepared


@dataclass(frozen=True, slots=True)
class Attempt:
    """A server that was started and may come up."""

    process: "subprocess.Popen[bytes]"
    port: int
    log_begins: int


def spawn(prepared: Prepared) -> Attempt:
    """Start the server. On Linux it ends with the thread that calls this."""
    loopback = prepared.options.loopback
    port = (loopback.port or _free_port()) if loopback else SOCKET_PORT
    command = cluster.command(
        prepared.folder, prepared.binaries, prepared.options, socket_folder=prepared.socket_folder, port=port
    )
    for stale in prepared.socket_folder.glob(".s.PGSQL.*"):
        stale.unlink(missing_ok=True)  # the folder is ours alone, and nobody serves it
    with prepared.log.open("ab") as log:
        return Attempt(launched(command, prepared.account, output=log), port, log.tell())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def settle(prepared: Prepared, attempt: Attempt) -> Server | None:
    """Wait until the server answers; None if it ended because an earlier one was not quite gone.

    Raises:
        DatabaseError: it ended for another reason, or did not come up; its own words are in the text.
    """
    process = attempt.process

    def decided() -> bool:
        said = pidfile.read(prepared.data)
        return process.poll() is not None or (said is not None and said.pid == process.pid and said.ready)

    in_time = pidfile.until(decided, seconds=prepared.options.patience)
    if process.poll() is None and in_time:
        return _ready(prepared, attempt)
    words = _words(prepared.log, attempt.log_begins)
    end(attempt)
    if in_time and any(sign in words for sign in NOT_YET_GONE):
        return None
    raise DatabaseError(
        f"PostgreSQL {prepared.binaries.version} did not start on {prepared.folder}: {_reason(words)} "
        f"Its log is {prepared.log}."
    )


def _ready(prepared: Prepared, attempt: Attempt) -> Server:
    loopback = prepared.options.loopback
    server = Server(
        folder=prepared.folder,
        socket_folder=prepared.socket_folder,
        port=attempt.port,
        pid=attempt.process.pid,
        version=prepared.binaries.version,
        database=prepared.options.database,
        loopback=Loopback(loopback.password, attempt.port) if loopback else None,
        preloaded=cluster.preloaded(prepared.binaries, prepared.options),
        ours=True,
    )
    databases.ensure(server)
    return server


def _words(log: Path, begin: int) -> str:
    with log.open("rb") as file:
        file.seek(begin)
        return file.read().decode(errors="replace")


def _reason(words: str) -> str:
    lines = [line for line in words.splitlines() if "FATAL" in line or "HINT" in line or "PANIC" in line]
    chosen = [line.split(":", 2)[-1].strip() for line in lines] or words.splitlines()[-1:]
    return " ".join(chosen)[:600] or "it gave no reason."


def end(attempt: Attempt) -> None:
    """Stop the server in order; less and less politely if it does not."""
    process = attempt.process
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(how)
        try:
            process.wait(POLITENESS)
            break
        except subprocess.TimeoutExpired:
            continue
    release(process)
