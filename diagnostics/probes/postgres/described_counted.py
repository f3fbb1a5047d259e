"""The codes of what a PostgreSQL counts: deadlocks, rollbacks, temporary files, its cache, checkpoints."""

from diagnostics.code import WORD, Described
from diagnostics.probes.postgres import counters
from diagnostics.probes.postgres.codes import Code

COUNTED = (
    Described(
        Code.COUNTERS,
        "what the database counted of late",
        {
            "transactions": "",
            "rollbacks": "%",
            "deadlocks": "",
            "temporary files": "bytes",
            "from the cache": "%",
            "within": "s",
        },
        "Counted over the last two minutes where Tocsin has watched for that long, else over two seconds. "
        "It lists and does not judge.",
        probe=counters.PROBE,
    ),
    Described(
        Code.DEADLOCKS,
        "deadlocks",
        {
            "deadlocks": "",
            "within": "s",
            "a minute": "",
            "deadlock_timeout": "ms",
            "log_lock_waits": WORD,
        },
        "Transactions take the same locks in different orders; one of each pair was rolled back.",
        "The server's log names both statements. The code must take its locks in one order, and try again "
        "what was rolled back. log_lock_waits also logs the waits before them.",
        probe=counters.PROBE,
    ),
    Described(
        Code.ROLLBACKS,
        "many transactions rolled back",
        {"transactions": "", "rollbacks": "%", "within": "s", "reason": WORD},
        "Requests fail in the application or in the database.",
        "Read the application's log for its errors, and the server's for ERROR.",
        probe=counters.PROBE,
    ),
    Described(
        Code.CONFLICTS,
        "statements cancelled by a standby",
        {"conflicts": "", "within": "s", "over": WORD},
        "The application sees: canceling statement due to conflict with recovery.",
        "Run long reads elsewhere, or let them finish: hot_standby_feedback = on, or a longer "
        "max_standby_streaming_delay, during which reads get older.",
        probe=counters.PROBE,
    ),
    Described(
        Code.SPILL,
        "temporary files",
        {
            "written": "bytes",
            "within": "s",
            "a minute": "bytes",
            "open now": "bytes",
            "application": WORD,
            "statement": WORD,
            "queryid": WORD,
        },
        "Sorts or joins do not fit into work_mem and go to the disk, which can fill up.",
        "EXPLAIN (ANALYZE, BUFFERS) the statement: an index or fewer rows first; then more work_mem, for its "
        "role alone. temp_file_limit bounds the damage.",
        probe=counters.PROBE,
    ),
    Described(
        Code.CACHE,
        "pages that the cache did not have",
        {"from the cache": "%", "pages": "", "within": "s"},
        "The others were read from the disk, or from the machine's memory at best.",
        "Look for a statement that reads whole tables; then compare shared_buffers with the data.",
        probe=counters.PROBE,
    ),
    Described(
        Code.CHECKPOINTS,
        "checkpoints that do not wait for their time",
        {"forced": "", "checkpoints": "", "within": "s"},
        "So much is written that max_wal_size is reached; each of them floods the disk.",
        "Find what writes so much; then raise max_wal_size.",
        probe=counters.PROBE,
    ),
)
