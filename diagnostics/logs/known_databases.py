"""What lines say of a database that refuses: tables, keys, locks, prepared statements, damaged data."""

import re

from diagnostics.logs.codes import Code
from diagnostics.logs.known_form import Signature, Weight

OF_LOCKS = ("out of shared memory", "max_locks_per_transaction", "exceeds the lock table size")
OF_DATABASES = (
    Signature(
        Code.LOG_SCHEMA,
        Weight.COMMON,
        (
            "undefinedtable",
            "undefinedcolumn",
            "undefinedfunction",
            "no such table",
            "no such column",
            "unknown column",
            "can't locate revision",
            "inconsistentmigrationhistory",
            "pendingmigration",
            "migrations are pending",
            "failed migration",
            "failed validation",
            "dirty database version",
        ),
        re.compile(
            r"(?:relation|column|[Tt]able|function|procedure|sequence|schema) ['\"]?[\w.]{1,120}['\"]?"
            r"(?:\([^)]{0,200}\))? (?:of \S{1,80} )?do(?:es not|esn't) exist"
            r"|record \"?\w{1,80}\"? has no field"
        ),
    ),
    Signature(
        Code.LOG_CANCELLED,
        Weight.COMMON,
        (
            "due to statement timeout",
            "maximum statement execution time exceeded",
            "max_execution_time exceeded",
        ),
    ),
    Signature(Code.LOG_LOCK_TABLE, Weight.TELLING, OF_LOCKS),
    Signature(
        Code.LOG_CORRUPT,
        Weight.GRAVE,
        (
            "invalid page in block",
            "page verification failed",
            "datacorrupted",
            "indexcorrupted",
            "compressed data is corrupt",
            "compressed pglz data is corrupt",
            "database page corruption",
            "database disk image is malformed",
            "bad file format reading the append only file",
            "wrong signature trying to load db from file",
            "checksum mismatch in page",
        ),
        re.compile(
            r"missing chunk number \d+ for toast value|could not read block \d+ in file .{1,120}read only"
            r"|index \S{1,120} contains (?:unexpected zero|corrupted) page"
        ),
    ),
    Signature(
        Code.LOG_TAKEN_KEYS,
        Weight.COMMON,
        (),
        re.compile(
            r"duplicate key value violates unique constraint \W{0,2}\w{1,120}_pkey\b"
            r"|Duplicate entry .{1,120} for key \W?(?:\w{1,64}\.)?PRIMARY"
        ),
    ),
    Signature(
        Code.LOG_PREPARED,
        Weight.COMMON,
        (),
        re.compile(r"prepared statement \W{0,2}[\w.\-]{0,120}\W{0,2} (?:does not exist|already exists)"),
    ),
)
