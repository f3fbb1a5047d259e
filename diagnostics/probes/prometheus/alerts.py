"""The alerts of a service that fire in Prometheus, and those of them that Alertmanager holds back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from diagnostics.probe import SkippedError
from diagnostics.probes.http.unanswered import Asked, Unanswered, finding
from diagnostics.probes.prometheus.alertmanager import Held, Sent, held
from diagnostics.probes.prometheus.api import Series
from diagnostics.probes.prometheus.codes import Code
from diagnostics.probes.prometheus.labels import matchers
from diagnostics.probes.prometheus.means import Means
from diagnostics.probes.prometheus.notifications import notifications
from diagnostics.probes.prometheus.watched import shown
from diagnostics.wording import counted, duration, listed
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

ALERTS = "prom.alerts"
MOST = 50  # alerts by name and severity
EACH = 500  # alerts by all their labels, as Alertmanager has them
URGENT = frozenset({"critical", "page", "emergency", "high", "sev1", "p1", "error"})
QUIET = frozenset({"none", "info", "informational"})


@dataclass(frozen=True, slots=True)
class Alert:
    """The alerts of one name and severity.

    Attributes:
        since: Unix seconds at which the first of them began to fire; None if that is not known.
        held: why nobody is told of them; None where people are, or it is not known.
    """

    name: str
    severity: str
    since: float | None
    held: Held | None = None

    @property
    def pages(self) -> bool:
        """Whether it is meant to wake somebody."""
        return self.severity.casefold() in URGENT


async def alerts(means: Means) -> tuple[Finding, ...]:
    """The alerts that fire, the urgent ones first, and what is wrong with Alertmanager.

    Raises:
        SkippedError: there are no alerting rules, so that none firing says nothing.
    """
    found, sent, told = await asyncio.gather(_firing(means), _sent(means), notifications(means, ALERTS))
    without = (_unseen(means, sent),) if isinstance(sent, Unanswered) else ()
    if not found:
        if without:
            return without
        await _must_have_rules(means)
    loud = [series for series in found if series.labels.get("severity", "").casefold() not in QUIET]
    fires = _grouped(loud, () if isinstance(sent, Unanswered) else sent)
    return (_alerts(means, fires), *without, *told)


async def _firing(means: Means) -> tuple[Series, ...]:
    """One series for each name and severity; with an Alertmanager one for each alert, as it has them."""
    labels = means.section.alert_labels
    within = matchers(means.section.labels if labels is None else labels)
    firing = f'ALERTS{{alertstate="firing",{within}}}'
    since = f"(ALERTS_FOR_STATE{{{within}}} and ignoring(alertstate) {firing})"
    if means.alertmanager:
        return await means.at_once(f"topk({EACH}, {since} or ignoring(alertstate) (0 * {firing}))")
    by = "by (alertname, severity)"
    return await means.at_once(f"topk({MOST}, (min {by} {since}) or (0 * min {by} ({firing})))")


async def _sent(means: Means) -> tuple[Sent, ...] | Unanswered:
    try:
        return await means.alertmanager.alerts() if means.alertmanager else ()
    except Unanswered as error:
        return error


async def _must_have_rules(means: Means) -> None:
    try:
        rules = await means.api.alerting_rules()
    except Unanswered as error:
        raise SkippedError("none fires, but whether there are alerting rules cannot be seen") from error
    if not rules:
        raise SkippedError("this Prometheus has no alerting rules")


def _grouped(found: Sequence[Series], sent: Sequence[Sent]) -> tuple[Alert, ...]:
    """By name and severity; one is held back only where all that fire under its name are."""
    groups: dict[tuple[str, str], list[Alert]] = {}
    for series in found:
        each = _alert(series, sent)
        groups.setdefault((each.name, each.severity), []).append(each)
    return tuple(sorted(map(_together, groups.values()), key=lambda alert: (not alert.pages, alert.name)))


def _alert(series: Series, sent: Sequence[Sent]) -> Alert:
    name = quoted(series.labels.get("alertname", "?"), 80)
    since = series.points[-1][1]
    severity = series.labels.get("severity", "")
    return Alert(name, quoted(severity, 40), since if since > 0 else None, held(series.labels, sent))


def _together(alike: Sequence[Alert]) -> Alert:
    told = [each for each in alike if each.held is None] or alike
    return replace(told[0], since=min((each.since for each in told if each.since), default=None))


def _alerts(means: Means, found: Sequence[Alert]) -> Finding:
    told = [alert for alert in found if alert.held is None]
    back = [alert for alert in found if alert.held]
    longest = max((means.now - alert.since for alert in told if alert.since), default=None)
    health = Health.OK if not told else Health.CRITICAL if any(a.pages for a in told) else Health.WARN
    return Finding(
        code=Code.ALERTS,
        probe=ALERTS,
        target=means.target,
        health=health,
        sentence=_sentence(told, back, longest),
        figures=(
            Figure("firing", len(told)),
            Figure("held back", len(back)),
            Figure("alert", told[0].name if told else None),
            Figure("longest firing", round(longest) if longest is not None else None, "s"),
        ),
        next_step=f"Read the runbook of {told[0].name}." if told else "",
        table=_table(means, (*told, *back)) if found else (),
    )


def _sentence(told: Sequence[Alert], back: Sequence[Alert], longest: float | None) -> str:
    ways = listed(tuple(dict.fromkeys(alert.held for alert in back if alert.held)))
    if not told:
        if not back:
            return "No alert fires."
        fires = counted(len(back), "alert fires and is", "alerts fire and are")
        return f"{fires} {ways} in Alertmanager: {shown(tuple(alert.name for alert in back))}."
    fires = counted(len(told), "alert fires", "alerts fire")
    since = f", the longest for {duration(max(longest, 0))}" if longest is not None else ""
    also = f"; {len(back)} more {'is' if len(back) == 1 else 'are'} {ways} in Alertmanager" if back else ""
    return f"{fires}: {shown(tuple(alert.name for alert in told))}{since}{also}."


def _table(means: Means, found: Sequence[Alert]) -> tuple[tuple[str, ...], ...]:
    rows = tuple(
        (
            alert.name,
            alert.severity,
            duration(max(means.now - alert.since, 0)) if alert.since else "not known",
            alert.held or "",
        )
        for alert in found[:MOST]
    )
    if not any(alert.held for alert in found):
        return (("alert", "severity", "for"), *(row[:3] for row in rows))
    return (("alert", "severity", "for", "held back"), *rows)


def _unseen(means: Means, error: Unanswered) -> Finding:
    asked = Asked(
        code=Code.ALERTMANAGER,
        probe=ALERTS,
        target=means.target,
        whom="Alertmanager",
        meaning="Which alerts are silenced is not known; while it is down, alerts reach nobody.",
    )
    return finding(asked, error)
