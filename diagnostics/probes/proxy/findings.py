"""What a proxy's log says of its requests, as findings. Pure; only counts and the proxy's own names leave."""

from collections.abc import Iterator

from diagnostics.probes.proxy.at import ILL, At, rounded, rows, share, worst
from diagnostics.probes.proxy.codes import Code
from diagnostics.probes.proxy.counting import PERCENT, Counts, Tally
from diagnostics.probes.proxy.judging import (
    Bad,
    ToldBy,
    bad_servers,
    busy,
    failing_for,
    judged,
    slowest,
    steady,
)
from diagnostics.probes.proxy.said import SERVER_ERROR
from diagnostics.probes.proxy.troubled import FORBIDDEN, UNAUTHORISED, troubles
from diagnostics.wording import counted, duration, listed
from incidents.evidence import Figure, Finding, Health

CLIENT_ERROR = 400
SLOW, SLOWEST = 95, 99  # hundredths
TOO_MANY = 429


def told(at: At, found: Tally) -> tuple[Finding, ...]:
    """Everything that these counts say, that of all requests first."""
    if not (found.now.requests or (found.before and found.before.requests)):
        said = tuple(troubles(at, found))
        return said or (_silent(at, found),)
    return (
        _requests(at, found),
        *troubles(at, found),
        *_servers(at, found),
        *_routes(at, found),
        *_slow(at, found),
        *_traffic(at, found),
    )


def _silent(at: At, found: Tally) -> Finding:
    said = f"none of {counted(found.lines, 'line')} names one" if found.lines else "it is empty"
    return at.finding(
        Code.NOT_UNDERSTOOD,
        Health.UNKNOWN,
        f"The proxy's log of the last {duration(2 * at.window)} tells of no request: {said}.",
        (Figure("lines", found.lines), Figure("window", at.window, "s")),
    )


def _requests(at: At, found: Tally) -> Finding:
    now, before = found.now, found.before
    health = judged(at.limits, found, now.failed)
    part = now.share(now.failed)
    was = before.share(before.failed) if before and before.requests else None
    since = failing_for(at.limits, found) if health in ILL else None
    told = f"{_per_minute(found.rate(now))}, {share(part)} end in 5xx"
    told += f"; {share(was)} in the {duration(found.seconds)} before." if was is not None else "."
    told += f" It began {duration(since)} ago." if since is not None else ""
    if found.seconds < at.window:
        told += f" Older lines were left out: these reach back {duration(found.seconds)}."
    return at.finding(
        Code.REQUESTS,
        health,
        told,
        (
            Figure("requests a minute", rounded(found.rate(now))),
            Figure("requests", now.requests),
            Figure("failed", now.failed),
            Figure("share", rounded(part), "%"),
            Figure("share before", rounded(was), "%"),
            *_shares(now),
            Figure("failing for", rounded(since), "s"),
            Figure("most at", worst(now.routes) or None),
            Figure("lines", found.lines),
            Figure("reach", rounded(found.seconds), "s"),
        ),
        rows(("route", "requests", "failed"), now.routes),
    )


def _shares(now: Counts) -> tuple[Figure, ...]:
    client = sum(n for status, n in now.statuses.items() if CLIENT_ERROR <= status < SERVER_ERROR)
    counts = (
        ("gateway errors", now.status(502, 503, 504)),
        ("client errors", client),
        ("refused logins", now.status(UNAUTHORISED, FORBIDDEN)),
        ("limited", now.status(TOO_MANY)),
    )
    return tuple(Figure(name, rounded(now.share(count)), "%") for name, count in counts)


def _servers(at: At, found: Tally) -> Iterator[Finding]:
    bad = bad_servers(at.limits, found)
    if not bad:
        return
    worst_one = bad[0]
    names = listed(tuple(each.server for each in bad[:3]))
    more = f" and {len(bad) - 3} more" if len(bad) > 3 else ""  # noqa: PLR2004 -- what a sentence bears
    who, verb = ("The server", "fails") if len(bad) == 1 else ("The servers", "fail")
    yield at.finding(
        Code.SERVER,
        Health.WARN,
        f"{who} {names}{more} {verb} ({_tried(worst_one)}), while {_others(worst_one)}.",
        (
            Figure("server", worst_one.server),
            Figure("failed", worst_one.failed),
            Figure("tries", worst_one.tries),
            Figure("bad servers", len(bad)),
            Figure("other servers", worst_one.others or None),
            Figure("told by", worst_one.told_by.value),
        ),
        rows(("server", "tries", "failed"), found.now.servers),
    )


def _tried(bad: Bad) -> str:
    if bad.told_by is ToldBy.CHECK:
        return "it does not pass the proxy's health check"
    return f"{bad.failed:,} of {bad.tries:,} tries" if bad.tries else counted(bad.failed, "try", "tries")


def _others(bad: Bad) -> str:
    if not bad.others:
        return "requests go well elsewhere"
    return "another one is well" if bad.others == 1 else f"{bad.others} others are well"


def _routes(at: At, found: Tally) -> Iterator[Finding]:
    """The worst route, where the requests as a whole look well enough to hide it."""
    now, limits = found.now, at.limits
    name = worst(now.routes)
    if not name or judged(limits, found, now.failed) in ILL:
        return
    part = now.routes[name]
    if part.share < limits.errors_plain or part.failed < limits.errors_counted:
        return
    yield at.finding(
        Code.ROUTE,
        Health.WARN,
        f"{part.failed:,} of {counted(part.all, 'request')} to {name} ({share(part.share)}) fail; "
        "the other routes are well.",
        (
            Figure("route", name),
            Figure("requests", part.all),
            Figure("failed", part.failed),
            Figure("share", rounded(part.share), "%"),
        ),
    )


def _slow(at: At, found: Tally) -> Iterator[Finding]:
    slow, slower = slowest(found.now.seconds, SLOW), slowest(found.now.seconds, SLOWEST)
    if slow is None or slower is None or not busy(at.limits, found, found.now):
        return
    compared = found.before if busy(at.limits, found, found.before) else None
    was = slowest(compared.seconds, SLOW) if compared else None
    times = slow / was if was else None
    against = f"; {duration(was)} before" if was is not None else ""
    yield at.finding(
        Code.SLOW,
        _late(at, slow, times),
        f"The slowest 5 % of requests take {duration(slow)} and more, 1 % {duration(slower)}{against}.",
        (
            Figure("slowest 5 %", rounded(slow), "s"),
            Figure("slowest 5 % before", rounded(was), "s"),
            Figure("slowest 1 %", rounded(slower), "s"),
            Figure("times as long", rounded(times)),
        ),
    )


def _late(at: At, slow: float, times: float | None) -> Health:
    limits = at.limits
    if times is None:
        return Health.WARN if slow >= limits.slow_alone else Health.OK
    if slow < limits.slow_warn or times < limits.slower_warn:
        return Health.OK
    return Health.CRITICAL if times >= limits.slower_critical else Health.WARN


def _traffic(at: At, found: Tally) -> Iterator[Finding]:
    before, limits = found.before, at.limits
    if before is None or not busy(limits, found, before) or not steady(found.slices):
        return
    of_before = PERCENT * found.now.requests / before.requests
    if of_before >= limits.traffic_low_warn:
        return
    yield at.finding(
        Code.TRAFFIC,
        Health.CRITICAL if of_before < limits.traffic_low_critical else Health.WARN,
        f"{_per_minute(found.rate(found.now))}; it was {found.rate(before):,.0f} "
        f"in the {duration(found.seconds)} before.",
        (
            Figure("requests a minute", rounded(found.rate(found.now))),
            Figure("requests a minute before", rounded(found.rate(before))),
            Figure("of those before", rounded(of_before), "%"),
        ),
    )


def _per_minute(rate: float) -> str:
    return f"{rate:,.0f} requests a minute" if round(rate) != 1 else "1 request a minute"
