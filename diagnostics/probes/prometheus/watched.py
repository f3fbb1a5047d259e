"""What Prometheus itself watches of the service: firing alerts, and targets that it could not scrape."""

from collections.abc import Sequence

from diagnostics.probe import SkippedError
from diagnostics.probes.http.unanswered import Unanswered
from diagnostics.probes.prometheus.api import Series
from diagnostics.probes.prometheus.codes import Code
from diagnostics.probes.prometheus.labels import matchers
from diagnostics.probes.prometheus.means import Means
from diagnostics.wording import counted, cut, duration, listed
from incidents.evidence import Figure, Finding, Health

ALERTS = "prom.alerts"
TARGETS = "prom.up"
SHOWN = 4
MOST = 50
HALF = 2
URGENT = frozenset({"critical", "page", "emergency", "high", "sev1", "p1", "error"})
QUIET = frozenset({"none", "info", "informational"})


async def alerts(means: Means) -> tuple[Finding, ...]:
    """The alerts that fire, the urgent ones first.

    Raises:
        SkippedError: there are no alerting rules, so that none firing says nothing.
    """
    labels = means.section.alert_labels
    within = matchers(means.section.labels if labels is None else labels)
    firing = f'ALERTS{{alertstate="firing",{within}}}'
    since = f"ALERTS_FOR_STATE{{{within}}}"
    by = "by (alertname, severity)"
    found = await means.at_once(
        f"topk({MOST}, (min {by} ({since} and ignoring(alertstate) {firing})) or (0 * min {by} ({firing})))"
    )
    loud = tuple(series for series in found if series.labels.get("severity", "").casefold() not in QUIET)
    if not found:
        await _must_have_rules(means)
    return (_alerts(means, sorted(loud, key=_urgent)),)


async def targets(means: Means) -> tuple[Finding, ...]:
    """Which of the service's targets could not be scraped."""
    within = matchers(means.section.labels)
    every = await means.at_once(f"count(up{{{within}}})")
    if not every:
        return (_none_there(means, await means.usual(f"count(up{{{within}}})")),)
    down = await means.at_once(f"topk({MOST}, up{{{within}}} == 0)")
    return (_targets(means, round(every[0].points[-1][1]), down),)


async def _must_have_rules(means: Means) -> None:
    try:
        rules = await means.api.alerting_rules()
    except Unanswered as error:
        raise SkippedError("none fires, but whether there are alerting rules cannot be seen") from error
    if not rules:
        raise SkippedError("this Prometheus has no alerting rules")


def _urgent(series: Series) -> tuple[bool, str]:
    return (not _pages(series), series.labels.get("alertname", ""))


def _pages(series: Series) -> bool:
    return series.labels.get("severity", "").casefold() in URGENT


def _alerts(means: Means, found: Sequence[Series]) -> Finding:
    names = tuple(cut(series.labels.get("alertname", "?"), 80) for series in found)
    starts = [series.points[-1][1] for series in found if series.points[-1][1] > 0]
    longest = max((means.now - start for start in starts), default=None)
    health = Health.OK if not found else Health.CRITICAL if any(map(_pages, found)) else Health.WARN
    held = f", the longest for {duration(max(longest, 0))}" if longest is not None else ""
    return Finding(
        code=Code.ALERTS,
        probe=ALERTS,
        target=means.target,
        health=health,
        sentence=f"{counted(len(found), 'alert fires', 'alerts fire')}: {shown(names)}{held}."
        if found
        else "No alert fires.",
        figures=(
            Figure("firing", len(found)),
            Figure("alert", names[0] if names else None),
            Figure("longest firing", round(longest) if longest is not None else None, "s"),
        ),
        next_step=f"Read the runbook of {names[0]}." if names else "",
        table=_table(means, found) if found else (),
    )


def _table(means: Means, found: Sequence[Series]) -> tuple[tuple[str, ...], ...]:
    rows = tuple(
        (
            cut(series.labels.get("alertname", "?"), 80),
            cut(series.labels.get("severity", ""), 40),
            duration(max(means.now - series.points[-1][1], 0)) if series.points[-1][1] > 0 else "not known",
        )
        for series in found
    )
    return (("alert", "severity", "for"), *rows)


def shown(names: tuple[str, ...]) -> str:
    """The first names, and how many more there are."""
    more = (f"{len(names) - SHOWN} more",) if len(names) > SHOWN else ()
    return listed((*names[:SHOWN], *more))


def _targets(means: Means, every: int, found: Sequence[Series]) -> Finding:
    down = tuple(cut(series.labels.get("instance") or series.labels.get("job", "?"), 80) for series in found)
    health = Health.OK if not down else Health.CRITICAL if len(down) * HALF >= every else Health.WARN
    return Finding(
        code=Code.TARGETS,
        probe=TARGETS,
        target=means.target,
        health=health,
        sentence=f"Prometheus cannot scrape {len(down)} of {counted(every, 'target')}: {shown(down)}."
        if down
        else f"Prometheus scrapes {counted(every, 'target')}, and none is down.",
        figures=(
            Figure("down", len(down)),
            Figure("targets", every),
            Figure("instance", down[0] if down else None),
        ),
        meaning="The process is down, too busy to answer, or cut off from Prometheus." if down else "",
        next_step=f"See whether {down[0]} runs." if down else "",
    )


def _none_there(means: Means, usual: float | None) -> Finding:
    gone = f"; there were {round(usual)} before" if usual else ""
    return Finding(
        code=Code.TARGETS,
        probe=TARGETS,
        target=means.target,
        health=Health.WARN if usual else Health.UNKNOWN,
        sentence=f"Prometheus scrapes no target {means.among}{gone}.",
        figures=(Figure("down", None), Figure("targets", 0)),
        meaning="The instances are gone, or their labels have changed."
        if usual
        else "This is not known to be fine.",
        next_step="See whether it runs." if usual else "Check labels in services.toml.",
    )
