"""A real Alertmanager to which a real Prometheus sends: some alerts told, some silenced, one inhibited."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.diagnostics.prometheus.server import Server, free_port, program, prometheus

LAST = "SentLast"  # Alertmanager is given alerts in order, so once it tells of this one it has all
AGAIN = "--rules.alert.resend-delay=1s"  # the first are lost while Prometheus looks for Alertmanager
ROUTES = """
route: {receiver: bell, group_by: [alertname, job], group_wait: 0s, group_interval: 1s}
receivers:
- name: bell
  webhook_configs: [{url: "BELL", send_resolved: false}]
inhibit_rules:
- source_matchers: ['alertname="DatacentreDown"']
  target_matchers: ['alertname="ShopSlow"']
"""
CONFIG = """
global: {scrape_interval: 1s, evaluation_interval: 1s, external_labels: {replica: one}}
rule_files: [RULES]
alerting:
  alertmanagers: [{static_configs: [{targets: ["ALERTMANAGER"]}]}]
"""


@dataclass(frozen=True)
class Alert:
    """One that fires, of that job."""

    job: str
    name: str
    severity: str = "critical"
    instance: str = "a"


@dataclass(frozen=True)
class Both:
    prometheus: Server
    alertmanager: Server


def rules(alerts: Sequence[Alert]) -> str:
    """They fire at once; JSON is YAML."""
    told = [
        {
            "alert": alert.name,
            "expr": "vector(1)",
            "labels": {"job": alert.job, "severity": alert.severity, "instance": alert.instance},
        }
        for alert in alerts
    ]
    return json.dumps({"groups": [{"name": "shop", "rules": told}]})


@asynccontextmanager
async def alerting(
    alerts: Sequence[Alert], silenced: Sequence[dict[str, str]], *, refuses: bool = False
) -> AsyncIterator[Both]:
    """Both programs, once Alertmanager has all these alerts; silences are lists of labels.

    Where whom it tells refuses, it has tried at least twice.
    """
    with tempfile.TemporaryDirectory(prefix="tocsin-alertmanager-") as name:
        folder, rung = Path(name), asyncio.Event()
        (folder / "rules.yml").write_text(rules([*alerts, Alert("last", LAST)]))
        async with TestServer(_bell(rung, refuses=refuses)) as bell:
            (folder / "routes.yml").write_text(ROUTES.replace("BELL", str(bell.make_url("/"))))
            port = free_port()
            with program(_command(folder, port), "Listening on") as pid:
                server = Server(f"http://127.0.0.1:{port}", pid)
                for labels in silenced:
                    await silence(server, labels)
                config = CONFIG.replace("RULES", str(folder / "rules.yml"))
                config = config.replace("ALERTMANAGER", f"127.0.0.1:{port}")
                with prometheus(folder, config, AGAIN) as source:
                    async with asyncio.timeout(30):
                        await rung.wait()
                    yield Both(source, server)


async def silence(server: Server, labels: dict[str, str]) -> None:
    """As a person does it in Alertmanager's own page."""
    now = datetime.now(UTC)
    body = {
        "matchers": [{"name": name, "value": value, "isRegex": False} for name, value in labels.items()],
        "startsAt": now.isoformat(),
        "endsAt": (now + timedelta(hours=2)).isoformat(),
        "createdBy": "alice",
        "comment": "known, mended tomorrow",
    }
    async with httpx.AsyncClient(trust_env=False) as client:
        (await client.post(f"{server.url}/api/v2/silences", json=body)).raise_for_status()


def _command(folder: Path, port: int) -> list[str]:
    return [
        "prometheus-alertmanager",
        f"--config.file={folder / 'routes.yml'}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]


def _bell(rung: asyncio.Event, *, refuses: bool) -> web.Application:
    refused: list[object] = []

    async def notified(request: web.Request) -> web.Response:
        told = await request.json()
        last = any(alert["labels"]["alertname"] == LAST for alert in told["alerts"])
        if last and (refused or not refuses):
            rung.set()
        refused.extend([told] * (last and refuses))
        return web.Response(status=500 if refuses else 200)

    application = web.Application()
    application.router.add_post("/", notified)
    return application
