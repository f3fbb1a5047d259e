"""The few causes that are judged in code until the patterns that operators edit take over."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from diagnostics.facts import Facts
from diagnostics.probes.http.codes import Code as Http
from diagnostics.probes.postgres.codes import Code as Pg
from diagnostics.wording import capital, duration
from incidents.evidence import Cause, Confidence, Finding

BASE = 50  # points that a cause has when what it requires is seen
MOST = 95
HIGH = 85
MEDIUM = 65
HALF = 50  # percent
MOSTLY = 80  # percent
FULL = 80  # percent of the usable slots
MINUTE = 60
MANY_WAITERS = 5

UNREACHED = {
    Pg.REFUSED: ("DB_DOWN", "the database is down, or not where it should be"),
    Pg.NO_ANSWER: ("DB_DOWN", "it or its machine is frozen, or the network loses the way to it"),
    Pg.STARTING: ("DB_DOWN", "it is starting, stopping or recovering"),
    Pg.NO_ADDRESS: ("DNS_FAILURE", "DNS does not answer, or the name is wrong"),
    Pg.NO_SUCH_DATABASE: ("CONFIG_ERROR", "it is gone, or the address is wrong"),
    Pg.TLS_FAILED: ("TLS_FAILURE", "a certificate or an sslmode that does not fit"),
    Pg.WRONG_PASSWORD: ("CONFIG_ERROR", "a role or password that is out of date"),
    Pg.DATABASE_LIMIT: ("DB_CONN_LIMIT", "the database's own limit of connections is reached"),
}
LOCKS = {
    Pg.LOCK_ROOT_IDLE: "a lock held by a session that sits idle",
    Pg.LOCK_ROOT_RUNNING: "a lock held by a running statement",
    Pg.DDL_QUEUE: "a schema change waiting for its lock, with everything queued behind it",
    Pg.LOCK_CYCLE: "sessions that wait for each other",
}

Rule: TypeAlias = Callable[[Facts], "Suspect | None"]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A possible cause with its points before 0-95 are turned into words."""

    code: str
    figures: str
    name: str
    points: int
    evidence: tuple[Finding | None, ...]
    next_step: str


def causes(targets: Sequence[tuple[str, Facts]]) -> tuple[Cause, ...]:
    """The causes that the facts speak for, the surest first; at a tie those that were given first.

    Args:
        targets: the facts of each target, with the words that its sentences begin with.
    """
    everything = Facts(tuple(finding for _, facts in targets for finding in facts.findings))
    suspects = [(prefix, suspect) for prefix, facts in targets for suspect in _suspects(facts, everything)]
    suspects.sort(key=lambda pair: -pair[1].points)
    return tuple(_cause(suspect, prefix) for prefix, suspect in suspects)


def _suspects(facts: Facts, everything: Facts) -> Iterator[Suspect]:
    rules: tuple[Rule, ...] = (
        _unreached,
        _locks,
        _saturated,
        _scans,
        _slow,
        _held_open,
        _not_ready,
        _http_down,
    )
    for suspect in (_leak(facts, everything), *(rule(facts) for rule in rules)):
        if suspect:
            yield suspect


def _cause(suspect: Suspect, prefix: str) -> Cause:
    points = max(5, min(suspect.points, MOST))
    sure = Confidence.HIGH if points >= HIGH else Confidence.MEDIUM if points >= MEDIUM else Confidence.LOW
    return Cause(
        code=suspect.code,
        sentence=f"{prefix}{capital(suspect.figures)}: {suspect.name}.",
        confidence=sure,
        evidence=tuple(finding.code for finding in suspect.evidence if finding),
        next_step=suspect.next_step,
    )


def _weigh(*clues: tuple[bool, int]) -> int:
    return BASE + sum(points for holds, points in clues if holds)


def _plain(finding: Finding) -> str:
    return finding.sentence.rstrip(".")


def _unreached(facts: Facts) -> Suspect | None:
    finding = facts.ill(*UNREACHED)
    if not finding:
        return None
    code, name = UNREACHED[Pg(finding.code)]
    return Suspect(code, _plain(finding), name, MOST, (finding,), finding.next_step)


def _full(facts: Facts) -> bool:
    return bool(facts.finding(Pg.SLOTS_FULL)) or facts.number(Pg.SLOTS, "taken") >= FULL


def _taken(facts: Facts) -> str:
    if not facts.finding(Pg.SLOTS):
        return "every usable slot is taken"
    taken, usable = facts.number(Pg.SLOTS, "taken slots"), facts.number(Pg.SLOTS, "usable slots")
    return f"{taken:.0f} of {usable:.0f} usable slots are taken"


def _waiting_share(facts: Facts) -> float:
    waiting = max((facts.number(code, "waiters") for code in LOCKS), default=0)
    clients = facts.number(Pg.ACTIVITY, "clients")
    return 100 * waiting / clients if clients else 0


def _leaks(facts: Facts) -> bool:
    return _full(facts) and facts.number(Pg.IDLE_IN_TRANSACTION, "share") >= HALF


def _leak(facts: Facts, everything: Facts) -> Suspect | None:
    if not _leaks(facts):
        return None
    number = facts.number
    leak = Pg.IDLE_IN_TRANSACTION
    application = facts.word(leak, "application")
    points = _weigh(
        (number(leak, "oldest") > MINUTE, 20),
        (number(leak, "application share") >= MOSTLY, 15),
        (number(leak, "share") >= MOSTLY, 10),
        (number(leak, "settled") * 100 >= MOSTLY * number(leak, "idle in transaction"), 10),
        (bool(facts.finding(Pg.SLOTS_FULL)), 10),
        (bool(everything.finding(Http.ALIVE_NOT_READY)), 10),
        (_waiting_share(facts) > HALF, -40),
    )
    figures = (
        f"{_taken(facts)}; {number(leak, 'idle in transaction'):.0f} sit idle in a transaction, "
        f"the oldest for {duration(number(leak, 'oldest'))}, from {application}"
    )
    evidence = (facts.finding(Pg.SLOTS), facts.finding(leak), facts.finding(Pg.SLOTS_FULL))
    step = (
        f"Restart {application}, or roll it back if it was deployed lately: that gives the slots back. "
        "Then set idle_in_transaction_session_timeout."
    )
    return Suspect("DB_CONN_EXHAUSTION_LEAK", figures, "a connection leak", points, evidence, step)


def _locks(facts: Facts) -> Suspect | None:
    finding = facts.ill(*LOCKS)
    if not finding:
        return None
    code = finding.code
    points = _weigh(
        (facts.number(code, "longest wait") > MINUTE, 20),
        (facts.number(code, "waiters") >= MANY_WAITERS, 15),
        (code in {Pg.LOCK_ROOT_IDLE, Pg.DDL_QUEUE}, 15),
        (facts.number(code, "roots") == 1, 10),
    )
    name = LOCKS[Pg(code)]
    return Suspect(
        f"LOCK_CONTENTION_{Pg(code).name}", _plain(finding), name, points, (finding,), finding.next_step
    )


def _saturated(facts: Facts) -> Suspect | None:
    clients, active = facts.number(Pg.ACTIVITY, "clients"), facts.number(Pg.ACTIVITY, "active")
    if not _full(facts) or not clients or 100 * active / clients < HALF:
        return None
    points = _weigh(
        (100 * active / clients >= MOSTLY, 20),
        (bool(facts.finding(Pg.SLOTS_FULL)), 10),
        (_waiting_share(facts) > HALF, -40),
    )
    figures = f"{_taken(facts)} and {active:.0f} of them are at work"
    evidence = (facts.finding(Pg.SLOTS), facts.finding(Pg.ACTIVITY), facts.finding(Pg.SLOTS_FULL))
    step = "Limit traffic or stop batch work; then make the slowest statement faster (below)."
    return Suspect(
        "DB_SATURATION_LOAD", figures, "more work than the database can do", points, evidence, step
    )


def _scans(facts: Facts) -> Suspect | None:
    finding = facts.ill(Pg.FULL_SCANS)
    if not finding:
        return None
    points = _weigh(
        (bool(facts.ill(Pg.SLOW_NOW)), 15), (facts.number(Pg.FULL_SCANS, "scans") >= MANY_WAITERS, 15)
    )
    return Suspect(
        "SLOW_QUERY_MISSING_INDEX", _plain(finding), "a missing index", points, (finding,), finding.next_step
    )


def _slow(facts: Facts) -> Suspect | None:
    finding = facts.ill(Pg.SLOW_NOW)
    if not finding:
        return None
    points = _weigh((True, 15), (bool(facts.ill(*LOCKS)), -30))
    return Suspect(
        "LONG_QUERY", _plain(finding), "a long-running statement", points, (finding,), finding.next_step
    )


def _held_open(facts: Facts) -> Suspect | None:
    finding = facts.ill(Pg.IDLE_IN_TRANSACTION, Pg.LONG_TRANSACTION, Pg.PREPARED)
    if not finding or _leaks(facts):
        return None
    return Suspect(
        "LONG_TRANSACTION", _plain(finding), "a transaction left open", BASE, (finding,), finding.next_step
    )


def _not_ready(facts: Facts) -> Suspect | None:
    finding = facts.ill(Http.ALIVE_NOT_READY)
    if not finding:
        return None
    name = "something that it depends on has failed"
    return Suspect("DEPENDENCY_DOWN", _plain(finding), name, BASE + 20, (finding,), finding.next_step)


def _http_down(facts: Facts) -> Suspect | None:
    finding = facts.ill(Http.REFUSED, Http.TIMED_OUT, Http.NO_ADDRESS, Http.TLS_FAILED, Http.FRONT_CUT_OFF)
    if not finding:
        return None
    if finding.code == Http.FRONT_CUT_OFF:
        name = "the proxy does not reach a back end that is well"
    else:
        name = "the service does not take requests"
    return Suspect("HTTP_DOWN", _plain(finding), name, BASE + 30, (finding,), finding.next_step)
