"""Whether Alertmanager's notifications reach anybody, by the counters that it keeps of its own sending."""

from collections.abc import Mapping

from diagnostics.probes.http.unanswered import Unanswered
from diagnostics.probes.prometheus.alertmanager import Sending
from diagnostics.probes.prometheus.codes import Code
from diagnostics.probes.prometheus.means import PERCENT, Means
from diagnostics.wording import listed
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

MOSTLY = 50  # percent of what was sent in one way


async def notifications(means: Means, probe: str) -> tuple[Finding, ...]:
    """What it sent since the last look, or since it started; nothing where it does not show its counters."""
    try:
        sent = await means.alertmanager.sent() if means.alertmanager else {}
    except Unanswered:
        return ()
    if not sent:
        return ()
    failing = {
        way: one for way, one in sent.items() if one.failed and PERCENT * one.failed >= MOSTLY * one.tried
    }
    return (_finding(means, probe, sent, failing),)


def _finding(
    means: Means, probe: str, sent: Mapping[str, Sending], failing: Mapping[str, Sending]
) -> Finding:
    tried, failed = (sum(getattr(one, each) for one in failing.values()) for each in ("tried", "failed"))
    ways = listed(tuple(quoted(way, 40) for way in failing))
    every = sum(one.tried for one in sent.values())
    arrived = f"Most of the {every:,.0f} notifications that Alertmanager sent have arrived."
    well = arrived if every else "Alertmanager had nothing to send."
    ill = bool(failing)
    return Finding(
        code=Code.NOTIFICATIONS,
        probe=probe,
        target=means.target,
        health=Health.WARN if ill else Health.OK,
        sentence=f"Alertmanager could not send {failed:,.0f} of {tried:,.0f} notifications by {ways}."
        if ill
        else well,
        figures=(
            Figure("not sent", round(failed)),
            Figure("tried", round(tried)),
            Figure("by", ways or None),
        ),
        meaning="Alerts fire, and nobody is told." if ill else "",
        next_step="Read Alertmanager's log for the reason, then its receivers: their addresses and tokens."
        if ill
        else "",
    )
