"""The stable codes of what can be seen through Prometheus.

PR00x it answers · PR01x it does not, or not so that it can be used · PR1xx what its series say of the service
"""

from enum import StrEnum


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
    ALERTMANAGER = "PR111"  # it does not tell which alerts it holds back
    REFUSALS = "PR112"  # the share of requests that end in 4xx
    LOGINS_REFUSED = "PR113"  # 401 and 403, far more than usual
    LIMITED = "PR114"  # 429, far more than usual
    CALLERS_WRONG = "PR115"  # any other 4xx, far more than usual
    FILES = "PR116"  # open files of a process against its limit
    QUEUE = "PR117"  # work that waits
    WORKERS = "PR118"  # busy threads against those that there may be
    THROTTLED = "PR119"  # periods in which a processor limit holds a container back
    NOTIFICATIONS = "PR120"  # of alerts, that Alertmanager could not send
