"""The bot's own secrets, in every form in which they may turn up."""

import base64
import html
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from diagnostics.redaction_spans import Span, Text, places

LEAST = 6  # characters; a known value shorter than this stands in too many words
_CUT = 8  # characters of a value at the edge of a text by which it is known


class Known:
    """Finds values that must never be seen, also encoded, and cut off by the end of the text."""

    def __init__(self, secrets: Iterable[str]) -> None:
        own = {secret for secret in secrets if len(secret) >= LEAST}
        forms = {form for secret in own for form in _forms(secret)}
        self._forms = tuple(sorted(forms, key=len, reverse=True))
        self._long = tuple(secret for secret in own if len(secret) > _CUT)

    def __len__(self) -> int:
        return len(self._forms)

    def __call__(self, text: Text) -> Iterator[Span]:
        """The places of every form."""
        for form in self._forms:
            for place in places(text.whole, form):
                yield Span(place, place + len(form), "known")
        for secret in self._long:
            yield from _cut_off(text.whole, secret)


def _cut_off(text: str, secret: str) -> Iterator[Span]:
    begin = max(0, len(text) - len(secret) + 1)
    place = text.find(secret[:_CUT], begin)
    if place >= 0 and secret.startswith(text[place:].rstrip(".…")):
        yield Span(place, len(text), "known")
    head = text[: len(secret) - 1]
    place = head.rfind(secret[-_CUT:])
    if place >= 0 and secret.endswith(text[: place + _CUT].lstrip(".…")):
        yield Span(0, place + _CUT, "known")


def _forms(secret: str) -> Iterator[str]:
    quoted = quote(secret, safe="")
    yield from (secret, quoted, quoted.lower(), quote(quoted), quote(secret), quote_plus(secret))
    yield from (html.escape(secret), repr(secret)[1:-1], json.dumps(secret)[1:-1], secret.encode().hex())
    yield from (secret.replace("\\", "\\\\").replace('"', '\\"'), secret.encode().hex().upper())
    yield from _in_base64(secret.encode())


def _in_base64(data: bytes) -> Iterator[str]:
    for shift in range(3):  # inside a longer text, base64 depends on where the value begins
        encoded = base64.b64encode(bytes(shift) + data).decode().rstrip("=")
        begin = (0, 2, 3)[shift]
        end = len(encoded) - (1 if (shift + len(data)) % 3 else 0)
        inner = encoded[begin:end]
        if len(inner) >= LEAST:
            yield from (inner, inner.replace("+", "-").replace("/", "_"))
