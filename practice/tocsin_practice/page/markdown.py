"""Standard Markdown, the part that messages and reports use, to HTML; any HTML in it stays text."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from tocsin_practice.page import mrkdwn
from tocsin_practice.page.emoji import replace_shortcodes
from tocsin_practice.page.markup import Html, join, tag, text

DEEPEST = 8
"""How deep quotes and lists may nest; what lies deeper is drawn flat."""
HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
BULLET = re.compile(r"^(\s*)(?:[-*+]|(\d+)[.)])\s+(.*)$")
TASK = re.compile(r"^\[([ xX])\]\s+(.*)$")
RULE = re.compile(r"^\s*(?:-{3,}|\*{3,}|_{3,})\s*$")
TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{1,}:?\s*(?:\|\s*:?-{1,}:?\s*)*\|?\s*$")
SPAN = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|!?\[(?P<label>[^\[\]]*)\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)"
    r"|<(?P<auto>https?://[^>\s]+)>"
    r"|\*\*(?P<bold>.+?)\*\*"
    r"|(?<!\w)__(?P<bold2>(?:(?!__).)+)__(?!\w)"
    r"|~~(?P<strike>.+?)~~"
    r"|\*(?P<italic>[^*\s](?:[^*]*[^*\s])?)\*"
    r"|(?<!\w)_(?P<italic2>[^_\s](?:[^_]*[^_\s])?)_(?!\w)"
    r"|(?P<bare>https?://[^\s<>)]+[^\s<>).,;:!?'\"])"
)

LINKS = frozenset({"auto", "bare"})
EMPHASIS = {"bold": "strong", "bold2": "strong", "strike": "del", "italic": "em", "italic2": "em"}


@dataclass(slots=True)
class _Reader:
    """The lines still to be read."""

    lines: list[str]
    depth: int
    at: int = 0
    parts: list[Html] = field(default_factory=list)

    @property
    def line(self) -> str:
        return self.lines[self.at]

    @property
    def more(self) -> bool:
        return self.at < len(self.lines)

    def take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        taken = self.take_while(pattern)
        self.at -= len(taken) - 1
        return taken[0]

    def take_while(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        taken: list[re.Match[str]] = []
        while self.more and (match := pattern.match(self.line)):
            taken.append(match)
            self.at += 1
        return taken


QUOTED = re.compile(r"^\s*>\s?(.*)$")
PIPED = re.compile(r"^(\s*\|.*|.*\S\s*\|\s*\S.*)$")


def draw(words: str) -> Html:
    """Markdown as HTML: headings, lists, quotes, fences, tables, rules and paragraphs."""
    return _draw(words.replace("\r\n", "\n").split("\n"), depth=0)


def _draw(lines: list[str], *, depth: int) -> Html:
    reader = _Reader(lines, depth)
    while reader.more:
        reader.parts.append(_block(reader))
    return tag("div", reader.parts, class_="markdown")


def spans(words: str) -> Html:
    """One run of Markdown text: emphasis, code, links and emoji."""
    parts: list[Html] = []
    end = 0
    for match in SPAN.finditer(words):
        parts += [text(replace_shortcodes(words[end : match.start()])), _span(match)]
        end = match.end()
    return join(parts, text(replace_shortcodes(words[end:])))


def _span(match: re.Match[str]) -> Html:
    kind = str(match.lastgroup)
    if match["target"] is not None:
        return mrkdwn.link(match["target"], match["label"] or None)
    if kind == "code":
        return tag("code", match["code"])
    if kind in LINKS:
        return mrkdwn.link(match[kind], None)
    return tag(EMPHASIS[kind], spans(match[kind]))


def _block(reader: _Reader) -> Html:
    for starts, take in READERS:
        if starts(reader):
            return take(reader)
    return _paragraph(reader)


def _fence_starts(reader: _Reader) -> bool:
    return reader.line.lstrip().startswith("```")


def _starts(pattern: re.Pattern[str]) -> Callable[[_Reader], bool]:
    return lambda reader: pattern.match(reader.line) is not None


def _heading(reader: _Reader) -> Html:
    match = reader.take(HEADING)
    return tag(f"h{min(len(match[1]) + 2, 6)}", spans(match[2]))


def _rule(reader: _Reader) -> Html:
    reader.take(RULE)
    return tag("hr")


def _quote(reader: _Reader) -> Html:
    inner = [match[1] for match in reader.take_while(QUOTED)]
    if reader.depth >= DEEPEST:
        return tag("blockquote", text("\n".join(inner)))
    return tag("blockquote", _draw(inner, depth=reader.depth + 1))


def _items(reader: _Reader) -> Html:
    return _list(reader.take_while(BULLET), depth=0)


def _fence(reader: _Reader) -> Html:
    reader.at += 1
    inside: list[str] = []
    while reader.more and not reader.line.lstrip().startswith("```"):
        inside.append(reader.line)
        reader.at += 1
    reader.at += 1
    return tag("pre", "\n".join(inside), tabindex="0")


def _list(items: list[re.Match[str]], *, depth: int) -> Html:
    """Items of one run, those indented deeper than the first as lists within the item before them."""
    indent = len(items[0][1]) if depth < DEEPEST else sys.maxsize
    drawn: list[Html] = []
    at = 0
    while at < len(items):
        deeper = at + 1
        while deeper < len(items) and len(items[deeper][1]) > indent:
            deeper += 1
        nested = _list(items[at + 1 : deeper], depth=depth + 1) if deeper > at + 1 else None
        drawn.append(tag("li", _item(items[at][3]), nested))
        at = deeper
    return tag("ol" if items[0][2] else "ul", drawn)


def _item(words: str) -> Html:
    task = TASK.match(words)
    if task is None:
        return spans(words)
    done = task[1] != " "
    box = tag("span", "☑" if done else "☐", class_="task", aria_label="done" if done else "to do", role="img")
    return join(box, " ", spans(task[2]))


def _table_starts(reader: _Reader) -> bool:
    following = reader.at + 1
    return (
        "|" in reader.line
        and following < len(reader.lines)
        and "-" in reader.lines[following]
        and TABLE_RULE.match(reader.lines[following]) is not None
    )


def _table(reader: _Reader) -> Html:
    head = [tag("th", spans(cell)) for cell in _cells(reader.line)]
    reader.at += 2
    rows = [
        tag("tr", [tag("td", spans(cell)) for cell in _cells(match.group())])
        for match in reader.take_while(PIPED)
    ]
    table = tag("table", tag("thead", tag("tr", head)), tag("tbody", rows))
    return tag("div", table, class_="table-scroll", tabindex="0", role="region", aria_label="Table")


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _paragraph(reader: _Reader) -> Html:
    taken = [reader.line]
    reader.at += 1
    while reader.more and reader.line.strip() and not any(starts(reader) for starts, _ in READERS):
        taken.append(reader.line)
        reader.at += 1
    words = [line for line in taken if line.strip()]
    return tag("p", _broken(words)) if words else Html("")


def _broken(lines: list[str]) -> Html:
    drawn = spans("\n".join(lines))
    return Html(drawn.replace("\n", "<br>"))


READERS: tuple[tuple[Callable[[_Reader], bool], Callable[[_Reader], Html]], ...] = (
    (_fence_starts, _fence),
    (_starts(HEADING), _heading),
    (_starts(RULE), _rule),
    (_starts(QUOTED), _quote),
    (_starts(BULLET), _items),
    (_table_starts, _table),
)
"""What a line can begin, each with what reads it, in the order of asking."""
