"""The stable codes of what can be seen in logs, whatever system they come from.

LG00x the reading itself · LG01x a text that was looked for · LG1xx what lines speak of
"""

from collections.abc import Mapping
from enum import StrEnum

from diagnostics.code import WORD, Described
from diagnostics.logs.words_databases import WORDS


class Code(StrEnum):
    """One condition each; the names begin alike, since they stand among the codes of their source."""

    LOG_READ = "LG001"  # how many lines, and how many of them name an error
    LOG_ERRORS = "LG002"  # the distinct errors, ranked
    LOG_FLOOD = "LG003"  # more lines than anybody can read
    LOG_UNREAD = "LG004"  # a log that cannot be read
    LOG_ENDED = "LG005"  # what a program wrote before it ended

    LOG_FOUND = "LG010"
    LOG_NOT_FOUND = "LG011"

    LOG_SERVER_ERRORS = "LG101"
    LOG_TIMEOUTS = "LG102"
    LOG_REFUSED = "LG103"
    LOG_EXCEPTIONS = "LG104"
    LOG_CRITICAL = "LG105"
    LOG_SLOW_QUERIES = "LG106"
    LOG_CONFIGURATION = "LG107"
    LOG_MAIL = "LG108"
    LOG_OUT_OF_MEMORY = "LG109"
    LOG_DISK_FULL = "LG110"
    LOG_POOL_TIMEOUT = "LG111"
    LOG_TOO_MANY_CLIENTS = "LG112"
    LOG_STARTUP = "LG113"
    LOG_NAMES = "LG114"
    LOG_CERTIFICATES = "LG115"
    LOG_UPSTREAM = "LG116"
    LOG_AUTHENTICATION = "LG117"
    LOG_LOCKS = "LG118"
    LOG_ERROR_LEVEL = "LG119"
    LOG_FILES = "LG120"
    LOG_PERMISSION = "LG121"
    LOG_SCHEMA = "LG122"
    LOG_LIMITED = "LG123"
    LOG_PROCESSES = "LG124"
    LOG_CANCELLED = "LG125"
    LOG_READ_ONLY = "LG126"
    LOG_NETWORK = "LG127"
    LOG_CLOCK = "LG128"
    LOG_WORKERS = "LG129"
    LOG_OWN_KEY = "LG130"
    LOG_LICENCE = "LG131"
    LOG_LOCK_TABLE = "LG135"
    LOG_CORRUPT = "LG136"
    LOG_TAKEN_KEYS = "LG137"
    LOG_PREPARED = "LG138"


COUNTED: Mapping[str, str] = {"lines": "", "lines before": "", "window": "s", "sources": WORD, "last": WORD}


def _spoken_of(code: Code, title: str, meaning: str, next_step: str) -> Described:
    return Described(code, title, COUNTED, meaning, next_step)


READING = (
    Described(
        Code.LOG_READ,
        "what was read of the logs",
        {"lines": "", "errors": "", "window": "s", "reach": "s", "sources": WORD},
        next_step="Nothing to do.",
    ),
    Described(
        Code.LOG_ERRORS,
        "distinct errors, the most frequent first",
        {"errors": "", "errors before": "", "kinds": "", "most frequent": "", "window": "s"},
        "What repeats most is where to begin, if it is new.",
        "Read the most frequent one; `/diagnose logs find` with its words shows where it stands.",
    ),
    Described(
        Code.LOG_FLOOD,
        "a flood of log lines",
        {"lines": "", "rate": "per s", "reach": "s", "source": WORD},
        "It fills the disk and slows the service down, and older lines could not be read.",
        "See which line repeats. Lower the log level, and let the log be rotated.",
    ),
    Described(
        Code.LOG_UNREAD,
        "a log that cannot be read",
        {"source": WORD, "error": WORD},
        "What it says is not known, which is not the same as nothing.",
        "Read it where it is kept.",
    ),
    Described(Code.LOG_ENDED, "what a program wrote before it ended", {"source": WORD}),
    Described(
        Code.LOG_FOUND,
        "the text stands in the logs",
        {"found": "", "lines": "", "reach": "s", "sources": WORD, "first": WORD, "last": WORD},
    ),
    Described(
        Code.LOG_NOT_FOUND,
        "the text does not stand in the logs",
        {"found": "", "lines": "", "reach": "s", "sources": WORD},
    ),
)
SPOKEN_OF = (
    _spoken_of(
        Code.LOG_SERVER_ERRORS,
        "answers with 5xx",
        "Callers get errors.",
        "Look at the exceptions of the same time, and at what the service depends on.",
    ),
    _spoken_of(
        Code.LOG_TIMEOUTS,
        "timeouts",
        "Something that the service waits for is slow or gone.",
        "See which call times out, then look at that system.",
    ),
    _spoken_of(
        Code.LOG_REFUSED,
        "refused connections",
        "Something that the service needs is down, or its address is wrong.",
        "See which address refuses, and whether anything listens there.",
    ),
    _spoken_of(
        Code.LOG_EXCEPTIONS,
        "exceptions",
        "The program met what it was not written for.",
        "Compare the first of them with the time of the last deploy.",
    ),
    _spoken_of(
        Code.LOG_CRITICAL,
        "critical or fatal conditions",
        "The program itself calls this critical.",
        "Read the last of them.",
    ),
    _spoken_of(
        Code.LOG_SLOW_QUERIES,
        "slow queries",
        "The database answers late, and requests wait for it.",
        "Look at the database: `/diagnose db`.",
    ),
    _spoken_of(
        Code.LOG_CONFIGURATION,
        "wrong configuration",
        "A setting is missing or wrong.",
        "Compare the settings with those of the last good deploy.",
    ),
    _spoken_of(
        Code.LOG_MAIL,
        "trouble with mail (SMTP)",
        "Mail may not be going out.",
        "Look at the mail server, the credentials and the certificate that it asks for.",
    ),
    _spoken_of(
        Code.LOG_OUT_OF_MEMORY,
        "memory that ran out",
        "The process or one of its children could not get memory.",
        "Look at its memory and its limit; a restart helps for a while.",
    ),
    _spoken_of(
        Code.LOG_DISK_FULL,
        "a full disk",
        "Nothing can be written there: databases stop, logs are lost.",
        "Free space on that machine first: old logs, unused images, retained WAL.",
    ),
    _spoken_of(
        Code.LOG_POOL_TIMEOUT,
        "an exhausted connection pool",
        "Requests wait for a connection that nobody gives back.",
        "Look at the database's sessions: `/diagnose db` tells a leak from a pool that is too small.",
    ),
    _spoken_of(
        Code.LOG_TOO_MANY_CLIENTS,
        "a database that takes no more connections",
        "All slots of the database are taken.",
        "Look at who holds them: `/diagnose db`.",
    ),
    _spoken_of(
        Code.LOG_STARTUP,
        "a failed start",
        "The program cannot start as it is configured, so a restart does not help.",
        "Set what it misses, or roll back to the last version that started.",
    ),
    _spoken_of(
        Code.LOG_NAMES,
        "host names that are not found",
        "DNS does not answer, or a name is wrong.",
        "Look at the resolver; if several services say so, begin there.",
    ),
    _spoken_of(
        Code.LOG_CERTIFICATES,
        "certificates that are not accepted",
        "A certificate has expired or does not fit.",
        "Look at the certificate of the system that is called.",
    ),
    _spoken_of(
        Code.LOG_UPSTREAM,
        "a proxy that does not reach its back end",
        "The front answers for a back end that is not there.",
        "Look at the back end, then at the proxy's route to it.",
    ),
    _spoken_of(
        Code.LOG_AUTHENTICATION,
        "refused credentials",
        "A password was rotated, or somebody tries to get in.",
        "See who is refused, and when that began.",
    ),
    _spoken_of(
        Code.LOG_LOCKS,
        "deadlocks or locks that are waited for too long",
        "Transactions wait for each other.",
        "Look at the locks of the database: `/diagnose db`.",
    ),
    _spoken_of(
        Code.LOG_FILES,
        "too many open files",
        "The process may open no more files or connections, so it takes no requests.",
        "Restart it for now; then see what it does not close (lsof), and its limit (ulimit -n).",
    ),
    _spoken_of(
        Code.LOG_PERMISSION,
        "permissions that are missing",
        "It may not read or write what it needs: a grant or an owner is missing.",
        "See what it may not touch, and who changed its role, its user or its volume last.",
    ),
    _spoken_of(
        Code.LOG_SCHEMA,
        "tables or columns that are not there",
        "Program and database do not fit: a migration that has not run, or one that ran too early; or a "
        "search_path that leads elsewhere.",
        "Compare the last deploy with the last migration. Run the one that is missing, or roll back.",
    ),
    _spoken_of(
        Code.LOG_LIMITED,
        "calls that are limited (429)",
        "Somebody takes fewer calls than are made: a third party, or a limit of your own.",
        "See who limits, and what calls so often; slow it down, or ask for a higher limit.",
    ),
    _spoken_of(
        Code.LOG_PROCESSES,
        "processes or threads that cannot be started",
        "The limit of processes or threads is reached.",
        "See what starts so many, then its limit: pids_limit of the container, ulimit -u.",
    ),
    _spoken_of(
        Code.LOG_READ_ONLY,
        "something that may only be read",
        "It writes to a file system, a database or a replica that takes no writes: after a failover, by a "
        "broken disk or a setting.",
        "See which of them it is, whether somebody failed over or set it so, and where writes should go.",
    ),
    _spoken_of(
        Code.LOG_NETWORK,
        "a network that cannot be reached",
        "There is no way to that address: a route, an interface or a network of containers is missing.",
        "Look at the network that it is attached to, at routes and at firewalls that changed.",
    ),
    _spoken_of(
        Code.LOG_CLOCK,
        "clocks that disagree",
        "Signatures and tokens are refused since this clock, or the other one, is wrong.",
        "Compare the clocks of both sides (timedatectl, chronyc tracking), and set the wrong one right.",
    ),
    _spoken_of(
        Code.LOG_WORKERS,
        "workers that hang or are all taken",
        "Its workers are ended in the middle of a request, or none is free for the next one.",
        "See what they wait for: a database, a lock, a service that is called. Only then, more workers.",
    ),
    _spoken_of(
        Code.LOG_OWN_KEY,
        "keys or tokens of its own that others refuse",
        "What it calls does not let it in: a key was rotated, has ended, or is of another environment.",
        "See which key it is, and when it or the place where it is kept changed; put the valid one there.",
    ),
    _spoken_of(
        Code.LOG_LICENCE,
        "a licence that has ended",
        "The program does not work without it.",
        "Put the new licence where the old one is; ask its maker for one if there is none.",
    ),
    _spoken_of(
        Code.LOG_ERROR_LEVEL,
        "other errors",
        "The program calls these errors.",
        "Read the most frequent one.",
    ),
)
CODES = (*READING, *SPOKEN_OF, *(_spoken_of(Code(code), *words) for code, *words in WORDS))


def described(code: Code) -> Described:
    """What a code stands for."""
    return next(entry for entry in CODES if entry.code is code)
