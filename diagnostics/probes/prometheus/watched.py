"""The targets of a service that Prometheus could not scrape."""

from collections.abc import Sequence

from diagnostics.probes.prometheus.api import Series
from diagnostics.probes.prometheus.codes import Code
from diagnostics.probes.prometheus.labels import matchers
from diagnostics.probes.prometheus.means import Means
from diagnostics.wording import counted, listed
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

TARGETS = "prom.up"
SHOWN = 4
MOST = 50
HALF = 2


async def targets(means: Means) -> tuple[Finding, ...]:
    """Which of the service's targets could not be scraped."""
    within = matchers(means.section.labels)
    every = await means.at_once(f"count(up{{{within}}})")
    if not every:
        return (_none_there(means, await means.usual(f"count(up{{{within}}})")),)
    down = await means.at_once(f"topk({MOST}, up{{{within}}} == 0)")
    return (_targets(means, round(every[0].points[-1][1]), down),)


def shown(names: tuple[str, ...]) -> str:
    """The first names, and how many more there are."""
    more = (f"{len(names) - SHOWN} more",) if len(names) > SHOWN else ()
    return listed((*names[:SHOWN], *more))


def _targets(means: Means, every: int, found: Sequence[Series]) -> Finding:
    down = tuple(
        quoted(series.labels.get("instance") or series.labels.get("job", "?"), 80) for series in found
    )
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
