"""The last hour of what is wrong, from a real Prometheus; what is well costs no query more."""

import asyncio
from typing import Any

import pytest

from diagnostics.probes.prometheus import drawn
from diagnostics.probes.prometheus.means import Means
from incidents.charts import Chart
from incidents.evidence import Finding, Health
from tests.diagnostics.prometheus.conftest import Looks, figure
from tests.diagnostics.prometheus.shop import END, GB


async def charted(looks: Looks, job: str, code: str, **settings: Any) -> Chart | None:  # noqa: ANN401 - what a section takes
    found: Finding = next(f for f in (await looks(job, **settings)).findings if f.code == code)
    return found.chart


async def test_errors_are_shown_from_before_they_began(looks: Looks) -> None:
    chart = await charted(looks, "six", "PR101")
    assert chart is not None
    (series,) = chart.series
    values = [value for _, value in series.points]
    assert chart.end == END
    assert chart.end - chart.begin == 3600
    assert values[0] < 0.1
    assert values[-1] > 5
    assert (chart.unit, chart.levels[0].value) == ("%", 1)
    assert chart.telling


async def test_errors_are_shown_by_the_queries_that_operators_wrote(looks: Looks) -> None:
    queries = {
        "requests": 'sum(rate(http_requests_total{job="six"}[5m]))',
        "errors": 'sum(rate(http_requests_total{job="six",status="500"}[5m]))',
    }
    chart = await charted(looks, "six", "PR101", queries=queries)
    assert chart == await charted(looks, "six", "PR101")


async def test_latency_is_shown_against_its_limit(looks: Looks) -> None:
    chart = await charted(looks, "slow", "PR102")
    assert chart is not None
    (series,) = chart.series
    assert series.points[0][1] < 0.2 < series.points[-1][1]
    assert (chart.unit, chart.levels[0].value) == ("s", 0.5)


async def test_memory_is_shown_with_its_limit_and_when_it_will_be_reached(looks: Looks) -> None:
    chart = await charted(looks, "leak1", "PR106")
    assert chart is not None
    assert chart.unit == "bytes"
    assert chart.levels[0].value >= GB
    assert chart.reaches is not None
    assert chart.reaches > chart.end
    assert len(chart.series[0].points) > 50


async def test_traffic_that_fails_to_come_is_shown(looks: Looks) -> None:
    chart = await charted(looks, "gone", "PR103")
    assert chart is not None
    (series,) = chart.series
    assert (round(series.points[0][1]), round(series.points[-1][1])) == (600, 60)


async def test_a_full_pool_is_shown_in_percent(looks: Looks) -> None:
    chart = await charted(looks, "pool", "PR104")
    assert chart is not None
    assert max(value for _, value in chart.series[0].points) >= 95


async def test_what_is_well_is_not_asked_for_its_course(looks: Looks) -> None:
    examination = await looks("healthy")
    assert {f.chart for f in examination.findings if f.health is Health.OK} == {None}


async def test_a_course_that_cannot_be_had_costs_the_picture_and_not_the_finding(
    looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_means: Means, _query: str, *, seconds: float) -> tuple[()]:  # noqa: ARG001 -- as it is called
        await asyncio.Event().wait()
        return ()

    monkeypatch.setattr(drawn, "QUICK", 0.01)
    monkeypatch.setattr(Means, "history", never)
    monkeypatch.setattr(Means, "usual", _unknown)
    finding = next(f for f in (await looks("six")).findings if f.code == "PR101")
    assert finding.health is Health.CRITICAL
    assert finding.chart is None


async def test_errors_say_for_how_long_they_have_been_too_many(looks: Looks) -> None:
    found = [next(f for f in (await looks(job)).findings if f.code == "PR101") for job in ("six", "healthy")]
    failing, healthy = (figure(each, "failing for") for each in found)
    assert failing == pytest.approx(600, abs=180)  # it began ten minutes ago
    assert healthy is None


async def _unknown(_means: Means, _query: str) -> None:
    return None
