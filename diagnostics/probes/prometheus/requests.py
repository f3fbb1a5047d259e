"""Requests of the service: how many fail, how long they take, how many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from diagnostics.probes.prometheus import drawn
from diagnostics.probes.prometheus.api import Series
from diagnostics.probes.prometheus.codes import Code
from diagnostics.probes.prometheus.known import Question, status
from diagnostics.probes.prometheus.means import PERCENT, Means, judged, per_minute, share, typical
from diagnostics.wording import duration
from incidents.evidence import Figure, Finding, Health

ERRORS = "prom.5xx_ratio"
LATENCY = "prom.p99"
TRAFFIC = "prom.traffic"
MINUTE = 60
WINDOW = 5  # minutes that a rate is taken over
ALIKE = 0.8  # of the traffic now: then it was as much
RECURS = 2  # times that it was as much before, and it is how this service is called


@dataclass(frozen=True, slots=True)
class Counted:
    """Requests a minute, and those of them that end in 5xx; None where it is not known."""

    requests: float | None
    errors: float | None


async def errors(means: Means) -> tuple[Finding, ...]:
    """The share of requests that end in 5xx, if there is traffic enough to judge."""
    counted = await _counted(means)
    if counted.requests is None or counted.errors is None:
        missing = Question.REQUESTS if counted.requests is None else Question.ERRORS
        why = "" if counted.requests is None else "the requests carry no status"
        return (means.absent(Code.ERRORS, ERRORS, "errors", missing, why=why),)
    if counted.requests <= 0:
        return (_too_little(means, Code.ERRORS, ERRORS, 0.0, _figures(counted, None)),)
    percent = PERCENT * counted.errors / counted.requests
    if counted.requests < means.limits.requests_per_minute:
        return (_of_little(means, counted, percent),)
    health = judged(percent, warn=means.limits.errors_warn, critical=means.limits.errors_critical)
    ill = health is not Health.OK
    chart = await drawn.errors(means, _failed) if ill else None
    lasting = drawn.lasting(chart, means.limits.errors_warn) if chart else None
    return (
        Finding(
            code=Code.ERRORS,
            probe=ERRORS,
            target=means.target,
            health=health,
            sentence=f"{share(percent)} of {per_minute(counted.requests)} end in 5xx.",
            figures=(*_figures(counted, percent), Figure("failing for", lasting, "s")),
            meaning=f"The limit is {share(means.limits.errors_warn)}; callers are told that it failed."
            if ill
            else "",
            next_step="Look at the last deploy, and at what it depends on: its database first."
            if ill
            else "",
            chart=chart,
        ),
    )


async def latency(means: Means) -> tuple[Finding, ...]:
    """How long the slowest hundredth takes, against the limit and against the service's own past."""
    chosen = means.chosen(Question.P99)
    counted = await _counted(means)
    if counted.requests is not None and counted.requests < means.limits.requests_per_minute:
        return (_too_little(means, Code.LATENCY, LATENCY, counted.requests, ()),)
    found = await means.at_once(chosen.query) if chosen else ()
    seconds = max((series.points[-1][1] for series in found), default=None)
    if chosen is None or seconds is None:
        return (means.absent(Code.LATENCY, LATENCY, "latency", Question.P99),)
    usual = await means.usual(chosen.query)
    times = seconds / usual if usual else None
    health = _slow(means, seconds, times)
    said = _latency(means, health, seconds, usual, counted.requests)
    return (replace(said, chart=await drawn.latency(means)) if health is not Health.OK else said,)


async def traffic(means: Means) -> tuple[Finding, ...]:
    """How many requests there are, against earlier."""
    chosen = means.chosen(Question.REQUESTS)
    if chosen is None:
        return (means.absent(Code.TRAFFIC, TRAFFIC, "traffic", Question.REQUESTS),)
    found = await means.at_once(chosen.query)
    past = await means.before(chosen.query)
    before = typical(past)
    usual = before * MINUTE if before is not None else None
    if not found:
        return (_vanished(means, usual),)
    now = sum(series.points[-1][1] for series in found) * MINUTE
    if max(now, usual or 0) < means.limits.requests_per_minute:
        return (_too_little(means, Code.TRAFFIC, TRAFFIC, now, ()),)
    said = _traffic(means, now, usual, times=_stretches(past, ALIKE * now / MINUTE))
    return (replace(said, chart=await drawn.traffic(means)) if said.meaning else said,)


def _stretches(past: Sequence[Series], level: float) -> int:
    """How many times, one apart from the other, there was as much before."""
    high = [value >= level for one in past[:1] for _, value in one.points]
    return sum(now and not earlier for earlier, now in pairwise((False, *high)))


async def _counted(means: Means) -> Counted:
    if means.section.queries.errors:
        requests = _sum([s.value for s in await means.ask(Question.REQUESTS)])
        return Counted(requests, _sum([s.value for s in await means.ask(Question.ERRORS)]))
    if means.section.queries.requests and not means.section.queries.by_status:
        return Counted(_sum([s.value for s in await means.ask(Question.REQUESTS)]), None)
    found = await means.ask(Question.BY_STATUS)
    told = any(status(series.labels) for series in found)
    failed = [series.value for series in found if _failed(series.labels)]
    return Counted(_sum([s.value for s in found]), (_sum(failed) or 0.0) if told else None)


def _sum(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) * MINUTE if known else None


def _failed(labels: Mapping[str, str]) -> bool:
    return status(labels).startswith("5")


def _figures(counted: Counted, percent: float | None) -> tuple[Figure, ...]:
    return (
        Figure("errors", _round(percent), "%"),
        Figure("requests a minute", _round(counted.requests)),
        Figure("errors a minute", _round(counted.errors)),
    )


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _too_little(
    means: Means, code: Code, probe: str, requests: float, figures: tuple[Figure, ...]
) -> Finding:
    return Finding(
        code=code,
        probe=probe,
        target=means.target,
        health=Health.UNKNOWN,
        sentence=f"Too little traffic to judge: {per_minute(requests)}, "
        f"{means.limits.requests_per_minute:,.0f} are needed.",
        figures=figures or (Figure("requests a minute", _round(requests)),),
        meaning="A few requests more or less would change the answer.",
    )


def _of_little(means: Means, counted: Counted, percent: float) -> Finding:
    few = _too_little(means, Code.ERRORS, ERRORS, counted.requests or 0, _figures(counted, percent))
    many = (counted.errors or 0) * WINDOW >= means.limits.errors_counted
    if percent < means.limits.errors_plain or not many:
        return few
    return Finding(
        code=Code.ERRORS,
        probe=ERRORS,
        target=means.target,
        health=Health.WARN,
        sentence=f"{share(percent)} of only {per_minute(counted.requests or 0)} end in 5xx.",
        figures=few.figures,
        meaning="There is little traffic, but most of it fails.",
        next_step="Look at the last deploy, and at what it depends on: its database first.",
    )


def _slow(means: Means, seconds: float, times: float | None) -> Health:
    limits = means.limits
    over = seconds > limits.p99_warn
    if times is not None and times >= limits.slower_critical and over:
        return Health.CRITICAL
    slower = times is not None and times >= limits.slower_warn and seconds > limits.p99_floor
    return Health.WARN if over or slower else Health.OK


def _latency(
    means: Means, health: Health, seconds: float, usual: float | None, requests: float | None
) -> Finding:
    ill = health is not Health.OK
    against = f"; usual is {duration(usual)}" if usual else "; what is usual is not known"
    steady = ill and usual and seconds / usual < means.limits.slower_warn
    return Finding(
        code=Code.LATENCY,
        probe=LATENCY,
        target=means.target,
        health=health,
        sentence=f"The slowest hundredth of requests takes {duration(seconds)} or more{against}.",
        figures=(
            Figure("p99", round(seconds * 1000, 1), "ms"),
            Figure("usual p99", round(usual * 1000, 1) if usual else None, "ms"),
            Figure("times the usual", round(seconds / usual, 2) if usual else None),
            Figure("requests a minute", _round(requests)),
        ),
        meaning="It is slow, but not slower than it was before."
        if steady
        else ("Callers wait, and what they hold meanwhile is missing elsewhere." if ill else ""),
        next_step="Look at the database's slow statements and locks, then at other dependencies."
        if ill
        else "",
    )


def _traffic(means: Means, now: float, usual: float | None, *, times: int) -> Finding:
    percent = PERCENT * now / usual if usual else None
    health = Health.UNKNOWN if percent is None else _odd(means, percent)
    again = percent is not None and percent > PERCENT and times >= RECURS
    health = Health.OK if again else health
    less = percent is not None and percent < PERCENT
    against = (
        "what is usual is not known" if percent is None else f"{percent:,.0f} % of the usual {usual:,.0f}"
    )
    against += f"; there was as much {times} times before" if again else ""
    meaning, next_step = (
        (
            "Callers do not come through, or have given up.",
            "Look at what stands before the service: DNS, certificate, load balancer.",
        )
        if less
        else ("A spike, or callers that try again and again.", "Look at who calls, and whether they retry.")
    )
    ill = health in {Health.WARN, Health.CRITICAL}
    return Finding(
        code=Code.TRAFFIC,
        probe=TRAFFIC,
        target=means.target,
        health=health,
        sentence=f"{per_minute(now).capitalize()}, {against}.",
        figures=(
            Figure("requests a minute", _round(now)),
            Figure("usual requests a minute", _round(usual)),
            Figure("of the usual", _round(percent), "%"),
        ),
        meaning=meaning if ill else "",
        next_step=next_step if ill else "",
    )


def _odd(means: Means, percent: float) -> Health:
    limits = means.limits
    if percent < limits.traffic_low_critical or percent > limits.traffic_high_critical:
        return Health.CRITICAL
    odd = percent < limits.traffic_low_warn or percent > limits.traffic_high_warn
    return Health.WARN if odd else Health.OK


def _vanished(means: Means, usual: float | None) -> Finding:
    if not usual or usual < means.limits.requests_per_minute:
        return means.absent(Code.TRAFFIC, TRAFFIC, "traffic", Question.REQUESTS)
    return Finding(
        code=Code.TRAFFIC,
        probe=TRAFFIC,
        target=means.target,
        health=Health.WARN,
        sentence=f"Requests are no longer counted; it was {per_minute(usual)} before.",
        figures=(Figure("requests a minute", None), Figure("usual requests a minute", _round(usual))),
        meaning="The service is gone, or Prometheus no longer reaches it.",
        next_step="See whether it runs, and whether Prometheus can scrape it.",
    )
