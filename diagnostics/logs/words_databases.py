"""What the codes stand for of which lines speak where a database refuses: title, meaning, what to do."""

WORDS: tuple[tuple[str, str, str, str], ...] = (
    (
        "LG125",
        "statements cancelled for their time",
        "The database ends statements that run past statement_timeout.",
        "See which statement, and whether it or the time-out changed: `/diagnose db`.",
    ),
    (
        "LG135",
        "a database whose table of locks is full",
        (
            "Every lock has a place in memory, and all are taken: a dump, a migration or a statement touches "
            "thousands of tables or partitions at once. More memory for the machine does not help."
        ),
        (
            "See who holds most: `SELECT pid, count(*) FROM pg_locks GROUP BY pid ORDER BY 2 DESC`. End "
            "that; then max_locks_per_transaction, which needs a restart."
        ),
    ),
    (
        "LG136",
        "data that are damaged",
        (
            "What the database reads from its disk is not what it wrote: a broken disk or controller, or "
            "files that were copied while they were written."
        ),
        (
            "Stop what writes. Copy the files before any repair, and look at the disk (dmesg, SMART); then "
            "restore, or fail over to a standby that reads the same rows."
        ),
    ),
    (
        "LG137",
        "rows whose key is taken already",
        (
            "New rows get ids that are there: a sequence behind the ids of its table, after a restore, a "
            "copy or rows that were written with an id; or work that is done twice."
        ),
        "Compare `SELECT max(id)` with the sequence's last_value; then `SELECT setval(...)` beyond it.",
    ),
    (
        "LG138",
        "prepared statements that are not there, or there already",
        (
            "A pooler gives each transaction another session of the database, and prepared statements stay "
            "behind in the session that made them."
        ),
        (
            "Switch them off in the driver: prepareThreshold=0, statement_cache_size=0, prepare_threshold="
            "None; or let the pooler carry them: PgBouncer from 1.21 on with max_prepared_statements."
        ),
    ),
)
