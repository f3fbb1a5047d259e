"""Every code that a look at a Redis can say, for people, rules and tests."""

from diagnostics.code import WORD, Described
from diagnostics.probes.redis import (
    ids,
)
from diagnostics.probes.redis.codes import Code

REASON = {"error": WORD}

CODES = (
    Described(Code.ANSWERS, "it takes new connections", {"ping": "ms", "connect": "ms"}, probe=ids.PING),
    Described(
        Code.CLIENTS_FULL,
        "maxclients is reached",
        REASON,
        "No application can connect any more.",
        probe=ids.PING,
    ),
    Described(
        Code.REFUSED,
        "nothing listens",
        REASON,
        "Redis is stopped, or listens somewhere else.",
        probe=ids.PING,
    ),
    Described(
        Code.NO_ANSWER,
        "no answer",
        REASON,
        "It is blocked by a command, frozen, or out of reach.",
        probe=ids.PING,
    ),
    Described(Code.WRONG_PASSWORD, "role or password refused", REASON, probe=ids.PING),
    Described(Code.NO_PASSWORD, "it wants a password", REASON, probe=ids.PING),
    Described(
        Code.LOADING,
        "it is loading its data",
        REASON,
        "It serves nothing until that has ended.",
        probe=ids.PING,
    ),
    Described(
        Code.BUSY,
        "a script blocks it",
        REASON,
        "Every other command waits or is refused.",
        probe=ids.PING,
    ),
    Described(Code.NO_ADDRESS, "the host's name is not known", REASON, probe=ids.PING),
    Described(Code.TLS_FAILED, "encryption fails", REASON, probe=ids.PING),
    Described(Code.NOT_CONNECTED, "no connection for another reason", REASON, probe=ids.PING),
    Described(Code.MASTER_GONE, "a replica that serves nothing without its master", REASON, probe=ids.PING),
    Described(Code.WRITES_STOPPED, "no writes, since it could not save (MISCONF)", REASON, probe=ids.PING),
    Described(
        Code.NO_TLS,
        "the address asks for TLS, and the port speaks none",
        REASON,
        "Whoever tries TLS there waits in vain.",
        "Write redis:// in place of rediss://, or turn TLS on there.",
        probe=ids.PING,
    ),
    Described(
        Code.TLS_WANTED,
        "the port speaks TLS, and the address does not ask for it",
        REASON,
        "Whoever comes without TLS is cut off.",
        "Write rediss:// in place of redis://.",
        probe=ids.PING,
    ),
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
        probe=ids.MEMORY,
    ),
    Described(
        Code.WRITES_REFUSED,
        "writes are refused",
        {"used memory": "bytes", "limit": "bytes", "share": "%", "policy": WORD, "refused writes": ""}
        | {"peak": "bytes"},
        "Reads still work; everything that stores fails.",
        probe=ids.MEMORY,
    ),
    Described(
        Code.FRAGMENTED,
        "fragmented memory",
        {"fragmentation": "", "beyond its data": "bytes", "used memory": "bytes", "peak": "bytes"},
        probe=ids.MEMORY,
    ),
    Described(
        Code.CLIENT_BUFFERS,
        "memory that waits for clients which do not read",
        {
            "buffers": "bytes",
            "share": "%",
            "unread": "bytes",
            "client": WORD,
            "command": WORD,
            "silent": "s",
            "used memory": "bytes",
        },
        "What they do not read fills the memory that data need.",
        "End the client: CLIENT KILL ID, then its program.",
        probe=ids.MEMORY,
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
        probe=ids.CLIENTS,
    ),
    Described(
        Code.REJECTED,
        "refused connections",
        {"refused": "", "within": "s"},
        "Applications were turned away.",
        probe=ids.COUNTERS,
    ),
    Described(
        Code.SLOW, "slow commands", {"slow commands": "", "slowest": "s", "command": WORD}, probe=ids.SLOW
    ),
    Described(Code.LATENCY, "latency events", {"events": "", "worst": "s", "event": WORD}, probe=ids.LATENCY),
    Described(
        Code.PERSISTENCE,
        "saving to disk",
        {"since the last save": "s", "unsaved changes": "", "append log": WORD},
        probe=ids.PERSISTENCE,
    ),
    Described(Code.SAVE_FAILED, "saving failed", {"what": WORD, "refused writes": ""}, probe=ids.PERSISTENCE),
    Described(Code.SAVE_LONG, "a save takes long", {"saving": "s"}, probe=ids.PERSISTENCE),
    Described(
        Code.REPLICATION,
        "replication",
        {"role": WORD, "replicas": "", "lag": "s"},
        probe=ids.REPLICATION,
    ),
    Described(
        Code.LINK_DOWN,
        "a replica without its master",
        {"role": WORD, "down": "s"},
        probe=ids.REPLICATION,
        lasting="down",
    ),
    Described(
        Code.REPLICA_LAGS,
        "replicas behind",
        {"role": WORD, "replicas": "", "lag": "s"},
        probe=ids.REPLICATION,
    ),
    Described(
        Code.COUNTERS,
        "what it counts",
        {"commands": "", "evicted keys": "", "refused writes": "", "within": "s"},
        probe=ids.COUNTERS,
    ),
    Described(
        Code.EMPTIED,
        "most of its keys gone since the look before",
        {"before": "", "left": "", "within": "s", "restarted": WORD},
        "Sessions that it held are gone, and whatever it cached is asked of the database instead.",
        "See whether it was restarted without what it had saved, or who sent FLUSHALL.",
        probe=ids.COUNTERS,
    ),
    Described(
        Code.COMMANDS_REFUSED,
        "commands refused again and again",
        {"refused": "", "answer": WORD, "reason": WORD},
        probe=ids.COUNTERS,
    ),
)
