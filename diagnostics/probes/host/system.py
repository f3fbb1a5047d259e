"""The machine's open files, its clock and its systemd units."""

from diagnostics.probe import SkippedError
from diagnostics.probes.host import ids
from diagnostics.probes.host.codes import Code
from diagnostics.probes.host.means import PERCENT, Means, judged
from diagnostics.probes.host.source import needed
from diagnostics.probes.prometheus.api import Series
from diagnostics.wording import duration, listed
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

FILES = ids.FILES
CLOCK = ids.CLOCK
UNITS = ids.UNITS
STATES = "node_systemd_unit_state"
LOST = 16.0  # seconds: the error that the kernel assumes of a clock that nobody sets
SHOWN = 4


async def files(means: Means) -> tuple[Finding, ...]:
    """Open files against the machine's limit."""
    taken = needed(means.now.value("node_filefd_allocated"), "how many files are open")
    most = needed(means.now.value("node_filefd_maximum"), "how many files may be open")
    percent = PERCENT * taken / most if most else 0.0
    health = judged(percent, warn=means.limits.files_warn, critical=means.limits.files_critical)
    ill = health is not Health.OK
    return (
        Finding(
            code=Code.FILES,
            probe=FILES,
            target=means.target,
            health=health,
            sentence=f"{taken:,.0f} files are open, {percent:.0f} % of what the machine allows.",
            figures=(Figure("files used", round(percent, 1), "%"), Figure("open files", round(taken))),
            meaning="When none is left, no connection can be taken and no file opened." if ill else "",
            next_step="Find who holds them: lsof | awk '{print $1}' | sort | uniq -c | sort -n | tail."
            if ill
            else "",
        ),
    )


async def clock(means: Means) -> tuple[Finding, ...]:
    """How far the clock is off, as far as the kernel knows."""
    offset = needed(means.now.value("node_timex_offset_seconds"), "how wrong its clock is")
    set_by = means.now.value("node_timex_sync_status")
    alone = set_by == 0 and (means.now.value("node_timex_maxerror_seconds") or 0) >= LOST
    off = abs(offset) > means.limits.clock_warn
    sentence = (
        "The clock is set by nobody, so how wrong it is is not known."
        if alone
        else f"The clock is off by {duration(abs(offset))}."
        if off
        else f"The clock is right within {duration(means.limits.clock_warn)}."
    )
    return (
        Finding(
            code=Code.CLOCK,
            probe=CLOCK,
            target=means.target,
            health=Health.WARN if off or alone else Health.OK,
            sentence=sentence,
            figures=(
                Figure("offset", None if alone else round(offset * 1000, 1), "ms"),
                Figure("synchronised", set_by),
            ),
            meaning="Certificates, tokens and databases trust the clock." if off or alone else "",
            next_step="See whether it is set: timedatectl, chronyc tracking." if off or alone else "",
        ),
    )


async def units(means: Means) -> tuple[Finding, ...]:
    """Units that have failed, and configured ones that do not run."""
    states = means.now.each(STATES)
    if not states:
        raise SkippedError("its exporter does not tell of systemd units (--collector.systemd)")
    active = {series.labels.get("name", ""): series.labels["state"] for series in states if _holds(series)}
    failed = tuple(sorted(quoted(name, 80) for name, state in active.items() if state == "failed"))
    idle = tuple(name for name in means.section.units if active.get(name) not in {"active", "reloading"})
    health = Health.CRITICAL if idle else Health.WARN if failed else Health.OK
    named = next(iter((*idle, *failed)), None)
    return (
        Finding(
            code=Code.UNITS,
            probe=UNITS,
            target=means.target,
            health=health,
            sentence=_units(failed, idle),
            figures=(
                Figure("failed", len(failed)),
                Figure("not running", len(idle)),
                Figure("unit", named),
            ),
            meaning="What it does is not done." if named else "",
            next_step=f"Read its log: journalctl -u {named} -n 50." if named else "",
        ),
    )


def _holds(series: Series) -> bool:
    return series.value == 1 and bool(series.labels.get("state"))


def _units(failed: tuple[str, ...], idle: tuple[str, ...]) -> str:
    if idle:
        return f"{_shown(idle)} {'does' if len(idle) == 1 else 'do'} not run."
    if failed:
        return f"{_shown(failed)} {'has' if len(failed) == 1 else 'have'} failed."
    return "No systemd unit has failed."


def _shown(names: tuple[str, ...]) -> str:
    more = (f"{len(names) - SHOWN} more",) if len(names) > SHOWN else ()
    return listed((*names[:SHOWN], *more))
