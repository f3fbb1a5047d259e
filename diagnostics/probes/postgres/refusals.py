"""What a PostgreSQL means that refuses a connection, and what to do: a sentence for each way."""

from dataclasses import dataclass

from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.session import CONNECT
from diagnostics.wording import duration
from incidents.evidence import Health

NO_SPACE = "Writes fail, and when the log can no longer be written the server stops."
FREE_SPACE = (
    "Free space on the database's disk: its logs, old backups, temporary files. Delete nothing in pg_wal by "
    "hand; see which replication slot or archive keeps it."
)
BROKEN = (
    "What the server reads from its disk is not what it wrote: a broken disk, or files that were copied "
    "while they were written."
)
STOP_WRITING = (
    "Stop what writes. Copy the files before any repair, and look at the disk (dmesg, SMART); then restore, "
    "or fail over to a standby that reads the same rows."
)
EVERY_LOCK = (
    "Every lock has a place in memory, and all are taken: something touches thousands of tables or "
    "partitions in one transaction. More memory for the machine does not help."
)
END_HOLDER = (
    "End the session that holds most: `SELECT pid, count(*) FROM pg_locks GROUP BY pid ORDER BY 2 DESC`. "
    "Then raise max_locks_per_transaction, which needs a restart."
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a refused connection means."""

    code: Code
    sentence: str
    meaning: str
    next_step: str
    health: Health = Health.CRITICAL


REFUSALS = {
    Code.SLOTS_FULL: Refusal(
        Code.SLOTS_FULL,
        "New connections are refused: every slot that ordinary roles may use is taken (53300).",
        "The application cannot open connections either, so requests that need one fail.",
        "See who holds the slots; a superuser still gets in. Restarting that application gives them back.",
    ),
    Code.ROLE_LIMIT: Refusal(
        Code.ROLE_LIMIT,
        "A new connection of Tocsin's own role is refused: its connection limit is reached (53300).",
        "Other roles may still connect, so this says nothing about the application.",
        "Allow the role at least two connections: `ALTER ROLE ... CONNECTION LIMIT 2`.",
        Health.UNKNOWN,
    ),
    Code.DATABASE_LIMIT: Refusal(
        Code.DATABASE_LIMIT,
        "New connections to this database are refused although the server has room (53300).",
        "The application cannot open connections either.",
        "See who holds its connections before raising the limit: `ALTER DATABASE ... CONNECTION LIMIT ...`.",
    ),
    Code.REFUSED: Refusal(
        Code.REFUSED,
        "Nothing listens at the database's address.",
        "PostgreSQL is stopped, has crashed, or listens somewhere else.",
        "Look whether the server runs, and at the end of its log for PANIC, FATAL or a full disk.",
    ),
    Code.NO_ANSWER: Refusal(
        Code.NO_ANSWER,
        f"The database does not answer a new connection within {duration(CONNECT)}.",
        "Its machine is frozen or overloaded, or the network drops the packets.",
        "Look at the machine: load, disk and memory. Then at firewalls between here and there.",
    ),
    Code.WRONG_PASSWORD: Refusal(
        Code.WRONG_PASSWORD,
        "The database refuses Tocsin's role or password.",
        "The server runs. What the application sees is not known from here.",
        "Check the role in services.toml. A password that was rotated may be old in the application too.",
    ),
    Code.NO_RIGHT: Refusal(
        Code.NO_RIGHT,
        "The role may not connect to this database (42501).",
        "The server runs. Where the right was taken from everybody, the application is kept out as well.",
        "See who may: psql's \\l names the rights. Give it back: GRANT CONNECT ON DATABASE ... TO ...;",
    ),
    Code.NO_ENTRY: Refusal(
        Code.NO_ENTRY,
        "The server's pg_hba.conf does not let Tocsin's role in from here.",
        "The server runs. Rules that were changed may keep the application out as well.",
        "Compare pg_hba.conf with the addresses that connect and with whether they encrypt; then reload.",
    ),
    Code.NO_SUCH_DATABASE: Refusal(
        Code.NO_SUCH_DATABASE,
        "The server runs, but the database named in services.toml does not exist on it (3D000).",
        "It was dropped or renamed, or the address points to another server.",
        "Compare the address with the application's. If the database is gone, stop and plan a restore.",
    ),
    Code.DISK_FULL: Refusal(
        Code.DISK_FULL,
        "New connections fail: the server's disk is full (53100).",
        NO_SPACE,
        FREE_SPACE,
    ),
    Code.LOCKS_FULL: Refusal(
        Code.LOCKS_FULL,
        "New connections fail: the server's table of locks is full (53200).",
        EVERY_LOCK,
        END_HOLDER,
    ),
    Code.SERVER_MEMORY: Refusal(
        Code.SERVER_MEMORY,
        "New connections fail: the server gets no memory from its machine (53200).",
        "Statements fail as well, and the kernel may end the server next.",
        "Look at the machine's memory and at who takes it: sessions that sort or hash much, other programs.",
    ),
    Code.POOLER_FULL: Refusal(
        Code.POOLER_FULL,
        "The pooler in front of the database takes no more clients (max_client_conn).",
        "The limit is the pooler's, not the server's. The application is refused as well.",
        "On the pooler: `SHOW CLIENTS`. Stop what holds most; then smaller pools, or max_client_conn.",
    ),
    Code.POOLER_QUEUE: Refusal(
        Code.POOLER_QUEUE,
        "The pooler in front of the database takes clients and lets them wait: it has no connection to give.",
        "Its pool is used up by transactions that do not end, the database gives it no connection, or "
        "somebody paused it (PAUSE).",
        "On the pooler: `SHOW POOLS` (cl_waiting, maxwait) and `SHOW DATABASES` (paused: `RESUME` ends "
        "that). Then look at the server past it: who left transactions open, who waits for a lock.",
    ),
    Code.POOLER_ALONE: Refusal(
        Code.POOLER_ALONE,
        "The pooler answers, but it cannot log in to the database behind it.",
        "The database is down, full, or refuses the pooler.",
        "Look at the server itself. The pooler's log has the server's own words.",
    ),
    Code.STARTING: Refusal(
        Code.STARTING,
        "The server runs but takes no connections (57P03).",
        "After a crash it replays its log first; that ends by itself.",
        "Read its log. Wait for recovery to end; restarting again only makes it begin anew.",
    ),
    Code.NO_ADDRESS: Refusal(
        Code.NO_ADDRESS,
        "The name of the database's host is not known here.",
        "DNS does not answer, or the name is wrong.",
        "Check the name in services.toml and the resolver of this machine.",
    ),
    Code.TLS_FAILED: Refusal(
        Code.TLS_FAILED,
        "The database and Tocsin cannot agree on encryption.",
        "The certificate has expired or does not fit the host, or sslmode does not suit the server.",
        "Check the server's certificate and the sslmode in the address.",
    ),
}
