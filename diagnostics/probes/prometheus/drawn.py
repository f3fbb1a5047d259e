"""The last hour of what is wrong, for pictures; a picture that cannot be had costs no finding."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from diagnostics.probes.http.unanswered import Unanswered
from diagnostics.probes.prometheus.api import Series
from diagnostics.probes.prometheus.known import Question
from diagnostics.probes.prometheus.means import PERCENT, Means
from incidents import charts
from incidents.charts import Chart, Level

SPAN = 3600.0  # seconds
MINUTE = 60
QUICK = 1.0  # seconds that a finding waits for its picture's points
SHOWN = 3  # series in one picture


async def errors(means: Means, failed: Callable[[Mapping[str, str]], bool]) -> Chart | None:
    """The share of requests that failed.

    Args:
        means: how to ask.
        failed: whether a series with these labels counts failed requests, where requests carry a status.
    """
    if means.section.queries.errors:
        requests = _summed(await _span(means, Question.REQUESTS))
        ends = _summed(await _span(means, Question.ERRORS))
    else:
        requests, ends = await _by_status(means, failed)
    series = charts.Series("5xx", _shares(requests, ends))
    return _chart("requests that end in 5xx", "%", (series,), Level("limit", means.limits.errors_warn))


async def refused(means: Means, fits: Callable[[Mapping[str, str]], bool], measure: str) -> Chart | None:
    """The share of requests with these labels, by their status."""
    return _chart(measure, "%", (charts.Series("refused", _shares(*await _by_status(means, fits))),))


def lasting(chart: Chart, limit: float) -> float | None:
    """Seconds for which the drawn share has stood at the limit or above, up to now; None if it does not."""
    points = chart.series[0].points
    since = None
    for at, value in reversed(points):
        if value < limit:
            break
        since = at
    return None if since is None else round(points[-1][0] - since)


async def latency(means: Means) -> Chart | None:
    """How long the slowest hundredth took."""
    found = await _span(means, Question.P99)
    slowest = max(found, key=lambda series: series.value or 0.0, default=None)
    if slowest is None:
        return None
    series = charts.Series("slowest hundredth", slowest.points)
    return _chart("slowest hundredth (p99)", "s", (series,), Level("limit", means.limits.p99_warn))


async def traffic(means: Means) -> Chart | None:
    """How many requests there were."""
    rates = _summed(await _span(means, Question.REQUESTS))
    points = tuple((at, MINUTE * rate) for at, rate in sorted(rates.items()))
    return _chart("requests a minute", "", (charts.Series("requests", points),))


async def shares(
    means: Means, question: Question, measure: str, level: Level, name: Callable[[Series], str]
) -> Chart | None:
    """Shares of what there is, in percent, the highest first."""
    found = sorted(await _span(means, question), key=lambda series: -(series.value or 0.0))
    drawn = (_percent(name(series), series) for series in found[:SHOWN])
    return _chart(measure, "%", tuple(drawn), level)


async def _by_status(
    means: Means, fits: Callable[[Mapping[str, str]], bool]
) -> tuple[dict[float, float], dict[float, float]]:
    """All requests by time, and those of them that fit."""
    found = await _span(means, Question.BY_STATUS)
    requests = _summed(found)
    return requests, dict.fromkeys(requests, 0.0) | _summed([each for each in found if fits(each.labels)])


def _shares(requests: Mapping[float, float], part: Mapping[float, float]) -> tuple[tuple[float, float], ...]:
    both = sorted(at for at in requests if requests[at] > 0 and at in part)
    return tuple((at, PERCENT * part[at] / requests[at]) for at in both)


def _chart(measure: str, unit: str, series: tuple[charts.Series, ...], *levels: Level) -> Chart | None:
    drawn = tuple(each for each in series if each.points)
    return Chart(measure, unit, drawn, levels) if drawn else None


def _percent(name: str, series: Series) -> charts.Series:
    return charts.Series(name, tuple((at, PERCENT * value) for at, value in series.points))


def _summed(found: Sequence[Series]) -> dict[float, float]:
    sums: dict[float, float] = {}
    for series in found:
        for at, value in series.points:
            sums[at] = sums.get(at, 0.0) + value
    return sums


async def _span(means: Means, question: Question) -> tuple[Series, ...]:
    chosen = means.chosen(question)
    if chosen is None:
        return ()
    try:
        async with asyncio.timeout(QUICK):
            return await means.history(chosen.query, seconds=SPAN)
    except (Unanswered, TimeoutError):
        return ()
