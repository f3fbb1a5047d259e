"""The stable codes of what can be seen on a Redis; documentation, rules and tests refer to them.

RD0xx reaching it · RD09x a look that failed · RD1xx memory · RD2xx clients · RD3xx slowness
RD4xx persistence · RD5xx replication · RD6xx counters
"""

from enum import StrEnum

from diagnostics.code import WORD, Described


class Code(StrEnum):
    """One condition each; the health of a finding tells how bad it is."""

    ANSWERS = "RD001"  # a new connection was made and PING answered
    CLIENTS_FULL = "RD010"  # maxclients is reached
    REFUSED = "RD011"  # nothing listens at the address
    NO_ANSWER = "RD012"  # the address takes the connection and says nothing
    WRONG_PASSWORD = "RD013"  # noqa: S105 -- a code: WRONGPASS
    NO_PASSWORD = "RD014"  # noqa: S105 -- a code: NOAUTH
    LOADING = "RD015"  # it reads its data from the disk
    BUSY = "RD016"  # a script runs and blocks everything else
    NO_ADDRESS = "RD017"  # the host's name is not known
    TLS_FAILED = "RD018"  # no agreement about encryption, or a certificate that does not fit
    NOT_CONNECTED = "RD019"  # any other reason
    MASTER_GONE = "RD020"  # MASTERDOWN: a replica that serves nothing without its master

    NO_PRIVILEGE = "RD090"  # NOPERM
    LOOK_FAILED = "RD091"  # any other error of the server's

    MEMORY = "RD101"  # used memory against its limit
    WRITES_REFUSED = "RD102"  # OOM: the limit is reached and nothing may be evicted
    FRAGMENTED = "RD103"  # much more memory taken than its data need

    CLIENTS = "RD201"  # connections against maxclients
    REJECTED = "RD202"  # connections that were refused a moment ago

    SLOW = "RD301"  # commands that took long
    LATENCY = "RD302"  # latency events

    PERSISTENCE = "RD401"  # saving goes well
    SAVE_FAILED = "RD402"  # the last save or write to the log failed
    SAVE_LONG = "RD403"  # a save takes long

    REPLICATION = "RD501"  # the role and its links
    LINK_DOWN = "RD502"  # a replica without its master
    REPLICA_LAGS = "RD503"  # replicas behind or not in line

    COUNTERS = "RD601"  # commands, evictions and errors just now


REASON = {"error": WORD}

CODES = (
    Described(Code.ANSWERS, "it takes new connections", {"ping": "ms", "connect": "ms"}),
    Described(Code.CLIENTS_FULL, "maxclients is reached", REASON, "No application can connect any more."),
    Described(Code.REFUSED, "nothing listens", REASON, "Redis is stopped, or listens somewhere else."),
    Described(Code.NO_ANSWER, "no answer", REASON, "It is blocked by a command, frozen, or out of reach."),
    Described(Code.WRONG_PASSWORD, "role or password refused", REASON),
    Described(Code.NO_PASSWORD, "it wants a password", REASON),
    Described(Code.LOADING, "it is loading its data", REASON, "It serves nothing until that has ended."),
    Described(Code.BUSY, "a script blocks it", REASON, "Every other command waits or is refused."),
    Described(Code.NO_ADDRESS, "the host's name is not known", REASON),
    Described(Code.TLS_FAILED, "encryption fails", REASON),
    Described(Code.NOT_CONNECTED, "no connection for another reason", REASON),
    Described(Code.MASTER_GONE, "a replica that serves nothing without its master", REASON),
    Described(Code.NO_PRIVILEGE, "a grant is missing", {"grant": WORD, "error": WORD}),
    Described(Code.LOOK_FAILED, "a look failed", REASON),
    Described(
        Code.MEMORY,
        "used memory",
        {
            "used memory": "bytes",
            "limit": "bytes",
            "share": "%",
            "policy": WORD,
            "refused writes": "",
            "peak": "bytes",
        },
    ),
    Described(
        Code.WRITES_REFUSED,
        "writes are refused",
        {"used memory": "bytes", "limit": "bytes", "share": "%", "policy": WORD, "refused writes": ""}
        | {"peak": "bytes"},
        "Reads still work; everything that stores fails.",
    ),
    Described(
        Code.FRAGMENTED,
        "fragmented memory",
        {"fragmentation": "", "beyond its data": "bytes", "used memory": "bytes", "peak": "bytes"},
    ),
    Described(
        Code.CLIENTS,
        "connections against maxclients",
        {
            "clients": "",
            "maxclients": "",
            "share": "%",
            "blocked": "",
            "holder": WORD,
            "held": "",
            "idle": "",
        },
    ),
    Described(
        Code.REJECTED,
        "refused connections",
        {"refused": "", "within": "s"},
        "Applications were turned away.",
    ),
    Described(Code.SLOW, "slow commands", {"slow commands": "", "slowest": "s", "command": WORD}),
    Described(Code.LATENCY, "latency events", {"events": "", "worst": "s", "event": WORD}),
    Described(
        Code.PERSISTENCE,
        "saving to disk",
        {"since the last save": "s", "unsaved changes": "", "append log": WORD},
    ),
    Described(Code.SAVE_FAILED, "saving failed", {"what": WORD, "refused writes": ""}),
    Described(Code.SAVE_LONG, "a save takes long", {"saving": "s"}),
    Described(Code.REPLICATION, "replication", {"role": WORD, "replicas": "", "lag": "s"}),
    Described(Code.LINK_DOWN, "a replica without its master", {"role": WORD, "down": "s"}),
    Described(Code.REPLICA_LAGS, "replicas behind", {"role": WORD, "replicas": "", "lag": "s"}),
    Described(
        Code.COUNTERS,
        "what it counts",
        {"commands": "", "evicted keys": "", "refused writes": "", "within": "s"},
    ),
)
