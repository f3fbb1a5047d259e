"""The files of a cluster: making them whole or not at all, and the command that serves them."""

import os
import shutil
import sys
from pathlib import Path

from storage.embedded.account import Account
from storage.embedded.binaries import Binaries
from storage.embedded.errors import DatabaseError
from storage.embedded.launched import finished, launched
from storage.embedded.server import ROLE, Options

BUILTIN_LOCALE = 17  # since this major version PostgreSQL brings C.UTF-8 itself
UNSAFE = {"fsync": "off", "full_page_writes": "off"}  # a kill loses nothing still, a power failure all


def data(folder: Path) -> Path:
    """Where the cluster stands in its folder."""
    return folder / "data"


def major(folder: Path) -> int | None:
    """The major version that the data need; None if there are none yet."""
    try:
        return int((data(folder) / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


def create(folder: Path, binaries: Binaries, account: Account, *, durable: bool) -> None:
    """Make an empty cluster: in a folder aside, then renamed, so that a crash leaves no half of one.

    Raises:
        DatabaseError: initdb failed; its own words are in the text.
    """
    for unfinished in folder.glob("data.new-*"):
        shutil.rmtree(unfinished, ignore_errors=True)
    new = folder / f"data.new-{os.getpid()}"
    new.mkdir(mode=0o700)
    account.own(new)
    said, code = finished(launched(_initdb(new, binaries, durable=durable), account))
    if code != 0:
        shutil.rmtree(new, ignore_errors=True)
        raise DatabaseError(f"PostgreSQL could not make its files in {folder}: {_last_line(said)}")
    new.rename(data(folder))


def _initdb(new: Path, binaries: Binaries, *, durable: bool) -> list[str]:
    return [
        str(binaries.program("initdb")),
        f"--pgdata={new}",
        f"--username={ROLE}",
        "--encoding=UTF8",
        *_locale(binaries.major),
        "--auth-local=trust",  # the socket's folder is closed to other users
        "--auth-host=scram-sha-256",
        *([] if durable else ["--no-sync"]),
    ]


def _locale(version: int) -> list[str]:
    if version >= BUILTIN_LOCALE:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C" if sys.platform == "darwin" else "--locale=C.UTF-8"]


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if "error" in line.lower() or "fatal" in line.lower()]
    return (lines or said.splitlines() or ["it gave no reason."])[-1]


def preloaded(binaries: Binaries, options: Options) -> tuple[str, ...]:
    """The libraries asked for that this PostgreSQL has."""
    return tuple(name for name in options.preload if binaries.has_library(name))


def command(
    folder: Path, binaries: Binaries, options: Options, *, socket_folder: Path, port: int
) -> list[str]:
    """The command that serves the cluster; what the caller asked for wins over what is usual."""
    settings = {
        "listen_addresses": "127.0.0.1" if options.loopback else "",
        "unix_socket_directories": str(socket_folder),
        "unix_socket_permissions": "0700",
        "port": str(port),
        "shared_preload_libraries": ",".join(preloaded(binaries, options)),
        "logging_collector": "off",
        **({} if options.durable else UNSAFE),
        **options.settings,
    }
    flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return [str(binaries.program("postgres")), "-D", str(data(folder)), *flags]
