"""The stable codes of what can be seen through Prometheus.

PR00x it answers · PR01x it does not, or not so that it can be used · PR1xx what its series say of the service
"""

from enum import StrEnum

from diagnostics.code import WORD, Described
from diagnostics.probes.http.unanswered import FIGURES


class Code(StrEnum):
    """One condition each; the health of a finding tells how bad it is."""

    ANSWERS = "PR001"  # and these well-known metrics are there

    REFUSED = "PR010"  # nothing listens
    TIMED_OUT = "PR011"  # no answer in time
    NO_ADDRESS = "PR012"  # the host's name is not known
    TLS_FAILED = "PR013"  # the certificate or the handshake
    BROKEN = "PR014"  # the connection ended in the middle of an answer
    NOT_ALLOWED = "PR015"  # 401 or 403
    UNAVAILABLE = "PR016"  # 5xx: starting, overloaded, or its own time limit for a query
    BAD_QUERY = "PR017"  # 400: a configured query is no PromQL
    NOT_EVALUATED = "PR018"  # 422: the query is PromQL but could not be evaluated
    NOT_THERE = "PR019"  # any other status: not the address of a Prometheus
    BAD_ANSWER = "PR020"  # the answer cannot be read

    ERRORS = "PR101"  # the share of requests that end in 5xx
    LATENCY = "PR102"  # p99, against a limit and against its own past
    TRAFFIC = "PR103"  # requests against earlier
    POOL = "PR104"  # how much of a connection pool is in use
    BREAKER = "PR105"  # the state of circuit breakers
    MEMORY = "PR106"  # its level, and when it will reach its limit
    CPU = "PR107"  # the share of what may be used
    ALERTS = "PR108"  # firing alerts
    TARGETS = "PR109"  # what Prometheus could not scrape
    IMPACT = "PR110"  # users, revenue: whatever operators count


CODES = (
    Described(Code.ANSWERS, "Prometheus answers", {"well-known metrics": ""}),
    Described(
        Code.REFUSED,
        "nothing listens at Prometheus' address",
        FIGURES,
        "What the service's metrics say cannot be seen.",
        "See whether Prometheus runs.",
    ),
    Described(
        Code.TIMED_OUT,
        "Prometheus does not answer in time",
        FIGURES,
        "What the service's metrics say cannot be seen.",
        "See whether Prometheus or its machine is overloaded.",
    ),
    Described(Code.NO_ADDRESS, "Prometheus' host name is not known", FIGURES),
    Described(Code.TLS_FAILED, "encryption with Prometheus fails", FIGURES),
    Described(Code.BROKEN, "Prometheus ended the connection in mid-answer", FIGURES),
    Described(Code.NOT_ALLOWED, "Prometheus refuses the login", FIGURES),
    Described(Code.UNAVAILABLE, "Prometheus answers 5xx", FIGURES),
    Described(Code.BAD_QUERY, "a configured query is no PromQL", FIGURES),
    Described(Code.NOT_EVALUATED, "a query could not be evaluated", FIGURES),
    Described(Code.NOT_THERE, "the address is no Prometheus", FIGURES),
    Described(Code.BAD_ANSWER, "Prometheus' answer cannot be read", FIGURES),
    Described(
        Code.ERRORS,
        "the share of requests that end in 5xx",
        {"errors": "%", "requests a minute": "", "errors a minute": ""},
        "Callers are told that the service has failed.",
        "Look at what was deployed, and at what it depends on.",
    ),
    Described(
        Code.LATENCY,
        "how long the slowest hundredth of requests takes",
        {"p99": "ms", "usual p99": "ms", "times the usual": "", "requests a minute": ""},
        "Callers wait, and what they hold meanwhile is missing elsewhere.",
        "Look at the database and at other dependencies.",
    ),
    Described(
        Code.TRAFFIC,
        "requests now against earlier",
        {"requests a minute": "", "usual requests a minute": "", "of the usual": "%"},
        "Much less: callers do not come through. Much more: a spike, or retries.",
        "Look at what stands before the service, and at its callers.",
    ),
    Described(
        Code.POOL,
        "how much of a connection pool is in use",
        {"in use": "%", "pool": WORD, "pools": ""},
        "When none is left, requests wait for one.",
        "Look at the database's sessions and locks.",
    ),
    Described(
        Code.BREAKER,
        "circuit breakers as the service reports them",
        {"state": "", "breaker": WORD, "open": "", "half-open": "", "failures in 5 min": ""},
        "While one is open, calls behind it fail at once.",
        "See whether the service behind it answers.",
    ),
    Described(
        Code.MEMORY,
        "memory, and when it will reach its limit",
        {
            "used memory": "bytes",
            "memory limit": "bytes",
            "memory used": "%",
            "growth an hour": "bytes",
            "time to limit": "s",
            "restarts in the hour": "",
            "steadiness": "",
            "instance": WORD,
        },
        "A process that reaches its limit is killed.",
        "Restart it before that, and look for the leak.",
    ),
    Described(Code.CPU, "CPU against what may be used", {"cpu": "%", "instance": WORD}),
    Described(Code.ALERTS, "firing alerts", {"firing": "", "alert": WORD, "longest firing": "s"}),
    Described(Code.TARGETS, "what Prometheus scrapes", {"down": "", "targets": "", "instance": WORD}),
    Described(Code.IMPACT, "what operators count", {"now": "", "usual": "", "of the usual": "%"}),
)
