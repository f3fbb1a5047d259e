"""Counts what was said over the window and as long before it; of names only so many are told apart."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from diagnostics.logs.excerpt import Excerpt
from diagnostics.probes.proxy.lines import said
from diagnostics.probes.proxy.said import (
    GATEWAY,
    SERVER_ERROR,
    Complaint,
    Giver,
    Request,
    Said,
    Trouble,
    Turned,
)

MOST = 200  # names of routes, and of servers, that are told apart; callers can make up hosts
REST = "others"
SLICES = 10  # of one window
UNSURE = GATEWAY | {SERVER_ERROR}  # what a proxy gives by itself as well
PERCENT = 100
MINUTE = 60


@dataclass(slots=True)
class Part:
    """Of one route, server or slice of time: how many, and how many of them failed.

    Attributes:
        first: how many seconds ago the first of these failed; None if none did.
    """

    all: int = 0
    failed: int = 0
    first: float | None = None

    @property
    def share(self) -> float:
        """Percent that failed; 0 of nothing."""
        return PERCENT * self.failed / self.all if self.all else 0.0

    def add(self, *, failed: bool, ago: float = 0.0) -> None:
        """Count one more, the oldest first."""
        self.all += 1
        self.failed += failed
        if failed and self.first is None:
            self.first = ago


@dataclass(slots=True)
class Counts:
    """What was said in one window.

    Attributes:
        told: requests by why they failed, where their own line says it.
        untold: other answers of 500 and 502 to 504 that are not known to be the back end's, by status.
        own: other 5xx: the back end gave them.
        complaints: lines beside those of requests, and of which servers.
        seconds: of requests that did not fail.
        servers: tries by server; `groups` says which servers serve the same.
    """

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    told: Counter[Trouble] = field(default_factory=Counter)
    untold: Counter[tuple[int, Giver]] = field(default_factory=Counter)
    own: int = 0
    complaints: Counter[Trouble] = field(default_factory=Counter)
    blamed: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    routes: dict[str, Part] = field(default_factory=dict)
    servers: dict[str, Part] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        """Requests answered 5xx."""
        return sum(count for status, count in self.statuses.items() if status >= SERVER_ERROR)

    def status(self, *those: int) -> int:
        """Requests answered with one of those."""
        return sum(self.statuses[each] for each in those)

    def share(self, count: int) -> float:
        """Percent of all requests; 0 of nothing."""
        return PERCENT * count / self.requests if self.requests else 0.0

    def add(self, found: Said) -> None:
        """Count one more line."""
        match found:
            case Request():
                self._request(found)
            case Complaint():
                self.complaints[found.trouble] += 1
                if found.server and (found.server in self.blamed or len(self.blamed) < MOST):
                    self.blamed[found.server] += 1
            case Turned():
                return

    def _request(self, found: Request) -> None:
        self.requests += 1
        self.statuses[found.status] += 1
        self._reason(found)
        if found.seconds is not None and not found.failed:
            self.seconds.append(found.seconds)
        if found.route:
            _part(self.routes, found.route).add(failed=found.failed)
        self._tries(found)

    def _tries(self, found: Request) -> None:
        for each in found.tries:
            _part(self.servers, each.server).add(failed=each.failed)
        names = {each.server for each in found.tries}
        together = names if len(names) > 1 else set()  # one was asked after the other, so they serve the same
        for group in {found.route} if found.route else together:
            if group in self.groups or len(self.groups) < MOST:
                self.groups.setdefault(group, set()).update(names)

    def _reason(self, found: Request) -> None:
        if found.trouble:
            self.told[found.trouble] += 1
        elif found.status in UNSURE and found.giver is not Giver.BACK_END:
            self.untold[found.status, found.giver] += 1
        elif found.status >= SERVER_ERROR:
            self.own += 1


@dataclass(frozen=True, slots=True)
class Reading:
    """One log, line by line, as far as its lines are understood.

    Attributes:
        said: with the time of each; None if it is not known.
        lines: how many there are, understood or not.
    """

    source: str
    said: tuple[tuple[datetime | None, Said], ...]
    lines: int
    reach: datetime
    until: datetime
    whole: bool


def reading(excerpt: Excerpt) -> Reading:
    """What the log says; none of its text is kept. It takes some 100 ms for 10,000 lines."""
    pairs = ((line.at, said(line.text)) for line in excerpt.lines)
    told = tuple((at, found) for at, found in pairs if found is not None)
    return Reading(excerpt.source, told, len(excerpt.lines), excerpt.reach, excerpt.until, excerpt.whole)


@dataclass(slots=True)
class Tally:
    """What the logs of a proxy say.

    Attributes:
        seconds: how long the window is: shorter than asked for where the logs do not reach back so far.
        before: the window before; None where the logs do not reach so far.
        slices: of both windows, the oldest first.
        down: servers that failed the proxy's own health check last; `up` are those that passed it.
    """

    seconds: float
    now: Counts = field(default_factory=Counts)
    before: Counts | None = None
    slices: list[Part] = field(default_factory=lambda: [Part() for _ in range(2 * SLICES)])
    lines: int = 0
    understood: int = 0
    down: set[str] = field(default_factory=set)
    up: set[str] = field(default_factory=set)

    def rate(self, counts: Counts) -> float:
        """Requests a minute."""
        return counts.requests * MINUTE / self.seconds


def tally(readings: Sequence[Reading], window: float) -> Tally:
    """Count the last `window` seconds of all these logs, and as many before."""
    reaches = [(each.until - each.reach).total_seconds() for each in readings]
    shortest = min(reaches, default=0.0)
    found = Tally(max(min(window, shortest), 1.0))
    found.before = Counts() if shortest >= 2 * found.seconds else None
    found.lines = sum(each.lines for each in readings)
    found.understood = sum(len(each.said) for each in readings)
    for ago, line in _by_age(readings):
        _add(found, ago, line)
    return found


def _by_age(readings: Iterable[Reading]) -> Iterator[tuple[float, Said]]:
    """All lines with how many seconds ago they were written, the oldest first."""
    aged = [
        ((each.until - at).total_seconds() if at else 0.0, line)
        for each in readings
        for at, line in each.said
    ]
    yield from sorted(aged, key=lambda pair: -pair[0])


def _add(found: Tally, ago: float, line: Said) -> None:
    if isinstance(line, Turned):
        (found.up if line.up else found.down).add(line.server)
        (found.down if line.up else found.up).discard(line.server)
        return
    counts = found.now if ago <= found.seconds else found.before
    if counts is None or ago >= 2 * found.seconds:
        return
    counts.add(line)
    if isinstance(line, Request):
        place = 2 * SLICES - 1 - int(max(ago, 0.0) * SLICES / found.seconds)
        found.slices[place].add(failed=line.failed, ago=ago)


def _part(parts: dict[str, Part], name: str) -> Part:
    return parts.setdefault(name if name in parts or len(parts) < MOST else REST, Part())
