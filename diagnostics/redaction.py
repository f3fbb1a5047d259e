"""Takes secrets out of evidence before it is cut, kept or said, and counts what it took."""

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import quote, quote_plus

from diagnostics.redaction_rules import CARD, LEAST, RULES, Rule, is_card
from incidents.evidence import Figure, Finding

PEM = "-----BEGIN "
PEM_END = re.compile(r"-----END [A-Z0-9 ]{1,40}-----")
PEM_HEAD = re.compile(r"-----BEGIN [A-Z0-9 ]{1,40}-----")
CELL = 2_000  # characters of one cell that are kept, cut after its secrets are gone
WITHHELD = "Something was seen, but its text is withheld: it could not be freed of secrets safely."


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text that can be shown, and how many secrets were taken out of it."""

    text: str
    masked: int = 0


class Redaction(Protocol):
    """Something that takes secrets out of a text."""

    def redact(self, text: str) -> Redacted:
        """The text with `[redacted:kind]` where its secrets were."""


class Redactor:
    """Masks known values, PEM blocks, what stands beside telling words, and tokens by their shape.

    Args:
        secrets: values that must never be seen: our own tokens and passwords. Their URL-encoded and base64
            forms are masked too. Values of fewer than six characters are left to the other rules.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets if len(secret) >= LEAST for form in _forms(secret)}
        self._known = tuple(sorted(forms, key=len, reverse=True))

    def __repr__(self) -> str:
        return f"Redactor({len(self._known)} known forms)"

    def redact(self, text: str) -> Redacted:
        """The text with `[redacted:kind]` where secrets were. Give it whole, before it is split or cut."""
        masked = 0
        for value in self._known:
            masked += text.count(value)
            text = text.replace(value, "[redacted:known]")
        text, blocks = _without_pem(text)
        masked += blocks
        for rule in RULES:
            text, count = _apply(rule, text)
            masked += count
        text, cards = _without_cards(text)
        return Redacted(text, masked + cards)


def redacted_finding(redaction: Redaction, finding: Finding) -> tuple[Finding, int]:
    """The finding without secrets and how many were masked; if that fails, its bare structure."""
    try:
        return _redacted_finding(redaction, finding)
    except Exception:  # noqa: BLE001 -- whatever breaks here, the text must not go out
        numbers = tuple(figure for figure in finding.figures if isinstance(figure.value, int | float))
        bare = Finding(finding.code, finding.probe, finding.target, finding.health, WITHHELD, numbers)
        return bare, 1


def redacted_text(redaction: Redaction, text: str) -> str:
    """The text without secrets; if that fails, a sentence that says so."""
    try:
        return redaction.redact(text).text
    except Exception:  # noqa: BLE001 -- whatever breaks here, the text must not go out
        return WITHHELD


def _redacted_finding(redaction: Redaction, finding: Finding) -> tuple[Finding, int]:
    counts: list[int] = []

    def clean(text: str) -> str:
        redacted = redaction.redact(text)
        counts.append(redacted.masked)
        return redacted.text

    figures = tuple(
        Figure(figure.name, clean(figure.value), figure.unit) if isinstance(figure.value, str) else figure
        for figure in finding.figures
    )
    cleaned = replace(
        finding,
        sentence=clean(finding.sentence),
        figures=figures,
        meaning=clean(finding.meaning),
        next_step=clean(finding.next_step),
        table=tuple(tuple(clean(cell)[:CELL] for cell in row) for row in finding.table),
    )
    return cleaned, sum(counts)


def _forms(secret: str) -> Iterator[str]:
    yield from (secret, quote(secret, safe=""), quote(secret), quote_plus(secret))
    yield from (secret.replace("\\", "\\\\").replace('"', '\\"'), repr(secret)[1:-1])
    data = secret.encode()
    for shift in range(3):  # inside a longer text, base64 depends on where the value begins
        encoded = base64.b64encode(bytes(shift) + data).decode().rstrip("=")
        begin = (0, 2, 3)[shift]
        end = len(encoded) - (1 if (shift + len(data)) % 3 else 0)
        inner = encoded[begin:end]
        if len(inner) >= LEAST:
            yield from (inner, inner.replace("+", "-").replace("/", "_"))


def _without_pem(text: str) -> tuple[str, int]:
    if PEM not in text:
        return text, 0
    parts: list[str] = []
    place = count = 0
    while head := PEM_HEAD.search(text, place):
        end = PEM_END.search(text, head.end())
        parts += (text[place : head.start()], "[redacted:pem]")
        place, count = (end.end() if end else len(text)), count + 1
    return "".join([*parts, text[place:]]), count


def _apply(rule: Rule, text: str) -> tuple[str, int]:
    parts: list[str] = []
    place = count = 0
    group = "secret" if "secret" in rule.expression.groupindex else 0
    for match in rule.expression.finditer(text):
        parts += (text[place : match.start(group)], f"[redacted:{rule.kind}]")
        place, count = match.end(group), count + 1
    return ("".join([*parts, text[place:]]), count) if count else (text, 0)


def _without_cards(text: str) -> tuple[str, int]:
    count = 0

    def mask(match: "re.Match[str]") -> str:
        nonlocal count
        if not is_card(match.group()):
            return match.group()
        count += 1
        return "[redacted:card]"

    return CARD.sub(mask, text), count
