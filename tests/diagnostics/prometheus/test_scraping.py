"""A Prometheus that scrapes and alerts while the test looks: a target that is down, an alert that fires."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from aiohttp import web
from aiohttp.test_utils import TestServer

from incidents.evidence import Health
from tests.diagnostics.described import coded
from tests.diagnostics.prometheus.conftest import looked_at
from tests.diagnostics.prometheus.server import free_port, needed, prometheus

RULES = """
groups:
- name: shop
  rules:
  - alert: ShopDown
    expr: up{job="shop"} == 0 and on (job) up{job="shop"} == 1
    labels: {severity: warning}
  - alert: NeverFires
    expr: vector(0) > 1
"""
CONFIG = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [RULES]
alerting:
  alertmanagers: [{static_configs: [{targets: ["BELL"]}]}]
scrape_configs:
- job_name: shop
  static_configs: [{targets: ["BELL", "CLOSED"]}]
"""


class Bell:
    """A shop's page of metrics that also takes alerts, so that the test hears when one was sent."""

    def __init__(self) -> None:
        self.rung = asyncio.Event()
        self.application = web.Application()
        self.application.router.add_get("/metrics", self._metrics)
        self.application.router.add_post("/api/v2/alerts", self._alerts)

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(text="circuit_breaker_state 2\n")

    async def _alerts(self, _request: web.Request) -> web.Response:
        self.rung.set()
        return web.Response()


async def test_what_prometheus_watches_itself_is_told(
    missing: Callable[[str, str], NoReturn], tmp_path: Path
) -> None:
    needed(missing, "prometheus", "prometheus")
    bell, closed = Bell(), f"127.0.0.1:{free_port()}"
    rules = tmp_path / "rules.yml"
    rules.write_text(RULES)
    async with TestServer(bell.application) as page:
        config = CONFIG.replace("RULES", str(rules)).replace("BELL", f"127.0.0.1:{page.port}")
        with prometheus(tmp_path, config.replace("CLOSED", closed)) as server:
            async with asyncio.timeout(30):
                await bell.rung.wait()
            examination = await looked_at(server.url, labels={"job": "shop"})
            quiet = await looked_at(server.url, labels={"job": "shop"}, alert_labels={"team": "other"})
    assert coded(examination, "PR108").sentence.startswith("1 alert fires: ShopDown, the longest for ")
    assert coded(examination, "PR109").sentence == f"Prometheus cannot scrape 1 of 2 targets: {closed}."
    assert coded(examination, "PR105").health is Health.CRITICAL
    assert coded(quiet, "PR108").sentence == "No alert fires."
