"""The codes of what wears out or piles up in a PostgreSQL: dead rows, ids, sequences, the log's archive."""

from diagnostics.code import WORD, Described
from diagnostics.probes.postgres import archiver, losses, sequences, tables, vacuum, wraparound
from diagnostics.probes.postgres.codes import Code

AGE = {"age": "", "left": "", "taken": "%", "database": WORD, "table": WORD}
AT_THE_END = "At its end PostgreSQL takes no more writes, to save the data."
FREEZE = (
    "End what holds VACUUM back (old transactions, prepared ones, slots), then VACUUM (FREEZE) the oldest "
    "tables. No restart, no single-user mode."
)

WEAR = (
    Described(
        Code.ROWS,
        "about how many rows the named tables have",
        {"tables": "", "rows": ""},
        "By the server's own estimate: they are never counted, which would read them whole. Name them as "
        "`tables` in services.toml.",
        probe=losses.PROBE,
    ),
    Described(
        Code.ROWS_LOST,
        "many rows gone from a named table",
        {
            "lost": "",
            "share": "%",
            "rows": "",
            "before": "",
            "within": "s",
            "table": WORD,
            "how": WORD,
        },
        losses.MEANING,
        losses.NEXT_STEP,
        probe=losses.PROBE,
    ),
    Described(
        Code.DEAD_ROWS,
        "dead rows",
        {
            "tables": "",
            "table": WORD,
            "dead rows": "",
            "dead": "%",
            "size": "bytes",
            "last vacuum": "s",
            "autovacuum": WORD,
            "kept back": WORD,
        },
        "Every statement reads past them: it gets slower, and the table grows. Up to its own threshold "
        "autovacuum leaves some by design, which is not called ill.",
        "End what keeps VACUUM back, or turn autovacuum on again; then VACUUM the table.",
        probe=vacuum.PROBE,
    ),
    Described(
        Code.XMIN_HELD,
        "what keeps VACUUM back",
        {"kind": WORD, "holder": WORD, "state": WORD, "held for": "s", "transactions": ""},
        "A session, a prepared transaction, a standby's query or a slot, by `kind`. VACUUM keeps every row "
        "that died after its snapshot.",
        "End the session, finish the prepared transaction, or bring the slot's reader back.",
        probe=vacuum.PROBE,
        lasting="held for",
    ),
    Described(
        Code.TRANSACTION_IDS, "the age of the oldest database", AGE, AT_THE_END, FREEZE, wraparound.PROBE
    ),
    Described(
        Code.MULTIXACTS, "the age of its oldest shared row lock", AGE, AT_THE_END, FREEZE, wraparound.PROBE
    ),
    Described(
        Code.SEQUENCES,
        "sequences near their end",
        {
            "near their end": "",
            "sequence": WORD,
            "column": WORD,
            "used": "%",
            "left": "",
            "not readable": "",
        },
        "At its end, or at that of the type of its column, every insert into that table fails.",
        "Widen the column to bigint. Where Tocsin's role may not read them: "
        "`GRANT SELECT ON ALL SEQUENCES IN SCHEMA ... TO ...`.",
        probe=sequences.PROBE,
    ),
    Described(
        Code.INVALID_INDEXES,
        "indexes that no query uses",
        {"indexes": "", "index": WORD, "table": WORD},
        "Left by a CREATE INDEX CONCURRENTLY that failed: writes pay for them, reads go without.",
        "`REINDEX INDEX CONCURRENTLY`, or drop it and build it anew.",
        probe=tables.SIZES,
    ),
)

ARCHIVE = (
    Described(
        Code.ARCHIVER,
        "the archive of the log",
        {
            "failed": "",
            "failing": WORD,
            "last archived": "s",
            "waiting": "",
            "kept": "bytes",
            "oldest": "s",
        },
        "The log is kept until it is archived: its disk fills up, and backups end where the archive ends.",
        "Read the server's log for the error of archive_command, and look at the archive's disk, network and "
        "credentials. Delete nothing in pg_wal.",
        probe=archiver.PROBE,
    ),
)
