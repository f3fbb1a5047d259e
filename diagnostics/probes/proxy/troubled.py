"""Why requests fail, each reason a finding; and callers that are turned away. Pure."""

from collections.abc import Iterator

from diagnostics.probes.proxy.at import ILL, At, rounded, share, worst
from diagnostics.probes.proxy.codes import Code
from diagnostics.probes.proxy.counting import Counts, Tally
from diagnostics.probes.proxy.judging import TOO_MANY, Reasons, busy, failing_for, judged, reasons
from diagnostics.probes.proxy.said import HUNG_UP, Trouble
from diagnostics.probes.proxy.section import Limits
from diagnostics.wording import counted
from incidents.evidence import Figure, Finding, Health

UNAUTHORISED, FORBIDDEN, NOT_FOUND, TOO_LARGE = 401, 403, 404, 413
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
    Code.LOST: "asked for what is not there (404)",
    Code.EXHAUSTED: "were not carried: the proxy is at a limit of its own",
    Code.TOO_LARGE: "were larger than the proxy takes (413)",
    Code.UNRESOLVED: "could not be passed on: the name of the back end was not found",
    Code.HANDSHAKE: "got no encrypted connection to the back end",
    Code.UNFIT: "were answered by the back end, but in a form that the proxy does not take",
    Code.QUEUED: "waited too long for a free server",
    Code.HUNG_UP: "were given up by their callers before the answer came (499)",
}
OF_TROUBLE = {
    Trouble.NO_SERVER: Code.NO_SERVER,
    Trouble.UNREACHED: Code.UNREACHED,
    Trouble.TIMED_OUT: Code.TIMED_OUT,
    Trouble.CUT_OFF: Code.CUT_OFF,
    Trouble.NO_ROUTE: Code.NO_ROUTE,
    Trouble.LIMITED: Code.LIMITED,
    Trouble.EXHAUSTED: Code.EXHAUSTED,
    Trouble.UNRESOLVED: Code.UNRESOLVED,
    Trouble.HANDSHAKE: Code.HANDSHAKE,
    Trouble.UNFIT: Code.UNFIT,
    Trouble.QUEUED: Code.QUEUED,
}
CALLERS = frozenset(
    {Code.LIMITED, Code.LOGINS, Code.LOST, Code.TOO_LARGE, Code.NO_ROUTE, Code.HUNG_UP}
)  # no 5xx
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
        Code.HUNG_UP: counts.status(HUNG_UP),
        Code.LOGINS: counts.status(UNAUTHORISED, FORBIDDEN),
        Code.TOO_LARGE: counts.status(TOO_LARGE),
        Code.LOST: counts.status(NOT_FOUND) - why.troubles[Trouble.NO_ROUTE],
    }


def _said(at: At, found: Tally, code: Code, count: int, before: int | None) -> Finding:
    now, earlier = found.now, found.before
    part = now.share(count)
    was = earlier.share(before) if earlier and before is not None else None
    health = _health(at, found, code, count, was)
    fails, ill = code not in CALLERS, health in ILL
    figures = (
        Figure("requests", now.requests),
        Figure("failed", count),
        Figure("share", rounded(part), "%"),
        Figure("share before", rounded(was), "%"),
        Figure("most at", _where(now) or None),
        *((Figure("failing for", rounded(failing_for(at.limits, found)), "s"),) if fails and ill else ()),
    )
    if now.requests and code is not Code.EXHAUSTED:
        told = f"{count:,} of {counted(now.requests, 'request')} ({share(part)}) {SAYS[code]}."
    else:
        told = f"{counted(count, 'request')} {SAYS[code]}."
    return at.finding(code, health, told, figures)


def _where(counts: Counts) -> str:
    """The route that fails most, or the server; empty where there is no choice."""
    return worst(counts.routes) or worst(counts.servers)


def _health(at: At, found: Tally, code: Code, count: int, was: float | None) -> Health:
    limits, part = at.limits, found.now.share(count)
    least = _least(limits, code, was)
    if least is not None:
        return Health.WARN if busy(limits, found, found.now) and part >= least else Health.OK
    match code:
        case Code.LIMITED if found.now.requests:
            enough = busy(limits, found, found.now) and part >= limits.limited_warn
            far = part >= limits.limited_critical
            return (Health.CRITICAL if far else Health.WARN) if enough else Health.OK
        case Code.EXHAUSTED if count >= limits.server_failures:
            far = judged(limits, found, count) is Health.CRITICAL
            return Health.CRITICAL if far else Health.WARN
        case Code.NO_ROUTE:  # strangers ask for what was never there
            many = part >= limits.errors_plain and count >= limits.errors_counted
            return Health.WARN if many else Health.OK
        case _:
            return judged(limits, found, count)


def _least(limits: Limits, code: Code, was: float | None) -> float | None:
    """The share from which on callers' own errors are a warning: against before, where that is known."""
    match code:
        case Code.LOGINS:
            return limits.logins_alone if was is None else max(limits.logins_warn, TWICE * was)
        case Code.LOST:
            return limits.lost_alone if was is None else max(limits.lost_warn, TWICE * was)
        case Code.HUNG_UP:
            return limits.hung_up_warn
        case Code.TOO_LARGE:
            return limits.limited_warn
        case _:
            return None
