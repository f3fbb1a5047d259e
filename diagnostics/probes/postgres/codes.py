"""The stable codes of what can be seen on a PostgreSQL; documentation, rules and tests refer to them.

PG0xx reaching it · PG09x a look that failed · PG1xx connections · PG2xx locks · PG3xx statements
PG4xx tables · PG5xx settings · PG6xx replication · PG7xx counters
"""

from enum import StrEnum


class Code(StrEnum):
    """One condition each; the health of a finding tells how bad it is."""

    CONNECTS = "PG001"  # a new connection was made
    SLOTS_FULL = "PG010"  # 53300: every slot that ordinary roles may use is taken
    ROLE_LIMIT = (
        "PG011"  # 53300: the limit of connections of our own role is reached, which says nothing of others
    )
    REFUSED = "PG012"  # nothing listens at the address
    NO_ANSWER = "PG013"  # the address takes the connection and says nothing
    WRONG_PASSWORD = "PG014"  # noqa: S105 -- a code: SQLSTATE 28P01 or 28000
    NO_SUCH_DATABASE = "PG015"  # 3D000
    STARTING = "PG016"  # 57P03: starting up, shutting down or recovering
    NO_ADDRESS = "PG017"  # the host's name is not known
    TLS_FAILED = "PG018"  # no agreement about encryption
    NOT_CONNECTED = "PG019"  # any other reason, with its SQLSTATE
    DATABASE_LIMIT = "PG020"  # 53300: the limit of connections of this one database is reached
    POOLER_FULL = "PG021"  # a pooler takes no more clients
    POOLER_QUEUE = "PG022"  # a pooler lets its clients wait for a connection to the database
    POOLER_ALONE = "PG023"  # a pooler cannot reach the database behind it
    NO_RIGHT = "PG025"  # 42501: the role may not connect to this database
    NO_ENTRY = "PG026"  # 28000: pg_hba.conf does not let this role in from here
    LOCKS_FULL = "PG027"  # 53200: no place is left in the server's table of locks
    SERVER_MEMORY = "PG028"  # 53200: the server gets no memory from its machine

    NO_PRIVILEGE = "PG090"  # 42501, or sessions hidden from the role
    LOCKED_OUT = "PG091"  # 55P03: the look itself ran into a lock
    TOO_SLOW = "PG092"  # 57014: the look ran into its own statement_timeout
    LOOK_FAILED = "PG093"  # any other SQLSTATE
    DISK_FULL = "PG094"  # 53100: a look, or a new connection, found no space on the server's disk
    DAMAGED = "PG095"  # XX001, XX002: a look ran into damaged data

    ACTIVITY = "PG101"  # who holds the connections
    IDLE_IN_TRANSACTION = "PG102"  # sessions that sit idle in an open transaction
    SLOTS = "PG103"  # how much of the slots is taken
    OLD_BUSY = "PG104"  # connections held for long without being given back
    OLD_IDLE = "PG105"  # pool members at rest: information, never an accusation
    LIMITED_ROLE = "PG106"  # a role near its own limit of connections
    LONG_TRANSACTION = "PG107"  # a transaction open for long
    PREPARED = "PG108"  # a prepared transaction that nobody finished
    LIMITED_DATABASE = "PG109"  # this database near its own limit of connections
    CRASHED = "PG110"  # a process of the server died, and all sessions were ended
    CHECKSUMS = "PG111"  # pages were read whose checksum is wrong

    NO_LOCK_WAITS = "PG200"
    LOCK_ROOT_IDLE = "PG201"  # the root of the queue is idle in a transaction
    LOCK_ROOT_RUNNING = "PG202"  # the root of the queue is running
    DDL_QUEUE = "PG203"  # a waiting ACCESS EXCLUSIVE lock holds up those behind it
    LOCK_CYCLE = "PG204"  # waiters without a root: a deadlock about to be broken
    LOCK_TABLE = "PG205"  # how much of the server's table of locks is taken, and by whom

    SLOW_NOW = "PG301"  # statements that have been running for long
    COSTLY = "PG302"  # statements by cost, from pg_stat_statements

    FULL_SCANS = "PG401"  # tables read from end to end, again and again
    SIZES = "PG402"  # the largest tables
    DEAD_ROWS = "PG403"  # what VACUUM has not removed
    XMIN_HELD = "PG404"  # what keeps VACUUM from removing it
    TRANSACTION_IDS = "PG405"  # how far the oldest database is from wraparound
    MULTIXACTS = "PG406"  # the same of row locks that several hold
    SEQUENCES = "PG407"  # sequences near their end
    INVALID_INDEXES = "PG408"  # indexes that cost and do not serve
    ROWS = "PG409"  # about how many rows the named tables have
    ROWS_LOST = "PG410"  # many of them have gone

    GUARDS = "PG501"  # the settings that end abandoned transactions
    READ_ONLY = "PG502"  # transactions begin as read-only
    PATH_LOST = "PG503"  # a search_path that names no schema that is there
    ROLE_ENDED = "PG504"  # a role whose password is past its day
    TIMEOUT_SHORT = "PG505"  # a statement_timeout of a role or database that is short

    REPLICAS = "PG601"  # standbys of this primary
    SLOT_RETAINS = "PG602"  # a replication slot that keeps the log
    STANDBY = "PG603"  # this server is a standby
    ARCHIVER = "PG604"  # whether the log reaches its archive
    SUBSCRIPTIONS = "PG605"  # subscriptions to another server's tables
    STANDBY_ALONE = "PG606"  # a standby that receives nothing

    COUNTERS = "PG701"  # what the database counted of late
    DEADLOCKS = "PG702"
    ROLLBACKS = "PG703"
    SPILL = "PG704"  # temporary files
    CACHE = "PG705"  # pages that the cache did not have
    CHECKPOINTS = "PG706"  # forced by the volume of writes
    CONFLICTS = "PG707"  # statements that a standby cancelled so that it could replay
