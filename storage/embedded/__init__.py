"""A PostgreSQL of our own on this machine: found, made, started, and gone when we are.

    async with running(home / "postgres") as server:
        connect(server.dsn)

`running_blocking` does the same without an event loop, `temporary` on a folder that is removed afterwards;
`fresh` makes a database for a single use.
"""

from storage.embedded.databases import fresh
from storage.embedded.errors import DatabaseError
from storage.embedded.running import running, running_blocking, temporary
from storage.embedded.server import Loopback, Options, Server

__all__ = [
    "DatabaseError",
    "Loopback",
    "Options",
    "Server",
    "fresh",
    "running",
    "running_blocking",
    "temporary",
]
