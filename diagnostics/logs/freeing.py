"""Takes secrets out of an excerpt while its lines still stand together, so that none is cut in two."""

import re
from collections.abc import Iterator
from dataclasses import replace

from diagnostics.logs.excerpt import Excerpt, Line
from diagnostics.redaction import Redaction
from diagnostics.redaction_blocks import PEM_END, PEM_HEAD

BLOCK = 200  # lines that are redacted at once, so that other work goes on in between; and of the longest PEM
BEFORE = 2  # lines before them that may say what their first line is, such as "password:"
MASK = "[redacted:pem]"
WITHHELD = "[withheld: this line could not be freed of secrets safely]"
BODY = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
# A line of a block whose beginning and end were not read; a digest in hexadecimal is none.
STRAY = re.compile(r"(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?:[A-Za-z0-9+/]{64}|[A-Za-z0-9+/]{76})")


def freed(excerpt: Excerpt, redaction: Redaction) -> Excerpt:
    """The excerpt without secrets; lines that cannot be freed of them are withheld."""
    lines = _without_pem(list(excerpt.lines))
    texts = [text for begin in range(0, len(lines), BLOCK) for text in _freed(lines, begin, redaction)]
    pairs = zip(lines, texts, strict=True)
    masked = sum(text.count("[redacted:") for text in texts)
    return replace(excerpt, lines=tuple(Line(line.at, text) for line, text in pairs), masked=masked)


def _freed(lines: list[Line], begin: int, redaction: Redaction) -> list[str]:
    """The texts of one block, redacted together with what stands before it."""
    before, block = lines[max(begin - BEFORE, 0) : begin], lines[begin : begin + BLOCK]
    try:
        texts = [part.text for part in redaction.redact_lines([line.text for line in before + block])]
    except Exception:  # noqa: BLE001 -- whatever breaks here, the lines must not go out
        texts = []
    return texts[len(before) :] if len(texts) == len(before) + len(block) else [WITHHELD] * len(block)


def _without_pem(lines: list[Line]) -> list[Line]:
    """The same lines with each PEM block as one; of a block that was cut, what looks like its body masked."""
    kept: list[Line] = []
    for line in (masking := _Blocks(lines)):
        if PEM_END.search(line.text) and not PEM_HEAD.search(line.text):
            kept[-BLOCK:] = [_body_masked(earlier) for earlier in kept[-BLOCK:]]
        kept.append(masking.shown(line))
    return kept


class _Blocks:
    """Goes through lines, past the insides of PEM blocks."""

    def __init__(self, lines: list[Line]) -> None:
        self._lines = lines
        self._open = 0  # lines that may still belong to a block which never ends

    def __iter__(self) -> Iterator[Line]:
        place = 0
        while place < len(self._lines):
            line = self._lines[place]
            head = _opened(line.text)
            end = self._end(place) if head else place
            if head:
                self._open = 0 if end > place else BLOCK
                line = Line(line.at, line.text[: head.start()] + MASK)
            yield line
            place = end + 1

    def shown(self, line: Line) -> Line:
        """The line as it may be shown."""
        self._open = max(self._open - 1, 0)
        return _body_masked(line) if self._open or STRAY.fullmatch(line.text.strip()) else line

    def _end(self, place: int) -> int:
        for later in range(place + 1, min(place + BLOCK, len(self._lines))):
            if PEM_END.search(self._lines[later].text):
                return later
        return place


def _opened(text: str) -> "re.Match[str] | None":
    """Where a block begins that does not end on the same line."""
    heads = list(PEM_HEAD.finditer(text))
    return heads[-1] if heads and not PEM_END.search(text, heads[-1].end()) else None


def _body_masked(line: Line) -> Line:
    return Line(line.at, MASK) if BODY.fullmatch(line.text.strip()) else line
