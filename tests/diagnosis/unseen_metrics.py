"""What a Prometheus keeps of faults that were thought of after its patterns, and of odd but healthy shops."""

import asyncio
import tempfile
from pathlib import Path

from aiohttp.test_utils import TestServer

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, Case, Group, looked_at
from tests.diagnosis.metrics import keeping, of
from tests.diagnostics.prometheus.server import History, Server, free_port, prometheus
from tests.diagnostics.prometheus.shop import GB, Shop, since, steady, world
from tests.diagnostics.prometheus.test_scraping import CONFIG, RULES, Bell


def more_of_the_world() -> History:
    history = world()
    Shop(history, "busy").up().requests(since(10, 1080, 600)).latency(steady(0.09))
    Shop(history, "visitors").requests(steady(600)).counter("http_requests_total", steady(300), status="404")
    Shop(history, "deployed").gauge("process_memory_limit_bytes", steady(GB), instance="a").gauge(
        "process_resident_memory_bytes",
        lambda m: (0.1 + 0.004 * max(0, m - 140)) * GB if m > 140 else 0.3 * GB,
        instance="a",
    )
    Shop(history, "logins").requests(steady(600)).counter(
        "http_requests_total", since(10, 1500, 6), status="401"
    )
    Shop(history, "busy_cpu").requests(steady(600)).counter(
        "container_cpu_usage_seconds_total", steady(58), container="api"
    ).gauge("container_spec_cpu_quota", steady(100_000), container="api").gauge(
        "container_spec_cpu_period", steady(100_000), container="api"
    )
    Shop(history, "flat").requests(steady(600)).latency(since(10, 0.45, 0.08))
    Shop(history, "one_of_four").up().requests(steady(600), failing=since(10, 0.25, 0.0002))
    return history


async def alerting(_server: Server) -> Examination:
    """A target down and an alert that fires, in a Prometheus that scrapes."""
    with tempfile.TemporaryDirectory() as name:
        folder, bell = Path(name), Bell()
        rules = folder / "rules.yml"
        rules.write_text(RULES)
        async with TestServer(bell.application) as page:
            config = CONFIG.replace("RULES", str(rules)).replace("BELL", f"127.0.0.1:{page.port}")
            with prometheus(folder, config.replace("CLOSED", f"127.0.0.1:{free_port()}")) as server:
                async with asyncio.timeout(30):
                    await bell.rung.wait()
                return await looked_at(
                    {"kind": "prometheus", "name": "metrics", "url": server.url, "labels": {"job": "shop"}}
                )


GROUP = Group(
    "Prometheus unseen",
    keeping(more_of_the_world),
    (
        Case("lunch: 80 % more traffic", NOTHING, of("busy")),
        Case("visitors who mistype (404)", NOTHING, of("visitors")),
        Case("memory after a deploy", NOTHING, of("deployed")),
        Case("every target down", "TARGETS_DOWN", of("alldown")),
        Case("one target of three down", "TARGETS_DOWN", of("down")),
        Case("an alert fires, nothing else", "ALERT_FIRING", of("alert")),
        Case("a target down and an alert, scraped", "TARGETS_DOWN", alerting),
        Case("scraped last 20 minutes ago", "TARGETS_DOWN", of("vanished")),
        Case("one instance of four fails", "HIGH_ERROR_RATE_UNEXPLAINED", of("one_of_four")),
        Case("a third of 401, as every day", NOTHING, of("challenges")),
        Case("a queue that is always long", NOTHING, of("always_long")),
        Case("a batch that is being done", NOTHING, of("batch")),
        Case("nearly all logins refused (401)", "LOGINS_REFUSED", of("logins")),
        Case("a caller's login has ended", "LOGINS_REFUSED", of("expired")),
        Case("callers limited (429)", "RATE_LIMITED", of("limited")),
        Case("a route that is gone (404)", "REQUESTS_REFUSED", of("renamed")),
        Case("three times the traffic, few refused", "TRAFFIC_SPIKE", of("good_spike")),
        Case("a queue that grows", "QUEUE_GROWS", of("piling")),
        Case("nearly no files left to open", "FILES_LIMIT", of("open_files")),
        Case("all of its CPU, nothing else", "CPU_BUSY", of("busy_cpu")),
        Case("five times as slow, below half a second", "HIGH_LATENCY_UNEXPLAINED", of("flat")),
    ),
)
