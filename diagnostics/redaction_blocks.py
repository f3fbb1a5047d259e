"""Secrets of many lines: keys in PEM and PuTTY's form, whole or cut off, and Kubernetes' Secrets."""

import re
from collections.abc import Iterator

from diagnostics.redaction_spans import Span, Text, places

_LABEL = r"[A-Z0-9 ]{0,30}(?:KEY|CERTIFICATE|REQUEST|MESSAGE|PARAMETERS|PKCS7|CMS|CRL)(?: BLOCK)? ?"
PEM_HEAD = re.compile(rf"-{{4,5}} ?BEGIN {_LABEL}-{{4,5}}")
PEM_END = re.compile(rf"-{{4,5}} ?END {_LABEL}-{{4,5}}")
_PUTTY = re.compile(r"private-lines: ?\d{1,4}\n(?P<body>(?:[\w+/=]{1,80}\n?){1,200})")
_REACH = 32_768  # characters from the head of a block to its end
# a line of a key's body, behind whatever a log puts before it
_BODY = re.compile(
    r"(?:.{0,200}[^\w+/=])?(?:[A-Za-z0-9+/]{24,}={0,2}|[A-Za-z0-9+/]{1,63}={1,2})[\s'\",\\n]{0,4}"
)
_HEADER = re.compile(r".{0,200}(?:Proc-Type|DEK-Info|Comment|Version):.{0,100}|\s*")
_LINE = re.compile(r"[^\n]{0,4096}(?:\n|$)")
_LONE = re.compile(
    r"(?:MII[A-Za-z0-9+/]{60}|b3BlbnNzaC1rZXktdjE|LS0tLS1CRUdJTi)(?:[A-Za-z0-9+/=]|\\n){0,32768}+"
)
_LONE_HEADS = ("MII", "b3BlbnNzaC1rZXktdjE", "LS0tLS1CRUdJTi")

_SECRET = re.compile(r"""kind\\{0,3}["']?\s{0,3}:\s{0,3}\\{0,3}["']?secret\\{0,3}["']?(?=[\s,}]|$)""")
_DATA = re.compile(
    r"""(?:^|[\n{,])[ \t]{0,16}\\{0,3}["']?(?:stringdata|data)\\{0,3}["']?:[ \t]{0,3}(?P<open>[\n{])"""
)
_ITEM = re.compile(r"""[ \t]{1,64}["']?[\w.\-]{1,253}["']?:[ \t]{1,8}(?P<value>[^\n]{1,65536})(?:\n|$)""")
_DEEP = re.compile(r"""[ \t]{3,64}(?P<value>[^\n:]{1,65536})(?:\n|$)""")
_PAIR = re.compile(
    r"""(?P<q>\\{0,3}["'])[\w.\-]{1,253}(?P=q)\s{0,3}:\s{0,3}(?P=q)(?P<value>[^"'\\\n]{1,65536}+)(?P=q)"""
)


def pem(text: Text) -> Iterator[Span]:
    """Whole blocks; of one that is cut off, what is left of it before or behind."""
    whole = text.whole
    place = 0
    while begin := _next(PEM_HEAD, whole, place):
        yield from _headless(whole, place, begin.start())
        following = _next(PEM_HEAD, whole, begin.end())
        limit = min(following.start() if following else len(whole), begin.end() + _REACH)
        end = _next(PEM_END, whole, begin.end(), limit)
        place = end.end() if end else _body(whole, begin.end())
        yield Span(begin.start(), place, "pem")
    yield from _headless(whole, place, len(whole))


def _next(
    expression: "re.Pattern[str]", text: str, place: int, end: int | None = None
) -> "re.Match[str] | None":
    """The expression's first match; the search is for the word in it, which is fast."""
    end = len(text) if end is None else end
    word = "BEGIN " if expression is PEM_HEAD else "END "
    found = text.find(word, place, end)
    while found >= 0:
        match = expression.search(text, max(place, found - 6), min(end, found + 60))
        if match:
            return match
        found = text.find(word, found + 1, end)
    return None


def _body(text: str, place: int) -> int:
    """Where a body without an end stops: with the first line that is none of it."""
    first = _LINE.match(text, place)
    place = first.end() if first else len(text)
    limit = place + _REACH
    while place < min(len(text), limit):
        line = _LINE.match(text, place)
        if line is None or not (
            _BODY.fullmatch(line.group()) or _HEADER.fullmatch(line.group().rstrip("\n"))
        ):
            return place
        place = line.end()
    return place


def _headless(text: str, begin: int, limit: int) -> Iterator[Span]:
    """The body before an end that has no beginning."""
    place = begin
    while end := _next(PEM_END, text, place, limit):
        line = start = text.rfind("\n", place, end.start()) + 1 or place
        while start > place:
            before = text.rfind("\n", place, start - 1) + 1 or place
            if not _BODY.fullmatch(text[before:start]):
                break
            start = before
        if start < line or _BODY.fullmatch(text[line : end.start()]):
            yield Span(start, end.end(), "pem")
        place = end.end()


def bodies(text: Text) -> Iterator[Span]:
    """A key's body on one line, without its head, or encoded once more."""
    for head in _LONE_HEADS:
        past = 0
        for place in places(text.whole, head):
            if place >= past and (match := _LONE.match(text.whole, place)):
                past = match.end()
                yield Span(place, past, "pem")


def putty(text: Text) -> Iterator[Span]:
    """The private lines of a key in PuTTY's form."""
    for place in places(text.folded, "private-lines:"):
        if match := _PUTTY.match(text.folded, place):
            yield Span(*match.span("body"), "key")


def kubernetes(text: Text) -> Iterator[Span]:
    """Every value of a Secret, whatever its name."""
    past = 0
    for place in places(text.folded, "kind"):
        if place >= past and _SECRET.match(text.folded, place):
            begin = text.whole.rfind("\n---", past, place) + 1
            end = text.whole.find("\n---", place)
            begin, past = max(begin, past), len(text.whole) if end < 0 else end
            yield from _values(text, begin, past)


def _values(text: Text, begin: int, end: int) -> Iterator[Span]:
    for data in _DATA.finditer(text.folded, begin, end):
        if data["open"] == "{":
            close = text.whole.find("}", data.end(), end)
            pairs = _PAIR.finditer(text.whole, data.end(), end if close < 0 else close)
            yield from (Span(*pair.span("value"), "secret") for pair in pairs)
            continue
        place = data.end()
        while item := _ITEM.match(text.whole, place, end) or _DEEP.match(text.whole, place, end):
            if item["value"].strip() not in {"|", "|-", ">", ">-"}:
                yield Span(*item.span("value"), "secret")
            place = item.end()
