"""Why requests fail, each reason a finding; and callers that are turned away. Pure."""

from collections.abc import Iterator

from diagnostics.probes.proxy.at import ILL, At, rounded, share, worst
from diagnostics.probes.proxy.codes import Code
from diagnostics.probes.proxy.counting import Counts, Tally
from diagnostics.probes.proxy.judging import TOO_MANY, Reasons, busy, failing_for, judged, reasons
from diagnostics.probes.proxy.said import Trouble
from diagnostics.wording import counted
from incidents.evidence import Figure, Finding, Health

UNAUTHORISED, FORBIDDEN = 401, 403
SAYS = {
    Code.NO_SERVER: "found no server",
    Code.UNREACHED: "got no connection to the back end",
    Code.TIMED_OUT: "got no answer of the back end in time",
    Code.CUT_OFF: "got no whole answer, since the back end ended the connection",
    Code.NO_ROUTE: "fit no route of the proxy",
    Code.UNEXPLAINED: "were answered 502 to 504 by the proxy, and its log does not say why",
    Code.OWN_ERRORS: "were answered 5xx by the back end itself",
    Code.LIMITED: "were turned away by a limit",
    Code.LOGINS: "were refused for want of a login or a right (401, 403)",
}
OF_TROUBLE = {
    Trouble.NO_SERVER: Code.NO_SERVER,
    Trouble.UNREACHED: Code.UNREACHED,
    Trouble.TIMED_OUT: Code.TIMED_OUT,
    Trouble.CUT_OFF: Code.CUT_OFF,
    Trouble.NO_ROUTE: Code.NO_ROUTE,
    Trouble.LIMITED: Code.LIMITED,
}
TWICE = 2


def troubles(at: At, found: Tally) -> Iterator[Finding]:
    """A finding for each way in which requests fail or are turned away."""
    before = _counted(found.before) if found.before and found.before.requests else None
    for code, count in _counted(found.now).items():
        if count:
            yield _said(at, found, code, count, before[code] if before else None)


def _counted(counts: Counts) -> dict[Code, int]:
    why: Reasons = reasons(counts)
    found = {code: why.troubles[trouble] for trouble, code in OF_TROUBLE.items()}
    found[Code.LIMITED] += counts.status(TOO_MANY)
    return found | {
        Code.UNEXPLAINED: why.unexplained,
        Code.OWN_ERRORS: why.own,
        Code.LOGINS: counts.status(UNAUTHORISED, FORBIDDEN),
    }


def _said(at: At, found: Tally, code: Code, count: int, before: int | None) -> Finding:
    now, earlier = found.now, found.before
    part = now.share(count)
    was = earlier.share(before) if earlier and before is not None else None
    health = _health(at, found, code, count, was)
    fails, ill = code not in {Code.LIMITED, Code.LOGINS, Code.NO_ROUTE}, health in ILL
    figures = (
        Figure("requests", now.requests),
        Figure("failed", count),
        Figure("share", rounded(part), "%"),
        Figure("share before", rounded(was), "%"),
        Figure("most at", _where(now) or None),
        *((Figure("failing for", rounded(failing_for(at.limits, found)), "s"),) if fails and ill else ()),
    )
    if now.requests:
        told = f"{count:,} of {counted(now.requests, 'request')} ({share(part)}) {SAYS[code]}."
    else:
        told = f"{counted(count, 'request')} {SAYS[code]}."
    return at.finding(code, health, told, figures)


def _where(counts: Counts) -> str:
    """The route that fails most, or the server; empty where there is no choice."""
    return worst(counts.routes) or worst(counts.servers)


def _health(at: At, found: Tally, code: Code, count: int, was: float | None) -> Health:
    limits, part = at.limits, found.now.share(count)
    match code:
        case Code.LIMITED if found.now.requests:
            enough = busy(limits, found, found.now) and part >= limits.limited_warn
            far = part >= limits.limited_critical
            return (Health.CRITICAL if far else Health.WARN) if enough else Health.OK
        case Code.LOGINS:
            least = limits.logins_warn if was is not None else limits.logins_alone
            more = was is None or part >= TWICE * was
            enough = busy(limits, found, found.now) and part >= least and more
            return Health.WARN if enough else Health.OK
        case Code.NO_ROUTE:  # strangers ask for what was never there
            many = part >= limits.errors_plain and count >= limits.errors_counted
            return Health.WARN if many else Health.OK
        case _:
            return judged(limits, found, count)
