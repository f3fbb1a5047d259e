"""What the counts mean: why requests failed, since when, and which of several servers lets them down."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from diagnostics.probes.proxy.counting import MOST, PERCENT, SLICES, Counts, Part, Tally
from diagnostics.probes.proxy.said import SERVER_ERROR, Giver, Trouble
from diagnostics.probes.proxy.section import Limits
from incidents.evidence import Health

FEWEST = 5  # requests of a slice of time that make it tell something
MOSTLY = 0.6  # of the slices of a window, for traffic that comes all the time
LIKELY = {  # why a status was given, the likelier first, as far as lines beside the requests' own say so
    500: (Trouble.EXHAUSTED,),
    502: (
        Trouble.NO_SERVER,
        Trouble.UNRESOLVED,
        Trouble.HANDSHAKE,
        Trouble.UNFIT,
        Trouble.CUT_OFF,
        Trouble.UNREACHED,
        Trouble.TIMED_OUT,
    ),
    503: (Trouble.NO_SERVER, Trouble.QUEUED, Trouble.LIMITED, Trouble.UNREACHED),
    504: (Trouble.TIMED_OUT, Trouble.UNREACHED),
}
NOT_AVAILABLE, TOO_LATE, TOO_MANY = 503, 504, 429


@dataclass(frozen=True, slots=True)
class Reasons:
    """How many requests failed for what; those in `unexplained` the proxy answered without saying why."""

    troubles: Counter[Trouble]
    unexplained: int
    own: int


def reasons(counts: Counts) -> Reasons:
    """Why requests failed: by their own lines, else by what the proxy complained of meanwhile."""
    if not counts.requests:  # they are written elsewhere
        return Reasons(Counter(counts.complaints), 0, 0)
    found, own, unexplained = Counter(counts.told), counts.own, 0
    left = counts.complaints - counts.told - Counter({Trouble.LIMITED: counts.statuses[TOO_MANY]})
    for (status, giver), untold in sorted(counts.untold.items(), key=lambda item: -item[0][0]):
        rest = untold
        for trouble in LIKELY[status]:
            taken = min(rest, left[trouble])
            found[trouble] += taken
            left[trouble] -= taken
            rest -= taken
        if status == TOO_LATE:
            found[Trouble.TIMED_OUT] += rest
        elif status == SERVER_ERROR or (status == NOT_AVAILABLE and giver is Giver.UNTOLD):
            own += rest
        else:
            unexplained += rest
    found[Trouble.EXHAUSTED] += left[Trouble.EXHAUSTED]  # connections that never became requests
    return Reasons(+found, unexplained, own)


def judged(limits: Limits, found: Tally, count: int) -> Health:
    """How bad it is that so many requests of the window failed, by their share and by the traffic."""
    if not found.now.requests:  # its requests are written elsewhere
        return Health.WARN if count >= limits.errors_counted else Health.OK
    share = found.now.share(count)
    if not busy(limits, found, found.now):
        plain = share >= limits.errors_plain and count >= limits.errors_counted
        return Health.WARN if plain else Health.OK
    if share >= limits.errors_critical:
        return Health.CRITICAL
    return Health.WARN if share >= limits.errors_warn else Health.OK


def busy(limits: Limits, found: Tally, counts: Counts | None) -> bool:
    """Whether there were requests enough to judge shares of them: the rate, and as many as of one minute.

    A log that is full of other lines reaches back seconds, and a handful of requests in them is a high rate.
    """
    least = limits.requests_per_minute
    return counts is not None and found.rate(counts) >= least and counts.requests >= least


def failing_for(limits: Limits, found: Tally) -> float | None:
    """How many seconds ago requests began to fail; None if they do not, or did from the start of the log."""
    first = None
    for part in reversed([part for part in found.slices if part.all >= FEWEST]):
        if part.share < limits.errors_warn:
            return first
        first = part.first
    return None


def steady(slices: Sequence[Part]) -> bool:
    """Whether requests came all the time in the window before."""
    return sum(bool(part.all) for part in slices[:SLICES]) >= SLICES * MOSTLY


def slowest(seconds: Sequence[float], hundredths: int) -> float | None:
    """What so many hundredths of the requests stayed below; None of nothing."""
    ordered = sorted(seconds)
    return ordered[ceil(len(ordered) * hundredths / PERCENT) - 1] if ordered else None


class ToldBy(StrEnum):
    """How it is known that a server is bad."""

    TRIES = "tries"
    COMPLAINTS = "complaints"
    CHECK = "check"  # the proxy's own


@dataclass(frozen=True, slots=True)
class Bad:
    """A server that lets requests down while others like it do not.

    Attributes:
        tries: None where the log names a server only when it fails.
        others: how many are known that serve the same.
    """

    server: str
    failed: int
    tries: int | None
    others: int
    told_by: ToldBy


def bad_servers(limits: Limits, found: Tally) -> tuple[Bad, ...]:
    """The servers that fail while others that serve the same do not, the worst first."""
    bad = {each.server: each for each in (*_by_complaints(limits, found.now), *_by_tries(limits, found.now))}
    bad |= {each.server: each for each in _by_checks(found)}
    return tuple(sorted(bad.values(), key=lambda each: (-each.failed, each.server)))


def _by_tries(limits: Limits, counts: Counts) -> Iterator[Bad]:
    for name, part in counts.servers.items():
        peers = _peers(counts, name)
        others = Part(sum(each.all for each in peers), sum(each.failed for each in peers))
        fails = part.failed >= limits.server_failures and part.share >= limits.server_share
        if fails and others.all and others.share < limits.errors_critical:
            yield Bad(name, part.failed, part.all, len(peers), ToldBy.TRIES)


def _peers(counts: Counts, name: str) -> list[Part]:
    names = {peer for group in counts.groups.values() if name in group for peer in group} - {name}
    return [counts.servers[peer] for peer in names if peer in counts.servers]


def _by_complaints(limits: Limits, counts: Counts) -> Iterator[Bad]:
    """Servers complained of while most requests went well in spite of it, so that another one answered."""
    if counts.servers or len(counts.blamed) >= MOST:
        return
    failed = sum(counts.untold.values()) + sum(counts.told.values())
    for name, times in counts.blamed.items():
        if times >= limits.server_failures and failed * 2 < times:
            yield Bad(name, times, None, 0, ToldBy.COMPLAINTS)


def _by_checks(found: Tally) -> Iterator[Bad]:
    for name in found.down:
        group = name.partition("/")[0] + "/"
        up = [each for each in found.up if each.startswith(group)]
        serving = [each for each in found.now.servers if each.startswith(group) and each not in found.down]
        others = len({*up, *serving})
        if others:
            part = found.now.servers.get(name, Part())
            yield Bad(name, part.failed, part.all, others, ToldBy.CHECK)
