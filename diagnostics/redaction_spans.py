"""Where secrets stand in a text: spans found by many rules, put together and masked in one go."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

_MASK = re.compile(r"\[redacted:[a-z]{2,16}\]")
_UNSEEN = re.compile(
    r"\x1b(?:\[[0-9;:?]{0,32}[ -/]{0,4}[@-~]|\][^\x07\x1b]{0,2048}(?:\x07|\x1b\\)|[@-_])?"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_HALF = re.compile("[\ud800-\udfff]")  # of a character, as broken JSON has it: no file and no wire takes it
_LONGEST = 32  # characters of a mask
_WORD = re.compile(r"\w")
_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


@dataclass(frozen=True, slots=True)
class Span:
    """A secret's place, `end` exclusive; `kind` is the word in its mask."""

    start: int
    end: int
    kind: str

    @property
    def length(self) -> int:
        """In characters."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Text:
    """A text, and the same in lower case, character for character."""

    whole: str
    folded: str

    @classmethod
    def of(cls, whole: str) -> "Text":
        """The text with its lower case; a letter that would become two stays as it is."""
        folded = whole.lower()
        return cls(whole, folded if len(folded) == len(whole) else whole.translate(_LOWER))


def visible(text: str) -> str:
    """Without terminals' colours, without characters that nobody sees, and with a sign for halves of one.

    They could hide the parts of a secret from us, or turn the reading direction for the reader.
    """
    return _HALF.sub("\ufffd", _UNSEEN.sub("", text))


Find: TypeAlias = Callable[[Text], Iterable[Span]]


def places(text: str, word: str) -> Iterator[int]:
    """Where the word stands; found by the search of `str`, which is many times faster than an expression."""
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


def joined(text: str, spans: Iterable[Span]) -> list[Span]:
    """In order and apart from each other; of those that overlap, the widest gives its kind.

    What covers nothing but masks is left out, so that cleaning a text twice changes nothing.
    """
    together: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.length)):
        last = together[-1] if together else None
        if last is None or span.start >= last.end:
            together.append(span)
        elif span.end > last.end:
            kind = span.kind if span.length > last.length else last.kind
            together[-1] = Span(last.start, span.end, kind)
    masks = [match.span() for match in _MASK.finditer(text)]
    clipped = (_beside(span, masks) for span in together) if masks else together
    return [span for span in clipped if _WORD.search(_MASK.sub("", text[span.start : span.end]))]


def _beside(span: Span, masks: list[tuple[int, int]]) -> Span:
    """Without the pieces of masks at its ends."""
    start, end = span.start, span.end
    for begin, stop in masks[bisect_left(masks, (start - _LONGEST, 0)) : bisect_left(masks, (end, 0))]:
        if begin < start < stop:
            start = min(stop, end)
        if begin < end < stop:
            end = max(begin, start)
    return Span(start, end, span.kind)


def masked(text: str, spans: Iterable[Span], begin: int = 0, end: int | None = None) -> str:
    """The part of the text from `begin` to `end`, with a mask for each span or piece of one that is in it."""
    end = len(text) if end is None else end
    parts: list[str] = []
    place = begin
    for span in spans:
        if span.end <= begin or span.start >= end:
            continue
        parts += (text[place : max(span.start, begin)], f"[redacted:{span.kind}]")
        place = min(span.end, end)
    return "".join([*parts, text[place:end]])
