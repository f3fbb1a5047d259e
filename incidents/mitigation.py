"""A change to a system that is failing: what it would hit, frozen when proposed, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

ROLLBACK = "any.rollback"
"""What a cause names as its action if whatever brings the version before back would help."""


class Approval(StrEnum):
    """Who may approve a change, as the operator wrote it."""

    ANOTHER = "another"  # anybody but the one who asked for it
    COMMANDER = "commander"  # anybody else, or the commander even for a request of their own
    ANYONE = "anyone"  # also the one who asked


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be done to a target, as the configuration allows it.

    Attributes:
        action: stable, such as "pg.end_idle".
        word: what people type, such as "end-idle".
        target: what it would change, such as "payments db".
        title: what it does, such as "End sessions that sit idle in a transaction".
        approval: who may approve it.
        rollback: it brings back an earlier version of the service.
    """

    action: str
    word: str
    target: str
    title: str
    approval: Approval = Approval.ANOTHER
    rollback: bool = False


@dataclass(frozen=True, slots=True)
class Alike:
    """What an aim has in common with others, so that many of them are read as one line.

    Attributes:
        many: all of them, such as "sessions of reports-export, idle in transaction".
        names: what tells them apart, such as "pids".
        name: this one's, such as "4711".
        seconds: for how long it has been so.
        lasting: the same for people, such as "14 min".
    """

    many: str
    names: str
    name: str
    seconds: float
    lasting: str


@dataclass(frozen=True, slots=True)
class Aim:
    """One thing that would be changed.

    Attributes:
        label: as people know it, such as "pid 4711 of reports-export, idle in a transaction for 14 min".
        identity: as the system knows it, so that no other can be hit: (("pid", "4711"), ("begun", "...")).
        ill: how it was, where it was not well and is to be mended: it is left alone if it is well by then.
            Empty where somebody wants to change what is well.
        alike: what it has in common with others; None where it is told by itself.
    """

    label: str
    identity: tuple[tuple[str, str], ...]
    ill: str = ""
    alike: Alike | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done, looked up in the real system and frozen: whoever approves sees all of it.

    Attributes:
        offer: the action and its target.
        sentence: what would be done with its figures, such as "End 44 sessions of reports-export".
        effect: what people outside will notice, and how to take it back if that is possible.
        aims: exactly what would be hit; each is checked again in the moment of the change.
        left_out: how many more there are than may be hit at once.
        made_at: when it was looked up (UTC).
    """

    offer: Offer
    sentence: str
    effect: str
    aims: tuple[Aim, ...]
    made_at: datetime
    before: str = ""
    left_out: int = 0


class Fate(StrEnum):
    """What came of one aim."""

    DONE = "done"
    GONE = "gone"  # it ended by itself, or is not what it was when the plan was made; it was left alone
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Hit:
    """What came of one aim; `words` say why it failed or was left alone."""

    label: str
    fate: Fate
    words: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a plan.

    Attributes:
        hits: one for each aim.
        sentence: what was done, with its figures.
        before: the deciding figure when the plan was made, for people, such as "44 idle in a transaction".
        after: the same afterwards; empty if it could not be seen.
        well: the target was seen to be well after it.
    """

    hits: tuple[Hit, ...]
    sentence: str
    before: str = ""
    after: str = ""
    well: bool = False

    @property
    def fates(self) -> tuple[Fate, ...]:
        """What came of its aims, each kind once."""
        found = {hit.fate for hit in self.hits}
        return tuple(fate for fate in Fate if fate in found)


class Stage(StrEnum):
    """How far a change that somebody asked for has come."""

    ASKED = "asked"  # what it would hit is being looked up
    VOID = "void"  # there was nothing to do, or it could not be looked up
    PROPOSED = "proposed"  # it waits for approval
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # the incident ended first
    APPROVED = "approved"
    BEGUN = "begun"
    DONE = "done"
    CHECKED = "checked"  # done, and looked at again
    FAILED = "failed"


class Mitigator(Protocol):
    """Changes systems, with credentials of its own. What is not configured is not offered.

    `last` is when the same action was last carried out on the same target, or on one that is `alike`, in any
    incident, as the record has it; None if never. A cooldown is judged by it, since no process knows what its
    replicas did.
    """

    def offers(self, service: str | None) -> Sequence[Offer]:
        """What can be done for a service; for all of them if None."""

    def alike(self, offer: Offer) -> Sequence[Offer]:
        """The offers that would do the same to the same thing, whatever services name it; itself too."""

    async def plan(self, offer: Offer, *, last: datetime | None = None) -> Plan:
        """Look up exactly what would be hit.

        Raises:
            Refused: there is nothing to do, it is not offered any more, or too soon after the last one.
            Unavailable: the system does not answer.
        """

    async def carry_out(self, plan: Plan, *, last: datetime | None = None, resumed: bool = False) -> Result:
        """Do it to those aims that are still what they were; doing it again hits nothing twice.

        `resumed` says that it may have been done in part already, by a process that was cut off.

        Raises:
            Refused: it is not allowed now, such as too soon after the last one; nothing was changed.
            Unavailable: the system does not answer; what was changed is not known, and it may be tried again.
        """
