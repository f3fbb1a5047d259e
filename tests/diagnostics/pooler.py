"""A real PgBouncer in front of a PostgreSQL, for the length of a block."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

SETTINGS = """
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = trust
auth_file = {folder}/users
pool_mode = transaction
server_login_retry = 1
{more}
"""
USERS = '"diag" ""\n"app" ""\n"tocsin" ""\n'
BINARIES = ("/usr/sbin/pgbouncer", "/usr/bin/pgbouncer")


def found() -> str:
    """Where the program is; empty if it is not here."""
    return next((path for path in (*BINARIES, shutil.which("pgbouncer") or "") if Path(path).is_file()), "")


@contextmanager
def pooled(dsn: str, **more: object) -> Iterator[str]:
    """The same database through a pooler in transaction mode; its settings besides the usual.

    Yields:
        Its address.
    """
    parts = urlsplit(dsn)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    folder = Path(tempfile.mkdtemp(prefix="tocsin-test-"))
    settings = "\n".join(f"{key} = {value}" for key, value in more.items())
    (folder / "users").write_text(USERS)
    (folder / "pgbouncer.ini").write_text(
        SETTINGS.format(host=query["host"], port=query["port"], folder=folder, more=settings)
    )
    process = subprocess.Popen(
        [*_as_its_user(folder), found(), str(folder / "pgbouncer.ini")],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _up(process)
        yield parts._replace(query=f"host={folder}&port={query['port']}").geturl()
    finally:
        process.kill()
        process.communicate()
        shutil.rmtree(folder)


def _as_its_user(folder: Path) -> list[str]:
    """It refuses to run as root."""
    if os.getuid():
        return []
    user = pwd.getpwnam("postgres")
    for path in (folder, *folder.iterdir()):
        os.chown(path, user.pw_uid, user.pw_gid)
    folder.chmod(0o755)
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]


def _up(process: "subprocess.Popen[str]") -> None:
    assert process.stderr
    said = []
    for line in process.stderr:
        said.append(line)
        if "process up" in line:
            return
    raise AssertionError("".join(said))
