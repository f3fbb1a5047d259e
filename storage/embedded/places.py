"""Where things stand, so that the server's user can reach them: the data, the programs, the socket.

Root often works below a folder that is closed to everybody else (its home, a private checkout). The server
does not run as root and cannot look in there. Its data then live below `/var/lib/tocsin`, and the folder that
was asked for becomes a link to them, so that whoever looks there finds them.
"""

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISDIR

from storage.embedded.account import Account
from storage.embedded.binaries import Binaries
from storage.embedded.errors import DatabaseError

LONGEST_SOCKET = 100  # bytes of a socket's whole path; the kernel allows 107 (Linux) or 103 (macOS)
PLAIN = re.compile(r"[\w./+-]+")


def data_folder(folder: Path, account: Account, *, public: Path) -> Path:
    """The folder that holds the server's data: the one asked for, or where it had to go instead.

    Args:
        folder: the folder asked for; made if it is missing.
        account: who the server runs as.
        public: where data go that the account cannot reach in `folder`.

    Raises:
        DatabaseError: it cannot be made, or data stand in it that the account cannot reach.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(folder.parent):
            return _placed(folder, account, public)
    except OSError as error:
        raise DatabaseError(
            f"The folder {folder} for the database cannot be made or used: {error.strerror}. "
            "Set TOCSIN_HOME to a folder that can be written, or set DATABASE_URL."
        ) from error


def _placed(folder: Path, account: Account, public: Path) -> Path:
    if folder.is_symlink() and not folder.exists():
        raise DatabaseError(
            f"{folder} is a link to the database in {folder.readlink()}, which is gone. "
            "Bring it back, or remove the link to begin with an empty database."
        )
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.resolve()
    account.own(found)
    found.chmod(0o700)
    return found if account.reaches(found) else _moved(found, account, public)


def _moved(folder: Path, account: Account, public: Path) -> Path:
    """Move a folder, still empty, to where the account can reach it, and leave a link to it."""
    if any(folder.iterdir()):
        raise DatabaseError(
            f"The user {account.name}, who runs PostgreSQL for root, cannot reach the data in {folder}: "
            "a folder above it is closed. Open it (chmod o+x), or move the data and set TOCSIN_HOME."
        )
    public.mkdir(mode=0o755, parents=True, exist_ok=True)
    moved = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=public))
    account.own(moved)
    if not account.reaches(moved):
        moved.rmdir()
        raise DatabaseError(
            f"The user {account.name}, who runs PostgreSQL for root, reaches neither {folder} nor {public}. "
            "Set TOCSIN_HOME to a folder that everybody may enter, or set DATABASE_URL."
        )
    (moved / "belongs-to").write_text(f"{folder}\n")
    folder.rmdir()
    folder.symlink_to(moved)
    return moved


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other programs that ask the same out of a folder for a moment."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def reachable_binaries(binaries: Binaries, account: Account, *, public: Path) -> Binaries:
    """The same programs where the account can execute them: where they are, or a copy of them."""
    if account.reaches(binaries.program("postgres")):
        return binaries
    stamp = f"{binaries.base}{binaries.program('postgres').stat().st_mtime_ns}"
    copy = public / f"postgresql-{binaries.version}-{_short(stamp)}"
    if not copy.exists():
        _copy(binaries, copy)
    folder = copy / binaries.folder.relative_to(binaries.base)
    return Binaries(folder, binaries.version, binaries.major, copy, binaries.parts)


def _copy(binaries: Binaries, target: Path) -> None:
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="copy-", dir=target.parent) as unfinished:
        whole = Path(unfinished) / target.name
        for part in binaries.parts:
            shutil.copytree(binaries.base / part, whole / part, ignore=shutil.ignore_patterns("include"))
        for path in (whole, *whole.rglob("*")):
            path.chmod(path.stat().st_mode | (0o055 if os.access(path, os.X_OK) else 0o044))
        if not target.exists():
            whole.rename(target)


def socket_folder(folder: Path, account: Account) -> Path:
    """A folder for the server's socket, closed to others: the data's own, or a short one if that is long."""
    if len(os.fsencode(folder / ".s.PGSQL.65535")) <= LONGEST_SOCKET and PLAIN.fullmatch(str(folder)):
        return folder
    short = Path("/tmp") / f"tocsin-{account.uid}-{_short(str(folder))}"  # noqa: S108 -- checked below to be ours
    try:
        short.mkdir(mode=0o700)
        account.own(short)
    except FileExistsError:
        found = short.lstat()
        if found.st_uid != account.uid or not S_ISDIR(found.st_mode) or found.st_mode & 0o077:
            raise DatabaseError(
                f"The socket of the database in {folder} needs a shorter path, and {short} is taken by "
                f"somebody else. Remove it, or set TOCSIN_HOME to a folder with a shorter name."
            ) from None
    return short


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
