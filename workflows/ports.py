"""What the workflows are given to work with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from incidents.catalogue import Catalogue
from incidents.check_desk import CheckDesk
from incidents.desk import Desk
from incidents.facts import Via
from incidents.mitigation import Mitigator
from incidents.policy import Policy
from incidents.ports import Chat, Examiner, Journal, Ledger, Outbox
from incidents.work import Request


@dataclass(frozen=True, slots=True)
class Ports:
    """The world as the workflows see it.

    Attributes:
        clock: the time now, in UTC.
    """

    ledger: Ledger
    journal: Journal
    outbox: Outbox
    chat: Chat
    examiner: Examiner
    mitigator: Mitigator
    checks: CheckDesk
    policy: Policy
    catalogue: Catalogue
    clock: Callable[[], datetime]

    def during(self, check: Callable[[], Awaitable[None]]) -> Ports:
        """The same, but that nothing is said without the check: another may have taken the work over."""
        return replace(self, chat=self.chat.during(check))

    @property
    def desk(self) -> Desk:
        """The use cases."""
        return Desk(self.ledger, self.policy, self.catalogue)

    def request(self, key: str) -> Request:
        """A request of the bot's own, now."""
        return Request(key, self.clock(), None, Via.WORKFLOW)
