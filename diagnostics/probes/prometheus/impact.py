"""What operators count to know how much the business feels: users, orders, revenue."""

import asyncio

from diagnostics.probes.prometheus.codes import Code
from diagnostics.probes.prometheus.labels import filled
from diagnostics.probes.prometheus.means import PERCENT, Means
from diagnostics.probes.prometheus.section import Impact
from diagnostics.wording import capital
from incidents.evidence import Figure, Finding, Health

PROBE = "prom.impact"


async def impact(means: Means) -> tuple[Finding, ...]:
    """Each configured number now, against what is usual."""
    return tuple(await asyncio.gather(*(_one(means, each) for each in means.section.impact)))


async def _one(means: Means, counted: Impact) -> Finding:
    query = filled(counted.query, means.section.labels)
    found = await means.at_once(query)
    usual = await means.usual(query)
    now = found[0].points[-1][1] if found else None
    percent = PERCENT * now / usual if now is not None and usual else None
    health = _health(means, counted, now, percent)
    return Finding(
        code=Code.IMPACT,
        probe=PROBE,
        target=means.target,
        health=health,
        sentence=_sentence(counted, now, usual, percent),
        figures=(Figure("now", now), Figure("usual", usual), Figure("of the usual", percent, "%")),
        meaning="This is what the incident costs." if health in {Health.WARN, Health.CRITICAL} else "",
        next_step="Check its query under impact in services.toml." if now is None else "",
    )


def _health(means: Means, counted: Impact, now: float | None, percent: float | None) -> Health:
    if now is None:
        return Health.UNKNOWN
    if not counted.judged or percent is None or percent >= means.limits.traffic_low_warn:
        return Health.OK
    return Health.CRITICAL if percent < means.limits.traffic_low_critical else Health.WARN


def _sentence(counted: Impact, now: float | None, usual: float | None, percent: float | None) -> str:
    name = capital(counted.name)
    if now is None:
        return f"{name}: not known, its query gives no number."
    unit = f" {counted.unit}" if counted.unit else ""
    against = "" if usual is None else f", usually {_number(usual)}{unit}"
    of_it = f" ({percent:.0f} %)" if percent is not None else ""
    return f"{name}: {_number(now)}{unit}{against}{of_it}."


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 -- three digits are enough
