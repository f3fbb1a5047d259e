"""Roles: the jobs that one person each holds. Four are built in; a team adds its own in its policy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from incidents.texts import plain


@dataclass(frozen=True, slots=True)
class Role:
    """A job that one person holds during the incident. Roles of one key are equal.

    Attributes:
        key: all that the record keeps. A built-in role has a word of its own; a team's role has its title,
            so that a record tells it even after it has left the configuration.
        duty: what its holder does, in a line; empty where everybody knows.
        words: what people type for it.
    """

    key: str
    duty: str = field(default="", compare=False)
    words: tuple[str, ...] = field(default=(), compare=False)

    COMMANDER: ClassVar[Role]
    TECHNICAL_LEAD: ClassVar[Role]
    COMMUNICATIONS: ClassVar[Role]
    SCRIBE: ClassVar[Role]

    @property
    def label(self) -> str:
        """As written for people."""
        return _LABELS.get(self.key, self.key)

    @property
    def noun(self) -> str:
        """As written within a sentence: a team's role as the team writes it."""
        return self.label.lower() if self.key in _LABELS else self.key


_LABELS = {
    "commander": "Incident commander",
    "technical_lead": "Technical lead",
    "communications": "Communications lead",
    "scribe": "Scribe",
}
Role.COMMANDER = Role("commander", words=("commander", "incident commander", "command", "ic"))
Role.TECHNICAL_LEAD = Role("technical_lead", words=("technical lead", "tech lead", "technical", "tech", "tl"))
Role.COMMUNICATIONS = Role("communications", words=("communications lead", "communications", "comms"))
Role.SCRIBE = Role("scribe", words=("scribe",))

BUILT_IN = (Role.COMMANDER, Role.TECHNICAL_LEAD, Role.COMMUNICATIONS, Role.SCRIBE)
MYSELF = frozenset({"me", "myself"})
"""What people type for themselves where a role's new holder stands."""
RESERVED = frozenset({"expert", "experts"}) | MYSELF
"""Words after `/incident role` that can be no role's."""


def by_name(roles: Iterable[Role]) -> dict[str, Role]:
    """Each of the roles by all that it is called, written as `plain` writes it."""
    return {plain(name): role for role in roles for name in (role.label, *role.words)}
