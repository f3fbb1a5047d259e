"""How a declaration is read from one line: `SEV1 payments down`, `p0 checkout`, `payments are slow`."""

from __future__ import annotations

from dataclasses import dataclass

from incidents.policy import Policy
from incidents.texts import cleaned

_AROUND = "[](){}*:;,.-–— "  # what people write around a severity, as in `[SEV1]` or `sev1: down`


@dataclass(frozen=True, slots=True)
class Phrase:
    """What the line says.

    Attributes:
        severity: a name of the policy's; None if none was named.
        unknown: the word that was meant as a severity but is none; empty otherwise.
        title: the rest.
    """

    severity: str | None
    unknown: str
    title: str


def read(line: str, policy: Policy) -> Phrase:
    """The phrase of a line: the severity stands first, as one word (`SEV-1`) or two (`sev 1`)."""
    words = cleaned(line).split()
    for count in (2, 1):
        head = " ".join(words[:count]).strip(_AROUND)
        if len(words) < count or not _may_be_severity(head):
            continue
        title = _rest(line, count)
        if found := policy.find(head):
            return Phrase(found.name, "", title)
        if policy.looks_like_one(head):
            return Phrase(None, head, title)
    return Phrase(None, "", cleaned(line))


def _may_be_severity(head: str) -> bool:
    """Two words are one only as `sev 1`; a title such as `P1 outage` must not be eaten whole."""
    first, _, second = head.partition(" ")
    return not second or (second.isdigit() and first.isalpha())


def _rest(line: str, words: int) -> str:
    parts = cleaned(line).split(maxsplit=words)
    return parts[words].lstrip(":;,-–— ").strip() if len(parts) > words else ""
