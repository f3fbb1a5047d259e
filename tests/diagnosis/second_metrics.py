"""What a Prometheus kept, ill or only odd, of the second round of unknown faults."""

from tests.diagnosis.case import NOTHING, Case, Group
from tests.diagnosis.metrics import keeping, of
from tests.diagnostics.prometheus.server import History
from tests.diagnostics.prometheus.shop import END, Shop, since, steady


def world() -> History:
    """Two and a half hours of each."""
    history = History()
    Shop(history, "retries").up().requests(since(10, 2400, 600), failing=since(10, 0.5, 0.0)).latency(
        since(10, 2.4, 0.08)
    )
    Shop(history, "detached").up().requests(since(10, 0, 600))
    Shop(history, "restarted").up().requests(steady(600)).gauge(
        "process_start_time_seconds", lambda m: END - 9000 if m < 145 else END - 300, instance="a"
    )
    canary = Shop(history, "canary").up().requests(steady(600))
    canary.up(instance="canary:8000").counter(
        "http_requests_total", steady(0), status="200", instance="canary:8000"
    )
    Shop(history, "always_two").up().requests(lambda m: 600 + 40 * (m % 5), failing=steady(0.004)).latency(
        steady(0.2)
    )
    Shop(history, "growing").up().requests(lambda m: 600 + 2 * m).latency(steady(0.08))
    return history


GROUP = Group(
    "Prometheus second",
    keeping(world),
    (
        Case("a canary without traffic", NOTHING, of("canary")),
        Case("a few failures, as always", NOTHING, of("always_two")),
        Case("traffic that grows slowly", NOTHING, of("growing")),
        Case("restarted five minutes ago, in order", NOTHING, of("restarted")),
        Case("a storm of retries", "TRAFFIC_SPIKE", of("retries")),
        Case("nobody is sent to it any more", "TRAFFIC_LOST", of("detached")),
    ),
)
