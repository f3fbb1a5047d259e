"""A running server as its users see it, and what can be asked of one before it starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

ROLE = "tocsin"  # the superuser of every server that we make
PUBLIC = Path("/var/lib/tocsin")


@dataclass(frozen=True, slots=True)
class Loopback:
    """Listen on 127.0.0.1 as well, with a password (SCRAM).

    Attributes:
        password: what the role needs over TCP; the socket asks for none.
        port: the TCP port; 0 takes a free one.
    """

    password: str = field(repr=False)
    port: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What can be asked of a server.

    Attributes:
        binaries: the folder that holds `postgres` and `initdb`; found by itself if None.
        database: made if it is missing.
        settings: further settings of the server, such as `{"max_connections": "20"}`.
        preload: libraries to load at start, those that this PostgreSQL does not have left out.
        loopback: listen on TCP as well; only the Unix socket if None.
        durable: False gives up safety against a crash of the machine (not of programs) for speed, for tests
            and the demo.
        public: where root's data and programs go that the server's user cannot reach where they are.
        patience: seconds for the server to start, or for another program to start or end one.
    """

    binaries: Path | None = None
    database: str = ROLE
    settings: Mapping[str, str] = field(default_factory=dict)
    preload: tuple[str, ...] = ()
    loopback: Loopback | None = None
    durable: bool = True
    public: Path = PUBLIC
    patience: float = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that answers.

    Attributes:
        folder: where its data stand; not the folder asked for if that could not be reached.
        socket_folder: the folder of its Unix socket, closed to other users.
        port: names the socket, and is the TCP port if it listens on TCP.
        pid: the process id of its first process.
        version: such as "18.4".
        database: the database that `dsn` opens.
        loopback: how to reach it over TCP; None if it does not listen there.
        preloaded: the libraries asked for that this PostgreSQL has.
        ours: False if another program started it and will stop it.
    """

    folder: Path
    socket_folder: Path
    port: int
    pid: int
    version: str
    database: str
    loopback: Loopback | None
    preloaded: tuple[str, ...]
    ours: bool

    @property
    def dsn(self) -> str:
        """The address of the database over the Unix socket, for psycopg, SQLAlchemy and asyncpg."""
        return self.dsn_of(self.database)

    def dsn_of(self, database: str) -> str:
        """The address of one of the server's databases over the Unix socket."""
        host = quote(str(self.socket_folder), safe="/")
        return f"postgresql://{ROLE}@/{quote(database, safe='')}?host={host}&port={self.port}"

    @property
    def loopback_dsn(self) -> str | None:
        """The address of the database over TCP, password included; None if it does not listen there."""
        if self.loopback is None:
            return None
        password = quote(self.loopback.password, safe="")
        return f"postgresql://{ROLE}:{password}@127.0.0.1:{self.port}/{quote(self.database, safe='')}"
