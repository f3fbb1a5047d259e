"""The codes of crashes, and of settings and roles that let statements fail."""

from diagnostics.code import WORD, Described
from diagnostics.probes.postgres import crashes, defaults, refusals
from diagnostics.probes.postgres.codes import Code

DEFAULTS = (
    Described(
        Code.CRASHED,
        "a server that crashed and recovered",
        {"ago": "s", "after its start": "s", "unlogged tables": ""},
        "One of its processes died; every session was ended, and unlogged tables were emptied.",
        "Read the server's log before that moment; fill unlogged tables anew.",
        probe=crashes.PROBE,
    ),
    Described(
        Code.CHECKSUMS,
        "pages whose checksum is wrong",
        {"failures": "", "last": "s"},
        refusals.BROKEN,
        refusals.STOP_WRITING,
        probe=crashes.PROBE,
    ),
    Described(
        Code.READ_ONLY,
        "transactions that begin as read-only",
        {"source": WORD},
        "Every write of an application that does not ask for more fails. It is not ill by itself.",
        "See who set it and why: \\drds in psql.",
        probe=defaults.PROBE,
    ),
    Described(
        Code.PATH_LOST,
        "a search_path that leads nowhere",
        {"roles": "", "role": WORD},
        "Statements find no table that they name without a schema. It is not ill by itself.",
        "Correct it, or make the schema.",
        probe=defaults.PROBE,
    ),
    Described(
        Code.ROLE_ENDED,
        "a role whose password is past its day",
        {"role": WORD, "ago": "s", "roles": ""},
        "New connections of that role are refused. It may be meant so, so it is not ill by itself.",
        "Give it a new password and day, if it is still needed.",
        probe=defaults.PROBE,
    ),
    Described(
        Code.TIMEOUT_SHORT,
        "a statement_timeout of a role or database that is short",
        {"role": WORD, "limit": "s"},
        "Statements that take longer are cancelled. It may be meant so, so it is not ill by itself.",
        "See who set it and when: \\drds in psql.",
        probe=defaults.PROBE,
    ),
)
