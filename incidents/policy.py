"""What the team has agreed on: severities, clocks, and who is called."""

from __future__ import annotations

import difflib
import re
import unicodedata
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
        watch_every: how often its probes look at it meanwhile.
    """

    severities: tuple[Severity, ...]
    assumed: str
    time_zone: ZoneInfo
    announce_in: str = "incidents"
    ladder: tuple[str, ...] = ()
    monitor: timedelta = timedelta(minutes=15)
    watch_every: timedelta = timedelta(minutes=5)
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

    def _nearest(self, word: str) -> Severity | None:
        """By number where the word ends with one, so that SEV0 leads to the worst; else by its letters."""
        words = [(s.name, s) for s in self.severities] + [(a, s) for s in self.severities for a in s.aliases]
        names = {plain(name): s for name, s in words}
        if (number := _number(word)) is not None:
            numbered = [(abs(n - number), s) for name, s in names.items() if (n := _number(name)) is not None]
            return min(numbered, key=lambda pair: pair[0])[1] if numbered else None
        near = difflib.get_close_matches(word, names, n=1)
        return names[near[0]] if near else None


def plain(word: str) -> str:
    """The word as severities are compared: without case, width, hyphens and blanks."""
    return re.sub(r"[-_\s]", "", unicodedata.normalize("NFKC", word).casefold())


def _number(word: str) -> int | None:
    digits = re.search(r"\d{1,9}$", word)
    return int(digits.group()) if digits else None
