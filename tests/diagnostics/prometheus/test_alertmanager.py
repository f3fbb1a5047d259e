"""Alerts that fire in a real Prometheus, as a real Alertmanager holds them back; and it away or nonsense."""

import socket
from collections.abc import AsyncIterator, Callable
from typing import NoReturn

import pytest
import pytest_asyncio
from aiohttp import web

from diagnostics.probes.http import getter
from diagnostics.probes.prometheus.alertmanager import Alertmanager, Sending
from diagnostics.targets import read_targets
from incidents.errors import Misconfigured
from incidents.evidence import Examination, Health
from tests.diagnostics.described import coded, codes
from tests.diagnostics.prometheus.alertmanager import Alert, Both, alerting
from tests.diagnostics.prometheus.conftest import figure, looked_at
from tests.diagnostics.prometheus.server import free_port, needed
from tests.diagnostics.serving import Handler, leads, says, says_text, serving

ALERTS = (
    Alert("told", "ShopDown"),
    Alert("silenced", "ShopDown"),
    Alert("inhibited", "ShopSlow"),
    Alert("some", "ShopDown"),
    Alert("some", "QueueLong", "warning"),
    Alert("half", "ShopDown", instance="a"),
    Alert("half", "ShopDown", instance="b"),
    Alert("elsewhere", "DatacentreDown"),
)
SILENCES = [
    {"job": "silenced"},
    {"job": "some", "alertname": "ShopDown"},
    {"job": "half", "instance": "a"},
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both(missing: Callable[[str, str], NoReturn]) -> AsyncIterator[Both]:
    needed(missing, "prometheus", "prometheus")
    needed(missing, "prometheus-alertmanager", "prometheus-alertmanager")
    async with alerting(ALERTS, SILENCES) as running:
        yield running


async def seen(both: Both, job: str, *, away: str | None = None, **settings: object) -> Examination:
    """A look at a job's alerts; `away` is another address than that of the Alertmanager, or none if empty."""
    there = both.alertmanager.url if away is None else away
    alertmanager = {"alertmanager": there} if there else {}
    return await looked_at(
        both.prometheus.url, None, onset=None, labels={"job": job}, **alertmanager, **settings
    )


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("job", "health", "said"),
    [
        ("told", Health.CRITICAL, "1 alert fires: ShopDown, the longest for "),
        ("silenced", Health.OK, "1 alert fires and is silenced in Alertmanager: ShopDown."),
        ("inhibited", Health.OK, "1 alert fires and is inhibited in Alertmanager: ShopSlow."),
        ("some", Health.WARN, "1 alert fires: QueueLong, the longest for "),
        ("half", Health.CRITICAL, "1 alert fires: ShopDown, the longest for "),
    ],
)
async def test_an_alert_that_is_held_back_is_said_and_alarms_nobody(
    both: Both, job: str, health: Health, said: str
) -> None:
    finding = coded(await seen(both, job), "PR108")
    assert finding.sentence.startswith(said)
    assert finding.health is health
    assert "PR111" not in codes(await seen(both, job))


@pytest.mark.asyncio(loop_scope="module")
async def test_how_many_more_are_held_back_is_said_beside_those_that_are_told(both: Both) -> None:
    finding = coded(await seen(both, "some"), "PR108")
    assert finding.sentence.endswith("; 1 more is silenced in Alertmanager.")
    assert (figure(finding, "firing"), figure(finding, "held back")) == (1, 1)
    assert [(row[0], row[3]) for row in finding.table[1:]] == [("QueueLong", ""), ("ShopDown", "silenced")]


@pytest.mark.asyncio(loop_scope="module")
async def test_without_its_address_every_alert_counts(both: Both) -> None:
    finding = coded(await seen(both, "silenced", away=""), "PR108")
    assert finding.health is Health.CRITICAL
    assert len(finding.table[0]) == 3


@pytest.mark.asyncio(loop_scope="module")
async def test_an_alertmanager_that_is_away_is_said_and_every_alert_counts(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = await seen(both, "silenced", away=f"http://127.0.0.1:{free_port()}")
    monkeypatch.setattr(getter, "SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hanging = await seen(both, "silenced", away=f"http://127.0.0.1:{silent.getsockname()[1]}")
    for examination, said in ((gone, "takes no connection: nothing listens there."), (hanging, "in time")):
        finding = coded(examination, "PR111")
        assert finding.health is Health.WARN
        assert finding.sentence.startswith("Alertmanager ")
        assert said in finding.sentence
        assert coded(examination, "PR108").health is Health.CRITICAL


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "handler",
    [
        says({}),
        says([{"labels": {}}]),
        says([], 404),
        says([], 401),
        says_text("<html>"),
        says_text("[" * 60_000),
        leads("http://169.254.169.254/latest/meta-data/"),
    ],
)
async def test_an_answer_that_is_none_of_an_alertmanager_is_not_known(both: Both, handler: Handler) -> None:
    async with serving({"/api/v2/alerts": handler}) as url:
        examination = await seen(both, "silenced", away=url)
    assert coded(examination, "PR111").health is Health.UNKNOWN
    assert coded(examination, "PR108").health is Health.CRITICAL


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("host", "sent"), [("127.0.0.1", "Bearer let-tocsin-in"), ("localhost", None)])
async def test_the_login_goes_to_no_other_host(both: Both, host: str, sent: str | None) -> None:
    logins: list[str | None] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        logins.append(request.headers.get("authorization"))
        return web.json_response([])

    async with serving({"/api/v2/alerts": handler}) as url:
        there = url.replace("127.0.0.1", host)
        examination = await seen(both, "told", away=there, bearer_token_env="PROM_TOKEN")
    assert logins == [sent]
    assert "PR111" not in codes(examination)


def test_an_address_that_is_none_is_refused_by_name() -> None:
    section = {"kind": "prometheus", "name": "metrics", "url": "http://a", "alertmanager": "am:9093"}
    with pytest.raises(Misconfigured, match="alertmanager: it must begin with http"):
        read_targets("payments", [section], environ={})


@pytest.mark.asyncio(loop_scope="module")
async def test_alerts_that_could_be_sent_are_well(both: Both) -> None:
    finding = coded(await seen(both, "told"), "PR120")
    assert finding.health is Health.OK
    assert finding.sentence.endswith("notifications that Alertmanager sent have arrived.")


async def test_alerts_that_nobody_takes_are_told(missing: Callable[[str, str], NoReturn]) -> None:
    needed(missing, "prometheus", "prometheus")
    needed(missing, "prometheus-alertmanager", "prometheus-alertmanager")
    async with alerting(ALERTS[:1], (), refuses=True) as refused:
        finding = coded(await seen(refused, "told"), "PR120")
    assert finding.health is Health.WARN
    assert finding.sentence.endswith(" notifications by webhook.")
    assert figure(finding, "not sent") == figure(finding, "tried")
    assert figure(finding, "by") == "webhook"


def page(tried: int, failed: int) -> str:
    return (
        f'alertmanager_notification_requests_total{{integration="slack"}} {tried}\n'
        f'alertmanager_notification_requests_failed_total{{integration="slack"}} {failed}\n'
        f'alertmanager_notification_requests_total{{integration="email"}} 7\n'
    )


async def test_what_was_sent_counts_from_the_look_before_on() -> None:
    pages = iter((page(900, 0), page(904, 4), page(904, 4), page(3, 0)))

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(text=next(pages))

    async with serving({"/metrics": metrics}) as url:
        one = Alertmanager(url, getter.Getter())
        counts = [(await one.sent())["slack"] for _ in range(4)]
        await one.close()
    # all since it started; what came on top; nothing did; it was started anew
    assert counts == [Sending(900, 0), Sending(4, 4), Sending(904, 4), Sending(3, 0)]


async def test_an_alertmanager_without_counters_costs_no_word() -> None:
    async with serving({"/api/v2/alerts": says([])}) as url:
        examination = await looked_at(url, None, onset=None, labels={"job": "x"}, alertmanager=url)
    assert "PR120" not in codes(examination)
