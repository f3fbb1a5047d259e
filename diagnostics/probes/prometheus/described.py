"""Every code that a look through Prometheus can say, for people, rules and tests."""

from diagnostics.code import WORD, Described
from diagnostics.probes.http.unanswered import FIGURES
from diagnostics.probes.prometheus import (
    alerts,
    breakers,
    impact,
    memory,
    queues,
    refusals,
    requests,
    saturation,
    watched,
)
from diagnostics.probes.prometheus.codes import Code

REACH = "prom.reach"

CODES = (
    Described(Code.ANSWERS, "Prometheus answers", {"well-known metrics": ""}, probe=REACH),
    Described(
        Code.REFUSED,
        "nothing listens at Prometheus' address",
        FIGURES,
        "What the service's metrics say cannot be seen.",
        "See whether Prometheus runs.",
        probe=REACH,
    ),
    Described(
        Code.TIMED_OUT,
        "Prometheus does not answer in time",
        FIGURES,
        "What the service's metrics say cannot be seen.",
        "See whether Prometheus or its machine is overloaded.",
        probe=REACH,
    ),
    Described(Code.NO_ADDRESS, "Prometheus' host name is not known", FIGURES, probe=REACH),
    Described(Code.TLS_FAILED, "encryption with Prometheus fails", FIGURES, probe=REACH),
    Described(Code.BROKEN, "Prometheus ended the connection in mid-answer", FIGURES, probe=REACH),
    Described(Code.NOT_ALLOWED, "Prometheus refuses the login", FIGURES, probe=REACH),
    Described(Code.UNAVAILABLE, "Prometheus answers 5xx", FIGURES, probe=REACH),
    Described(Code.BAD_QUERY, "a configured query is no PromQL", FIGURES),
    Described(Code.NOT_EVALUATED, "a query could not be evaluated", FIGURES),
    Described(Code.NOT_THERE, "the address is no Prometheus", FIGURES, probe=REACH),
    Described(Code.BAD_ANSWER, "Prometheus' answer cannot be read", FIGURES),
    Described(
        Code.ERRORS,
        "the share of requests that end in 5xx",
        {"errors": "%", "requests a minute": "", "errors a minute": "", "failing for": "s"},
        "Callers are told that the service has failed.",
        "Look at what was deployed, and at what it depends on.",
        probe=requests.ERRORS,
        lasting="failing for",
        traced=True,
    ),
    Described(
        Code.LATENCY,
        "how long the slowest hundredth of requests takes",
        {"p99": "ms", "usual p99": "ms", "times the usual": "", "requests a minute": ""},
        "Callers wait, and what they hold meanwhile is missing elsewhere.",
        "Look at the database and at other dependencies.",
        probe=requests.LATENCY,
    ),
    Described(
        Code.TRAFFIC,
        "requests now against earlier",
        {"requests a minute": "", "usual requests a minute": "", "of the usual": "%"},
        "Much less: callers do not come through. Much more: a spike, or retries.",
        "Look at what stands before the service, and at its callers.",
        probe=requests.TRAFFIC,
    ),
    Described(
        Code.POOL,
        "how much of a connection pool is in use",
        {"in use": "%", "pool": WORD, "pools": ""},
        "When none is left, requests wait for one.",
        "Look at the database's sessions and locks.",
        probe=saturation.POOL,
    ),
    Described(
        Code.BREAKER,
        "circuit breakers as the service reports them",
        {"state": "", "breaker": WORD, "open": "", "half-open": "", "failures in 5 min": ""},
        "While one is open, calls behind it fail at once.",
        "See whether the service behind it answers.",
        probe=breakers.PROBE,
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
        probe=memory.PROBE,
    ),
    Described(Code.CPU, "CPU against what may be used", {"cpu": "%", "instance": WORD}, probe=saturation.CPU),
    Described(
        Code.ALERTS,
        "firing alerts",
        {"firing": "", "held back": "", "alert": WORD, "longest firing": "s"},
        probe=alerts.ALERTS,
        lasting="longest firing",
    ),
    Described(
        Code.TARGETS,
        "what Prometheus scrapes",
        {"down": "", "targets": "", "instance": WORD},
        probe=watched.TARGETS,
    ),
    Described(
        Code.IMPACT, "what operators count", {"now": "", "usual": "", "of the usual": "%"}, probe=impact.PROBE
    ),
    Described(
        Code.ALERTMANAGER,
        "Alertmanager does not answer",
        FIGURES,
        "Which alerts are silenced is not known; while it is down, alerts reach nobody.",
        "See whether Alertmanager runs.",
        probe=alerts.ALERTS,
    ),
    Described(
        Code.REFUSALS,
        "the share of requests that are refused (4xx)",
        {"refused": "%", "requests a minute": "", "of the extra": "%"},
        "Callers ask in vain; of the requests beyond the usual, so many are refused.",
        "See who is refused, and why.",
        probe=refusals.PROBE,
    ),
    *(
        Described(
            kind.code,
            f"far more requests than usual {kind.says}",
            {"share": "%", "usual share": "%", "refused a minute": "", "requests a minute": ""},
            kind.meaning,
            kind.next_step,
            probe=refusals.PROBE,
        )
        for kind in refusals.KINDS
    ),
    Described(
        Code.FILES,
        "open files of a process against its limit",
        {"files used": "%", "instance": WORD},
        "When none is left, no connection can be taken and no file opened.",
        "Restart it; then look for what it does not close, or raise its limit.",
        probe=saturation.FILES,
    ),
    Described(
        Code.QUEUE,
        "work that waits in queues",
        {"waiting": "", "usually waiting": "", "growth an hour": "", "queue": WORD},
        "Work comes in faster than it is done.",
        "See whether its workers run, and what they wait for.",
        probe=queues.PROBE,
    ),
)
