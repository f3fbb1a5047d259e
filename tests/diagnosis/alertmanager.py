"""Alerts of a real Prometheus at a real Alertmanager: told, silenced, inhibited; and it away."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, AbsentError, Case, Group, looked_at
from tests.diagnosis.together import FAILING, api
from tests.diagnostics.prometheus.alertmanager import Alert, Both, alerting
from tests.diagnostics.prometheus.server import free_port
from tests.diagnostics.serving import serving

ALERTS = (
    Alert("told", "ShopDown"),
    Alert("slow", "QueueLong", "warning"),
    Alert("silenced", "ShopDown"),
    Alert("inhibited", "ShopSlow"),
    Alert("half", "ShopDown", instance="a"),
    Alert("half", "ShopDown", instance="b"),
    Alert("watchdog", "Watchdog", "none"),
    Alert("elsewhere", "DatacentreDown"),
)
SILENCES = [{"job": "silenced"}, {"job": "half", "instance": "a"}]
PACKAGES = {"prometheus": "prometheus", "prometheus-alertmanager": "prometheus-alertmanager"}
Act = Callable[[Both], Awaitable[Examination]]


def lacking() -> str:
    """The program that is not on this machine, and its package; empty if none is."""
    absent = (
        f"{name}; apt package {package}" for name, package in PACKAGES.items() if not shutil.which(name)
    )
    return next(absent, "")


@asynccontextmanager
async def opened() -> AsyncIterator[Both]:
    if what := lacking():
        raise AbsentError(what)
    async with alerting(ALERTS, SILENCES) as both:
        yield both


def section(both: Both, job: str, alertmanager: str = "") -> dict[str, object]:
    return {
        "kind": "prometheus",
        "name": "metrics",
        "url": both.prometheus.url,
        "labels": {"job": job},
        "alertmanager": alertmanager or both.alertmanager.url,
    }


def of(job: str) -> Act:
    return lambda both: looked_at(section(both, job))


async def silenced_while_failing(both: Both) -> Examination:
    async with serving(FAILING) as url:
        return await looked_at(section(both, "silenced"), api(url))


async def away(both: Both) -> Examination:
    return await looked_at(
        section(both, "last", f"http://127.0.0.1:{free_port()}") | {"alert_labels": {"job": "none"}}
    )


async def away_while_it_fires(both: Both) -> Examination:
    async with serving(FAILING) as url:
        return await looked_at(section(both, "told", f"http://127.0.0.1:{free_port()}"), api(url))


GROUP = Group(
    "Alertmanager",
    opened,
    (
        Case("an alert fires", "ALERT_FIRING", of("told")),
        Case("a warning fires", "ALERT_FIRING", of("slow")),
        Case("one of two instances silenced", "ALERT_FIRING", of("half")),
        Case("an alert fires that is silenced", NOTHING, of("silenced")),
        Case("an alert fires that another inhibits", NOTHING, of("inhibited")),
        Case("only the watchdog fires", NOTHING, of("watchdog")),
        Case("silenced, and the service fails", "HTTP_ERRORS", silenced_while_failing),
        Case("Alertmanager is away, none fires", "ALERTMANAGER_DOWN", away),
        Case("Alertmanager is away, the service fails", "HTTP_ERRORS", away_while_it_fires),
    ),
)
