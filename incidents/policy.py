"""What the team has agreed on: severities, clocks, and who is called."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from incidents.errors import UnknownSeverity


@dataclass(frozen=True, slots=True)
class Severity:
    """How bad it is.

    Attributes:
        name: as written everywhere, such as "SEV1".
        mark: the emoji that stands beside the name, never alone.
        cadence: the longest allowed silence between status updates; None where none is owed.
        retrospective: whether a post-mortem is owed.
    """

    name: str
    meaning: str
    mark: str
    aliases: tuple[str, ...] = ()
    cadence: timedelta | None = None
    retrospective: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """The team's rules; read from a file, never written in code.

    Attributes:
        severities: worst first.
        assumed: the severity taken when nobody names one.
        announce_in: the channel that hears of every incident, by name without "#".
        ladder: people called one after another when nobody answers, as ids, handles or addresses.
        monitor: how long a restored service is watched before the all-clear.
    """

    severities: tuple[Severity, ...]
    assumed: str
    time_zone: ZoneInfo
    announce_in: str = "incidents"
    ladder: tuple[str, ...] = ()
    monitor: timedelta = timedelta(minutes=15)
    warn_before: timedelta = timedelta(minutes=5)
    call_after: timedelta = timedelta(minutes=5)
    snooze: timedelta = timedelta(minutes=10)
    retrospective_days: int = 3

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
        wanted = _plain(word)
        return next((s for s in self.severities if wanted in {_plain(n) for n in (s.name, *s.aliases)}), None)

    def looks_like_one(self, word: str) -> bool:
        """Whether the word was meant as a severity (`SEV9`, `P7`), known or not."""
        return bool(re.fullmatch(r"(sev|p|s|prio|priority|severity)[-_ ]?\d+", word.casefold()))

    def unknown(self, word: str) -> str:
        """What to say of a word that is no severity: the choices and the nearest one."""
        choices = " · ".join(f"{s.name} ({s.meaning})" for s in self.severities)
        near = difflib.get_close_matches(word.upper(), [s.name for s in self.severities], n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        return f"There is no severity “{word}”.{hint} Choose one of: {choices}. Nothing was declared."


def _plain(word: str) -> str:
    return re.sub(r"[-_\s]", "", word.casefold())
