"""Who waits for whom, reduced to the sessions at the root that wait for nobody. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ACCESS_EXCLUSIVE = "AccessExclusiveLock"


@dataclass(frozen=True, slots=True)
class Waiter:
    """A session that waits for a lock.

    Attributes:
        blockers: the processes in its way; 0 stands for a prepared transaction.
        seconds: how long it has waited.
        relation: the table or index it waits for, as far as it is one.
        mode: the lock it asks for.
    """

    pid: int
    blockers: frozenset[int]
    seconds: float
    relation: str
    mode: str
    application: str
    statement: str


@dataclass(frozen=True, slots=True)
class Queue:
    """Everybody who waits, directly or not, for one root.

    Attributes:
        root: the process that waits for nobody; 0 is a prepared transaction.
        direct: how many wait for the root itself.
        waiters: how many wait in all.
        longest: seconds of the longest wait.
        relation: what those next to the root wait for.
        change: the waiting schema change that holds up those behind it, if there is one.
    """

    root: int
    direct: int
    waiters: int
    longest: float
    relation: str
    change: Waiter | None


def queues(waiters: Iterable[Waiter]) -> tuple[Queue, ...]:
    """One queue for each root, the longest queue first; none if all wait in a circle."""
    waiting = {waiter.pid: waiter for waiter in waiters}
    roots = {pid for waiter in waiting.values() for pid in waiter.blockers if pid not in waiting}
    found = (_queue(root, waiting) for root in roots)
    return tuple(sorted(found, key=lambda queue: (-queue.waiters, -queue.longest)))


def circle(waiters: Iterable[Waiter], later: Iterable[Waiter]) -> tuple[Waiter, ...]:
    """Those who wait for each other in both: each is asked a moment after the other, so once is no proof."""
    before = {waiter.pid: waiter.blockers for waiter in waiters}
    same = tuple(each for each in later if each.blockers and each.blockers == before.get(each.pid))
    return () if queues(same) else same


def _queue(root: int, waiting: Mapping[int, Waiter]) -> Queue:
    direct = [waiter for waiter in waiting.values() if root in waiter.blockers]
    behind = {waiter.pid for waiter in direct}
    grown = True
    while grown:
        more = {pid for pid, waiter in waiting.items() if pid not in behind and waiter.blockers & behind}
        behind |= more
        grown = bool(more)
    members = [waiting[pid] for pid in behind]
    return Queue(
        root=root,
        direct=len(direct),
        waiters=len(members),
        longest=max(waiter.seconds for waiter in members),
        relation=max(direct, key=lambda waiter: waiter.seconds).relation,
        change=_change(members),
    )


def _change(members: list[Waiter]) -> Waiter | None:
    """The waiter for an ACCESS EXCLUSIVE lock in whose way others stand, not itself behind another such."""
    behind = [pid for waiter in members for pid in waiter.blockers]
    changes = [waiter for waiter in members if waiter.mode == ACCESS_EXCLUSIVE and waiter.pid in behind]
    return max(changes, key=lambda waiter: waiter.seconds, default=None)
