"""Who the server runs as: PostgreSQL refuses root, so root hands it to somebody with fewer rights."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from storage.embedded.errors import DatabaseError

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """A user of this machine, by number."""

    name: str
    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        """Whether this program runs as that user already."""
        return self.uid == os.geteuid()

    def own(self, path: Path) -> None:
        """Give a file or folder to this user, if it is not theirs."""
        if not self.is_us:
            os.chown(path, self.uid, self.gid)

    def reaches(self, path: Path) -> bool:
        """Whether this user can read and enter or execute a path, tried as that user."""
        if self.is_us:
            return os.access(path, os.R_OK | os.X_OK)
        tried = subprocess.run(  # noqa: S603 -- a constant script; the path is an argument of it
            ["/bin/sh", "-c", 'test -r "$1" && test -x "$1"', "sh", path],
            cwd="/",
            user=self.uid,
            group=self.gid,
            extra_groups=[],
            capture_output=True,
            check=False,
        )
        return tried.returncode == 0


def choose(folder: Path) -> Account:
    """Who runs the server on a folder: ourselves; for root, the folder's owner or an unprivileged user.

    Raises:
        DatabaseError: the folder belongs to another user, or root finds nobody to run the server.
    """
    owner = folder.stat().st_uid if folder.exists() else os.geteuid()
    if os.geteuid() != 0:
        if owner != os.geteuid():
            raise DatabaseError(
                f"{folder} belongs to the user {_name(owner)}. Run Tocsin as that user, "
                "or set TOCSIN_HOME to a folder of your own, or set DATABASE_URL."
            )
        return Account(_name(owner), owner, os.getegid())
    return _known(owner) if owner else _unprivileged()


def _unprivileged() -> Account:
    for name in CANDIDATES:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, user.pw_uid, user.pw_gid)
    raise DatabaseError(
        "PostgreSQL does not run as root, and this machine has neither a user postgres nor a user nobody. "
        "Run Tocsin as an ordinary user, or set DATABASE_URL."
    )


def _known(uid: int) -> Account:
    try:
        return Account(_name(uid), uid, pwd.getpwuid(uid).pw_gid)
    except KeyError:
        return Account(str(uid), uid, uid)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
