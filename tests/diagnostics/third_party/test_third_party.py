"""Third parties: a health address and a status page, played by a server in Statuspage's shape."""

import socket
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from aiohttp import web

from diagnostics.examine import Examiner
from diagnostics.probes.http import getter
from diagnostics.probes.third_party.codes import CODES, Code
from diagnostics.probes.third_party.patient import ThirdPartyPatient
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.errors import Misconfigured
from incidents.evidence import Examination, Health
from tests.diagnostics.described import assert_described, coded, codes
from tests.diagnostics.prometheus.server import free_port
from tests.diagnostics.serving import Handler, leads, says, says_text, serving

AT = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
FINE = {
    "page": {"id": "x", "name": "Stripe"},
    "status": {"indicator": "none", "description": "All Systems Operational"},
    "components": [
        {"name": "API", "status": "operational", "group": False},
        {"name": "Dashboard", "status": "operational"},
    ],
    "incidents": [],
    "scheduled_maintenances": [{"name": "Next week", "status": "scheduled"}],
}
INCIDENT = {
    "name": "Elevated API errors",
    "status": "investigating",
    "impact": "major",
    "started_at": "2026-11-21T13:37:00.000Z",
    "components": [{"name": "API", "status": "partial_outage"}],
}
DEGRADED = [{"name": "API", "status": "partial_outage"}, {"name": "Dashboard", "status": "operational"}]


async def looked_at(**settings: object) -> Examination:
    section = {"kind": "third_party", "name": "stripe", **settings}
    (target,) = read_targets("payments", [section], environ={})
    patient = partial(ThirdPartyPatient, clock=lambda: AT)
    target = replace(target, family=replace(target.family, patient=patient))
    async with Examiner({"payments": [target]}, clock=lambda: AT, redactor=Redactor()) as examiner:
        examination = [each async for each in examiner.examine("stripe", "payments")][-1]
    assert_described(examination.findings, CODES)
    return examination


async def told(page: object, health: Handler | None = None, **settings: object) -> Examination:
    """A look at a third party whose status page says this."""
    async with serving({"/api/v2/summary.json": says(page), "/health": health or says({})}) as url:
        return await looked_at(health=f"{url}/health", status=f"{url}/api/v2/summary.json", **settings)


def test_every_code_is_described() -> None:
    assert [described.code for described in CODES] == list(Code)


async def test_a_third_party_that_is_well_stays_quiet() -> None:
    examination = await told(FINE, slow=60)
    assert codes(examination) == {"TP001", "TP002"}
    assert examination.health is Health.OK
    assert coded(examination, "TP001").sentence.startswith("127.0.0.1 answers 200 in ")


async def test_an_incident_is_named_with_its_impact_and_its_age() -> None:
    examination = await told(FINE | {"incidents": [INCIDENT], "components": DEGRADED}, slow=60)
    finding = coded(examination, "TP003")
    assert finding.health is Health.CRITICAL
    assert finding.sentence == (
        "Its status page tells of “Elevated API errors” (major, investigating, open for 23 min)."
        " Failing: API."
    )
    assert finding.next_step == "Use the fallback, tell users, and verify the integration once it is back."


async def test_a_small_incident_is_a_warning_and_a_past_one_nothing() -> None:
    small = await told(FINE | {"incidents": [INCIDENT | {"impact": "minor"}]}, slow=60)
    past = await told(FINE | {"incidents": [INCIDENT | {"status": "resolved"}]}, slow=60)
    assert coded(small, "TP003").health is Health.WARN
    assert past.health is Health.OK


@pytest.mark.parametrize(
    ("status", "health", "said"),
    [
        ("major_outage", Health.CRITICAL, "Its status page tells of major outage: API."),
        ("partial_outage", Health.WARN, "Its status page tells of partial outage: API."),
        ("degraded_performance", Health.WARN, "Its status page tells of degraded performance: API."),
    ],
)
async def test_failing_components_are_named(status: str, health: Health, said: str) -> None:
    examination = await told(FINE | {"components": [{"name": "API", "status": status}]}, slow=60)
    finding = coded(examination, "TP004")
    assert (finding.health, finding.sentence) == (health, said)


async def test_only_the_components_that_matter_are_judged() -> None:
    page = FINE | {
        "status": {"indicator": "major", "description": "Partial Outage"},
        "incidents": [INCIDENT],
        "components": [*DEGRADED, {"name": "Group", "status": "major_outage", "group": True}],
    }
    other = await told(page, components=["dashboard"], slow=60)
    own = await told(page, components=["api"], slow=60)
    assert other.health is Health.OK
    assert "TP003" in codes(own)


async def test_a_component_that_the_page_does_not_know_is_told() -> None:
    examination = await told(FINE, components=["Webhooks"], slow=60)
    finding = coded(examination, "TP006")
    assert finding.health is Health.UNKNOWN
    assert finding.sentence == "Its status page has no component called Webhooks."


async def test_planned_work_counts_while_it_goes_on() -> None:
    work = [{"name": "Database upgrade", "status": "in_progress"}]
    examination = await told(FINE | {"scheduled_maintenances": work}, slow=60)
    assert coded(examination, "TP005").health is Health.WARN
    assert "“Database upgrade”" in coded(examination, "TP005").sentence


async def test_the_pages_own_verdict_counts_where_nothing_else_is_told() -> None:
    page = FINE | {"status": {"indicator": "critical", "description": "Major Service Outage"}}
    finding = coded(await told(page, slow=60), "TP004")
    assert finding.health is Health.CRITICAL
    assert finding.sentence == "Its status page says “Major Service Outage” (critical)."


async def test_a_third_party_that_fails_while_its_page_is_green_is_told_so() -> None:
    examination = await told(FINE, says({}, 503))
    finding = coded(examination, "TP016")
    assert finding.health is Health.CRITICAL
    assert finding.sentence == "127.0.0.1 answers 503."
    assert "it may be late, or the way there is cut" in finding.meaning


@pytest.mark.parametrize(
    ("status", "code", "health"),
    [
        (429, "TP007", Health.WARN),
        (401, "TP015", Health.UNKNOWN),
        (404, "TP017", Health.UNKNOWN),
        (500, "TP016", Health.CRITICAL),
    ],
)
async def test_each_way_of_not_answering_has_its_code(status: int, code: str, health: Health) -> None:
    async with serving({"/": says({}, status)}) as url:
        examination = await looked_at(health=url)
    assert codes(examination) == {code}
    assert examination.health is health


async def test_one_that_is_gone_or_hangs_is_critical(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getter, "SECONDS", 0.2)
    gone = await looked_at(health=f"http://127.0.0.1:{free_port()}")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hanging = await looked_at(health=f"http://127.0.0.1:{silent.getsockname()[1]}")
    assert (codes(gone), gone.health) == ({"TP010"}, Health.CRITICAL)
    assert (codes(hanging), hanging.health) == ({"TP011"}, Health.CRITICAL)


async def test_a_slow_one_is_a_warning() -> None:
    async with serving({"/": says({})}) as url:
        examination = await looked_at(health=url, slow=0.000001)
    assert coded(examination, "TP001").health is Health.WARN


@pytest.mark.parametrize(
    "handler",
    [
        says({}),
        says([]),
        says({"status": "fine"}),
        says_text("<html>"),
        says_text('{"status":' + "[" * 50_000),
        says_text('{"x": "' + "a" * 2 * 1024 * 1024),
        says(FINE, 500),
        leads("http://169.254.169.254/latest/meta-data/"),
    ],
)
async def test_a_page_that_cannot_be_read_is_unknown_and_never_fine(handler: Handler) -> None:
    async with serving({"/": handler}) as url:
        examination = await looked_at(status=url)
    assert codes(examination) == {"TP006"}
    assert examination.health is Health.UNKNOWN


async def test_a_redirect_to_another_host_is_not_followed() -> None:
    asked: list[str] = []

    async def private(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return web.Response()

    async with (
        serving({"/": private}) as other,
        serving({"/": leads(other.replace("127.0.0.1", "localhost"))}) as url,
    ):
        examination = await looked_at(health=url)
    assert codes(examination) == {"TP017"}
    assert asked == []


async def test_what_a_page_says_is_cut() -> None:
    examination = await told(FINE | {"incidents": [INCIDENT | {"name": "<!channel> " * 500}]}, slow=60)
    assert len(coded(examination, "TP003").sentence) < 300


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "give health, status or both"),
        ({"health": "gopher://a"}, "health: it must begin with http:// or https:// and name a host."),
        ({"health": "http://a", "components": ["API"]}, "give status"),
    ],
)
def test_a_mistake_is_refused_by_name(settings: dict[str, object], said: str) -> None:
    with pytest.raises(Misconfigured) as raised:
        read_targets("payments", [{"kind": "third_party", "name": "stripe", **settings}], environ={})
    assert said in str(raised.value)
