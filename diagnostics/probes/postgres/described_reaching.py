"""The codes of reaching a PostgreSQL, and of looks at it that failed."""

from diagnostics.code import WORD, Described
from diagnostics.probes.postgres import connect, refusals
from diagnostics.probes.postgres.codes import Code

SQLSTATE = {"sqlstate": WORD}


def _refused(code: Code, title: str) -> Described:
    refusal = refusals.REFUSALS[code]
    return Described(
        code, title, {**SQLSTATE, "error": WORD}, refusal.meaning, refusal.next_step, probe=connect.PROBE
    )


REACHING = (
    Described(
        Code.CONNECTS,
        "new connections",
        {"version": WORD, "connect": "ms"},
        "A new connection was made as the application would make one.",
        "If it is slow: look at the machine's load, and at the network on the way.",
        probe=connect.PROBE,
    ),
    _refused(Code.SLOTS_FULL, "every slot taken"),
    _refused(Code.ROLE_LIMIT, "the connection limit of Tocsin's own role"),
    _refused(Code.REFUSED, "nothing listens at the database's address"),
    _refused(Code.NO_ANSWER, "a database that does not answer new connections"),
    _refused(Code.WRONG_PASSWORD, "a refused role or password"),
    _refused(Code.NO_SUCH_DATABASE, "a database that does not exist"),
    _refused(Code.STARTING, "a server that starts, stops or recovers"),
    _refused(Code.NO_ADDRESS, "an unknown host name of the database"),
    _refused(Code.TLS_FAILED, "no agreement about encryption"),
    Described(
        Code.NOT_CONNECTED,
        "a connection that could not be made for another reason",
        {**SQLSTATE, "error": WORD},
        "What the application sees is not known from here.",
        "Try the address by hand with psql from the machine of Tocsin; it says more.",
        probe=connect.PROBE,
    ),
    _refused(Code.DATABASE_LIMIT, "the connection limit of one database"),
    _refused(Code.LOCKS_FULL, "no place left in the server's table of locks"),
    _refused(Code.SERVER_MEMORY, "a server that gets no memory"),
    _refused(Code.POOLER_FULL, "a pooler that takes no more clients"),
    _refused(Code.POOLER_QUEUE, "a pooler that lets its clients wait"),
    _refused(Code.POOLER_ALONE, "a pooler that cannot reach its database"),
    _refused(Code.NO_RIGHT, "a role that may not connect to the database"),
    _refused(Code.NO_ENTRY, "rules of the server that keep out who connects"),
)

LOOKING = (
    Described(
        Code.NO_PRIVILEGE,
        "something that Tocsin's role may not see",
        {**SQLSTATE, "hidden sessions": "", "role": WORD},
        "Leaks, slow statements and lock waits among what is hidden would not be seen.",
        "As a superuser: `GRANT pg_monitor TO` the role named in services.toml.",
    ),
    Described(
        Code.LOCKED_OUT,
        "a look that ran into a lock",
        SQLSTATE,
        "Somebody holds an ACCESS EXCLUSIVE lock: a migration, VACUUM FULL, TRUNCATE or ALTER TABLE.",
        "Look at the lock waits, and at migrations that run now.",
    ),
    Described(
        Code.TOO_SLOW,
        "a look that took too long on the server",
        SQLSTATE,
        "The database answers slowly, or its catalogue is very large.",
        "Look at its load; ask again when it is quieter.",
    ),
    Described(
        Code.DISK_FULL,
        "no space left on the server's disk",
        {**SQLSTATE, "error": WORD},
        refusals.NO_SPACE,
        refusals.FREE_SPACE,
        probe=connect.PROBE,  # another look can say it too; where all is well, this one shows it
    ),
    Described(
        Code.DAMAGED,
        "damaged data that a look ran into",
        SQLSTATE,
        refusals.BROKEN,
        refusals.STOP_WRITING,
        probe=connect.PROBE,  # another look says it; where all is well, this one shows it
    ),
    Described(
        Code.LOOK_FAILED,
        "a look that the server refused",
        SQLSTATE,
        "This is not known to be fine.",
        "Ask again. If it fails again, report it with the SQLSTATE.",
    ),
)
