"""Every code that a look at a PostgreSQL can say, for people, rules and tests."""

from diagnostics.code import WORD, Described
from diagnostics.probes.postgres import (
    activity,
    costs,
    idle,
    locks,
    refusals,
    replication,
    settings,
    statements,
    subscriptions,
    tables,
)
from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.described_counted import COUNTED
from diagnostics.probes.postgres.described_defaults import DEFAULTS
from diagnostics.probes.postgres.described_reaching import LOOKING, REACHING
from diagnostics.probes.postgres.described_wear import ARCHIVE, WEAR

QUEUE = {
    "waiters": "",
    "roots": "",
    "longest wait": "s",
    "root pid": "",
    "application": WORD,
    "relation": WORD,
}
WAITING = "They wait until that lock is given back; each of them keeps a connection meanwhile."

CONNECTIONS = (
    Described(
        Code.ACTIVITY,
        "sessions by state",
        {
            "clients": "",
            "active": "",
            "idle": "",
            "idle in transaction": "",
            "idle in transaction (aborted)": "",
            "fastpath function call": "",
            "disabled": "",
            "starting": "",
            "unknown": "",
            "hidden": "",
            "waiting for a standby": "",
        },
        "What the sessions do. It lists and does not judge.",
        probe=activity.BY_STATE,
    ),
    Described(
        Code.IDLE_IN_TRANSACTION,
        "sessions idle in a transaction",
        {
            "idle in transaction": "",
            "share": "%",
            "settled": "",
            "oldest": "s",
            "application": WORD,
            "application share": "%",
            "last statement": WORD,
        },
        "Each holds a connection and its locks and does nothing: code that does not end its work.",
        "Restart that application or roll it back; then set idle_in_transaction_session_timeout.",
        probe=idle.IN_TRANSACTION,
        lasting="oldest",
    ),
    Described(
        Code.SLOTS,
        "the connection slots",
        {"taken slots": "", "usable slots": "", "taken": "%", "max_connections": "", "reserved": ""},
        "When the last one is taken, every new connection is refused.",
        "Find out who holds them before raising max_connections.",
        probe=activity.POOL,
    ),
    Described(
        Code.OLD_BUSY,
        "connections never given back",
        {"sessions": "", "share": "%"},
        "Connections that were taken long ago and never came to rest: a leak, or work that never ends.",
        "Compare their applications with what was deployed last.",
        probe=idle.OLD_BUSY,
    ),
    Described(
        Code.OLD_IDLE,
        "connections at rest",
        {"sessions": ""},
        "Members of a pool that wait for work, which is how a pool works. Never a reason to end them.",
        probe=idle.OLD_IDLE,
    ),
    Described(
        Code.LIMITED_ROLE,
        "a role near its own limit of connections",
        {"used": "", "allowed": "", "taken": "%"},
        "Beyond that, its new connections are refused although the server has room.",
        "Find out which of its applications holds them.",
        probe=activity.POOL,
    ),
    Described(
        Code.LIMITED_DATABASE,
        "a database near its own limit of connections",
        {"used": "", "allowed": "", "taken": "%"},
        "Beyond that, new connections to it are refused although the server has room.",
        "See who holds its connections before raising the limit: `ALTER DATABASE ... CONNECTION LIMIT ...`.",
        probe=activity.POOL,
    ),
    Described(
        Code.LONG_TRANSACTION,
        "transactions open for long",
        {"transactions": "", "oldest": "s"},
        "Until it ends, VACUUM cannot remove what was deleted since it began, and its locks stay.",
        "Ask its owner to commit in smaller parts.",
        probe=statements.LONG,
        lasting="oldest",
    ),
    Described(
        Code.PREPARED,
        "prepared transactions left behind",
        {"prepared": "", "oldest": "s"},
        "It keeps its locks through restarts, and nobody is connected who could end it.",
        "Find its owner by its name in pg_prepared_xacts: they know how to end it.",
        probe=statements.LONG,
        lasting="oldest",
    ),
)

LOCKS = (
    Described(Code.NO_LOCK_WAITS, "nobody waits for a lock", {"waiters": ""}, probe=locks.PROBE),
    Described(
        Code.LOCK_ROOT_IDLE,
        "a lock held by an idle session",
        QUEUE,
        WAITING,
        "Ask its owner to end the transaction, or end that session; it does nothing meanwhile.",
        probe=locks.PROBE,
        lasting="longest wait",
    ),
    Described(
        Code.LOCK_ROOT_RUNNING,
        "a lock held by a running statement",
        QUEUE,
        WAITING,
        "Let the statement finish if it is nearly done; else cancel it.",
        probe=locks.PROBE,
        lasting="longest wait",
    ),
    Described(
        Code.DDL_QUEUE,
        "a schema change that holds up others",
        QUEUE,
        "The change waits for its lock, and everything that comes after it waits behind it.",
        "Cancel the schema change first: the others go on at once. Try it again with a lock_timeout.",
        probe=locks.PROBE,
        lasting="longest wait",
    ),
    Described(
        Code.LOCK_TABLE,
        "a full table of locks, and who fills it",
        {"locks": "", "taken": "", "holder": WORD},
        refusals.EVERY_LOCK,
        refusals.END_HOLDER,
        probe=locks.PROBE,
    ),
    Described(
        Code.LOCK_CYCLE,
        "sessions that wait for each other",
        {"waiters": "", "longest wait": "s"},
        "PostgreSQL breaks such a circle after deadlock_timeout, at the cost of one transaction.",
        "Look for deadlocks in its log; the code must take its locks in one order.",
        probe=locks.PROBE,
        lasting="longest wait",
    ),
)

STATEMENTS = (
    Described(
        Code.SLOW_NOW,
        "statements running for long",
        {"slow": "", "longest": "s", "application": WORD, "statement": WORD},
        "It takes time and locks from the others.",
        "Ask its owner whether it may be cancelled; cancel before ending the session.",
        probe=statements.SLOW,
        lasting="longest",
    ),
    Described(
        Code.COSTLY,
        "the costliest statements",
        {"costly": "", "share": "%", "mean": "ms", "calls": "", "since reset": "%", "queryid": WORD},
        "Judged by what was called while we looked; what was counted since the last reset is told beside it.",
        "If it is new, look at what was deployed; EXPLAIN it for a missing index.",
        probe=costs.PROBE,
    ),
)

TABLES = (
    Described(
        Code.FULL_SCANS,
        "tables read from end to end",
        {"tables": "", "table": WORD, "scans": "", "rows per scan": ""},
        "A frequent statement finds no index that suits it.",
        "Find its statement, EXPLAIN it, then `CREATE INDEX CONCURRENTLY`.",
        probe=tables.SCANS,
    ),
    Described(
        Code.SIZES,
        "the largest tables",
        {"largest": "bytes", "over the limit": ""},
        "By estimate, as the catalogue last counted them. It accuses nobody.",
        probe=tables.SIZES,
    ),
)

GUARDS = (
    Described(
        Code.GUARDS,
        "settings that end abandoned work",
        dict.fromkeys(settings.NAMES, WORD),
        "Where they are not set, nothing ends a transaction or a statement that was left running.",
        "After the incident, for the application's role: "
        "`ALTER ROLE ... SET idle_in_transaction_session_timeout = '60s'`.",
        probe=settings.PROBE,
    ),
)

REPLICATION = (
    Described(
        Code.REPLICAS,
        "the standbys of this primary",
        {"standbys": "", "lag": "s", "lag in bytes": "bytes", "held": "s"},
        "Reads from one that lags are stale, and a failover to it would lose that much.",
        "Look at its replay (paused? a long query on it?), its disk and the network.",
        probe=replication.PROBE,
    ),
    Described(
        Code.SLOT_RETAINS,
        "a replication slot that keeps the log",
        {"slots": "", "kept": "bytes", "slot": WORD, "unread": "", "allowed": "bytes", "status": WORD},
        "The log grows until the disk is full, or until max_slot_wal_keep_size where that is set.",
        "Bring its reader back. Dropping the slot means that the reader must be built anew.",
        probe=replication.PROBE,
    ),
    Described(
        Code.STANDBY,
        "this server as a standby",
        {"lag": "s", "not replayed": "bytes", "held": "s"},
        "Reads from one that lags are stale.",
        "Ask the primary how far it is behind: pg_stat_replication.",
        probe=replication.PROBE,
    ),
    Described(
        Code.STANDBY_ALONE,
        "a standby that receives nothing",
        {"lag": "s"},
        replication.CUT_OFF,
        replication.READ_ITS_LOG,
        probe=replication.PROBE,
    ),
    Described(
        Code.SUBSCRIPTIONS,
        "subscriptions to another server's tables",
        {"subscriptions": "", "stopped": "", "errors": ""},
        subscriptions.STOPPED,
        subscriptions.READ_LOG,
        probe=replication.PROBE,
    ),
)

CODES = (
    *REACHING,
    *LOOKING,
    *CONNECTIONS,
    *LOCKS,
    *STATEMENTS,
    *TABLES,
    *WEAR,
    *GUARDS,
    *DEFAULTS,
    *REPLICATION,
    *ARCHIVE,
    *COUNTED,
)
