"""What the team has agreed on: severities, clocks, and who is called."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from incidents.errors import Refused, UnknownSeverity
from incidents.roles import BUILT_IN, Role, by_name
from incidents.texts import plain
from incidents.values import Fix

_FAR = 2
"""From so many levels on a number was not missed by a slip: `SEV9` is not meant for the mildest."""
_WORDS = 20
"""The most words in which a role is named."""


@dataclass(frozen=True, slots=True)
class Severity:
    """How bad it is.

    Attributes:
        name: as written everywhere, such as "SEV1".
        mark: the emoji that stands beside the name, never alone.
        cadence: the longest allowed silence between status updates; None where none is owed.
        retrospective: whether a post-mortem is owed.
        diagnose: whether Tocsin looks at the incident's service by itself.
        roles: those that must be filled.
    """

    name: str
    meaning: str
    mark: str
    aliases: tuple[str, ...] = ()
    cadence: timedelta | None = None
    retrospective: bool = False
    diagnose: bool = False
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """The team's rules; read from a file, never written in code.

    Attributes:
        severities: worst first.
        assumed: the severity taken when nobody names one.
        announce_in: the channel that hears of every incident, by name without "#".
        ladder: people called one after another when nobody answers, as ids, handles or addresses.
        monitor: how long a restored service is watched before the all-clear.
        monitor_fix_forward: as `monitor`, after a fix forward.
        watch_every: how often its probes look at it meanwhile.
        roles: those that can be taken, the built-in ones first.
        codes_url: where the page of codes is published; empty where it is not.
        runbooks_url: where the folder of runbooks is published; empty where it is not.
    """

    severities: tuple[Severity, ...]
    assumed: str
    time_zone: ZoneInfo
    announce_in: str = "incidents"
    ladder: tuple[str, ...] = ()
    monitor: timedelta = timedelta(minutes=15)
    monitor_fix_forward: timedelta = timedelta(minutes=60)
    watch_every: timedelta = timedelta(minutes=5)
    warn_before: timedelta = timedelta(minutes=5)
    call_after: timedelta = timedelta(minutes=5)
    snooze: timedelta = timedelta(minutes=10)
    retrospective_days: int = 3
    roles: tuple[Role, ...] = BUILT_IN
    codes_url: str = ""
    runbooks_url: str = ""

    def watch(self, fix: Fix | None) -> timedelta:
        """How long a service restored by such a fix is watched; None where nobody said which."""
        return self.monitor_fix_forward if fix is Fix.FORWARD else self.monitor

    def severity(self, word: str) -> Severity:
        """The severity of that name or alias.

        Raises:
            UnknownSeverity: with the choices and the nearest one.
        """
        found = self.find(word)
        if found is None:
            raise UnknownSeverity(self.unknown(word))
        return found

    def find(self, word: str) -> Severity | None:
        """As `severity`, or None."""
        wanted = plain(word)
        return next((s for s in self.severities if wanted in {plain(n) for n in (s.name, *s.aliases)}), None)

    def governing(self, name: str) -> Severity:
        """The rules for an incident on record; those of the assumed severity if its own was taken out."""
        return self.find(name) or self.severity(self.assumed)

    def looks_like_one(self, word: str) -> bool:
        """Whether the word was meant as a severity (`SEV9`, `P7`), known or not; `p99` is a latency."""
        return bool(re.fullmatch(r"(sev|prio|priority|severity)\d+|p\d", plain(word)))

    def unknown(self, word: str) -> str:
        """What to say of a word that is no severity: the choices and the nearest one."""
        choices = " · ".join(f"{s.name} ({s.meaning})" for s in self.severities)
        near = self._nearest(plain(word))
        hint = f" Did you mean {near.name}?" if near else ""
        return f"There is no severity “{word:.40}”.{hint} Choose one of: {choices}. Nothing was changed."

    def roles_with(self, held: Collection[Role]) -> tuple[Role, ...]:
        """The team's roles, and after them those that are held although the team no longer has them."""
        return (*self.roles, *(role for role in held if role not in self.roles))

    def role(self, wanted: Role) -> Role:
        """That role as the team has it. Raises Refused if it has none of that key."""
        found = next((role for role in self.roles if role == wanted), None)
        if found is None:
            raise self.unknown_role(wanted.label)
        return found

    def role_in(self, line: str) -> tuple[Role, str] | None:
        """The role that the line begins with, by the longest of its names, and the rest; None for none."""
        words, named = line.split(maxsplit=_WORDS), by_name(self.roles)
        for count in range(min(len(words), _WORDS), 0, -1):
            if role := named.get(plain("".join(words[:count]))):
                return role, " ".join(words[count:])
        return None

    def unknown_role(self, words: str) -> Refused:
        """What to say of words that name no role: the nearest one, and all."""
        named = by_name(self.roles)
        near = difflib.get_close_matches(plain(re.split(r"<?@", words)[0]), named, n=1)
        hint = f" Did you mean {named[near[0]].noun}?" if near else ""
        return Refused(
            f"There is no role “{words:.60}”. Nothing was changed.{hint} "
            f"The roles are: {', '.join(role.noun for role in self.roles)}."
        )

    def _nearest(self, word: str) -> Severity | None:
        """By number where the word ends with one, so that SEV0 leads to the worst; else by its letters."""
        words = [(s.name, s) for s in self.severities] + [(a, s) for s in self.severities for a in s.aliases]
        names = {plain(name): s for name, s in words}
        if (number := _number(word)) is not None:
            numbered = [(abs(n - number), s) for name, s in names.items() if (n := _number(name)) is not None]
            near = [s for distance, s in sorted(numbered, key=lambda pair: pair[0]) if distance < _FAR]
            return near[0] if near else None
        alike = difflib.get_close_matches(word, names, n=1)
        return names[alike[0]] if alike else None


def _number(word: str) -> int | None:
    digits = re.search(r"\d{1,9}$", word)
    return int(digits.group()) if digits else None
