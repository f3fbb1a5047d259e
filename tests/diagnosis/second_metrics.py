"""What a Prometheus kept of faults that nobody had a pattern for."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, SERVICE, AbsentError, Case, Group, looked_at
from tests.diagnosis.metrics import of
from tests.diagnostics.prometheus.conftest import target_of
from tests.diagnostics.prometheus.server import History, Server, prometheus
from tests.diagnostics.prometheus.shop import END, GB, Shop, healthy, since, steady
from tests.diagnostics.serving import says, serving


def world() -> History:
    """Two and a half hours of each."""
    history = History()
    blind = Shop(history, "blind").up(since(10, 0, 1)).requests(steady(600))
    del blind
    one = Shop(history, "one_of_four")
    for n in range(4):
        one.up(instance=f"10.0.0.{n}:8000")
        bad = since(10, 0.4, 0.0) if n == 2 else steady(0)
        for status, course in (
            ("200", lambda m, b=bad: 150 * (1 - b(m))),
            ("500", lambda m, b=bad: 150 * b(m)),
        ):
            one.counter("http_requests_total", course, status=status, instance=f"10.0.0.{n}:8000")
    path = Shop(history, "one_path").up()
    for route, rate, part in (("/cart", 900, 0.0), ("/checkout", 30, 0.95)):
        bad = since(10, part, 0.0)
        path.counter(
            "http_requests_total", lambda m, r=rate, b=bad: r * (1 - b(m)), status="200", handler=route
        )
        path.counter("http_requests_total", lambda m, r=rate, b=bad: r * b(m), status="500", handler=route)
    Shop(history, "explosion").up().requests(steady(600)).gauge(
        "scrape_samples_post_metric_relabeling", since(30, 900_000, 2000), instance="10.0.0.1:8000"
    ).gauge("scrape_series_added", since(30, 40_000, 10), instance="10.0.0.1:8000")
    Shop(history, "gc").up().requests(steady(600)).latency(since(15, 2.4, 0.08)).counter(
        "jvm_gc_pause_seconds_sum", since(15, 40, 0.3)
    ).counter("jvm_gc_pause_seconds_count", since(15, 60, 3)).gauge(
        "jvm_memory_used_bytes", since(15, 0.99 * GB, 0.5 * GB), area="heap"
    ).gauge("jvm_memory_max_bytes", steady(GB), area="heap")
    Shop(history, "threads").up().requests(steady(600)).latency(since(15, 2.4, 0.08)).gauge(
        "tomcat_threads_busy_threads", since(15, 200, 20)
    ).gauge("tomcat_threads_config_max_threads", steady(200))
    Shop(history, "files").up().requests(steady(600)).gauge(
        "process_open_fds", since(60, 1021, 200), instance="a"
    ).gauge("process_max_fds", steady(1024), instance="a")
    Shop(history, "backlog").up().requests(steady(600)).gauge(
        "kafka_consumergroup_lag",
        lambda m: 100 if m < 120 else 100 + (m - 120) * 40000,
        consumergroup="billing",
        topic="orders",
    )
    Shop(history, "retries").up().requests(since(10, 2400, 600), failing=since(10, 0.5, 0.0)).latency(
        since(10, 2.4, 0.08)
    )
    Shop(history, "detached").up().requests(since(10, 0, 600))
    Shop(history, "restarted").up().requests(steady(600)).gauge(
        "process_start_time_seconds", lambda m: END - 9000 if m < 145 else END - 300, instance="a"
    )
    Shop(history, "flapping").up().requests(steady(600)).gauge(
        "process_start_time_seconds",
        lambda m: END - 9000 if m < 120 else END - (150 - m) * 60 - 20,
        instance="a",
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


async def blind(server: Server) -> Examination:
    """Prometheus cannot reach the service, which is well."""
    target = target_of(server.url, lambda: END, labels={"job": "blind_only"})
    target = target_of(server.url, lambda: END, labels={"job": "blind"})
    good = says({"status": "ok"})
    async with serving({"/health": good, "/ready": good}) as url:
        section = {"kind": "http", "name": "api", "url": url, "health": "/health", "ready": "/ready"}
        return await looked_at(section, targets=[replace(target, name=replace(target.name, service=SERVICE))])


@asynccontextmanager
async def opened() -> AsyncIterator[Server]:
    if lacking := [name for name in ("prometheus", "promtool") if not shutil.which(name)]:
        raise AbsentError(f"{' and '.join(lacking)}; apt package prometheus")
    with tempfile.TemporaryDirectory(prefix="tocsin-prometheus-") as name:
        folder = Path(name)
        world().written(folder)
        with prometheus(folder) as server:
            yield server


GROUP = Group(
    "Prometheus second",
    opened,
    (
        Case("a canary without traffic", NOTHING, of("canary")),
        Case("a few failures, as always", NOTHING, of("always_two")),
        Case("traffic that grows slowly", NOTHING, of("growing")),
        Case("restarted five minutes ago, in order", NOTHING, of("restarted")),
        Case("targets cannot be scraped, the service is well", "words: scraping fails, service well", blind),
        Case("one of four instances fails", "HIGH_ERROR_RATE, names the instance", of("one_of_four")),
        Case("one path fails", "HIGH_ERROR_RATE, names the path", of("one_path")),
        Case("an explosion of series", "words: cardinality", of("explosion")),
        Case("garbage collection takes the time", "words: GC / heap", of("gc")),
        Case("no threads left", "words: thread pool", of("threads")),
        Case("no file handles left", "words: file descriptors", of("files")),
        Case("a queue that is not worked off", "words: consumer lag", of("backlog")),
        Case("a storm of retries", "TRAFFIC_SPIKE or overload", of("retries")),
        Case("nobody is sent to it any more", "TRAFFIC_LOST", of("detached")),
        Case("restarts every minute", "words: restarts", of("flapping")),
    ),
)
