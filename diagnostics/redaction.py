"""Takes secrets out of evidence before it is cut, kept or said, and counts what it took."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import isfinite
from typing import Protocol

from diagnostics.redaction_blocks import bodies, kubernetes, pem, putty
from diagnostics.redaction_cards import cards
from diagnostics.redaction_known import Known
from diagnostics.redaction_names import names, telling
from diagnostics.redaction_rules import COMMANDS, RULES, files
from diagnostics.redaction_spans import Find, Text, joined, masked, visible
from diagnostics.redaction_tokens import FINDERS
from incidents.charts import Chart
from incidents.evidence import Figure, Finding
from incidents.quoting import shortened

CELL = 2_000  # characters of one cell that are kept, cut after its secrets are gone
WITHHELD = "Something was seen, but its text is withheld: it could not be freed of secrets safely."
HIDDEN = "[redacted:secret]"
_LONG = re.compile(r"-?\d{13,19}")  # as long as a card's number

_RULES: tuple[Find, ...] = tuple(rule.find for rule in (*RULES, *COMMANDS))
_FINDERS: tuple[Find, ...] = (pem, bodies, putty, kubernetes, *_RULES, files, *FINDERS, names, cards)


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text that can be shown, and how many secrets were taken out of it."""

    text: str
    masked: int = 0


class Redaction(Protocol):
    """Something that takes secrets out of a text."""

    def redact(self, text: str) -> Redacted:
        """The text with `[redacted:kind]` where its secrets were."""

    def redact_lines(self, lines: Sequence[str]) -> tuple[Redacted, ...]:
        """Lines that belong together, so that a key which runs over several of them is seen."""


class Redactor:
    """Masks known values, keys of many lines, what stands beside telling words, and tokens by their shape.

    Args:
        secrets: values that must never be seen: our own tokens and passwords. Their encoded forms are masked
            too. Values of fewer than six characters are left to the other rules.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known = Known(secrets)
        self._finders: tuple[Find, ...] = (self._known, *_FINDERS)

    def __repr__(self) -> str:
        return f"Redactor({len(self._known)} known forms)"

    def redact(self, text: str) -> Redacted:
        """The text with `[redacted:kind]` where secrets were. Give it whole, before it is split or cut."""
        return self.redact_lines((text,))[0]

    def redact_lines(self, lines: Sequence[str]) -> tuple[Redacted, ...]:
        """As of one text: a secret is counted where it begins, and masked in each line that it touches."""
        lines = [visible(line) for line in lines]
        whole = Text.of("\n".join(lines))
        spans = joined(whole.whole, chain.from_iterable(find(whole) for find in self._finders))
        cleaned: list[Redacted] = []
        begin = first = 0
        for line in lines:
            end = begin + len(line)
            while first < len(spans) and spans[first].end <= begin:
                first += 1
            last = first
            while last < len(spans) and spans[last].start < end:
                last += 1
            count = sum(begin <= span.start for span in spans[first:last])
            cleaned.append(Redacted(masked(whole.whole, spans[first:last], begin, end), count))
            begin = end + 1
        return tuple(cleaned)


def redacted_finding(redaction: Redaction, finding: Finding) -> tuple[Finding, int]:
    """The finding without secrets and how many were masked; if that fails, its bare structure."""
    try:
        return _redacted_finding(redaction, finding)
    except Exception:  # noqa: BLE001 -- whatever breaks here, the text must not go out
        known = (_finite(figure) for figure in finding.figures)
        numbers = tuple(figure for figure in known if isinstance(figure.value, int | float))
        bare = Finding(finding.code, finding.probe, finding.target, finding.health, WITHHELD, numbers)
        return bare, 1


def redacted_text(redaction: Redaction, text: str) -> str:
    """The text without secrets, what was quoted in it cut; if that fails, a sentence that says so."""
    return redacted(redaction, text).text


def redacted(redaction: Redaction, text: str) -> Redacted:
    """As `redacted_text`, with the count of what was masked."""
    try:
        return _shown(redaction, text)
    except Exception:  # noqa: BLE001 -- whatever breaks here, the text must not go out
        return Redacted(WITHHELD, 1)


def _shown(redaction: Redaction, text: str) -> Redacted:
    """Freed of secrets while it is whole, and cut afterwards."""
    clean = redaction.redact(text)
    return replace(clean, text=shortened(clean.text))


def _redacted_finding(redaction: Redaction, finding: Finding) -> tuple[Finding, int]:
    said = [_shown(redaction, text) for text in (finding.sentence, finding.meaning, finding.next_step)]
    figures = [_figure(redaction, figure) for figure in finding.figures]
    table, in_table = _table(redaction, finding.table)
    cleaned = replace(
        finding,
        sentence=said[0].text,
        figures=tuple(figure for figure, _ in figures),
        meaning=said[1].text,
        next_step=said[2].text,
        table=table,
        chart=finding.chart and _chart(redaction, finding.chart),
        marks=tuple(replace(each, name=_shown(redaction, each.name).text) for each in finding.marks),
    )
    return cleaned, sum(part.masked for part in said) + sum(count for _, count in figures) + in_table


def _chart(redaction: Redaction, chart: Chart) -> Chart:
    """The names in it are those of the finding, so what is masked in them was counted there."""
    series = (
        replace(each, name=_shown(redaction, each.name).text, points=_known(each.points))
        for each in chart.series
    )
    levels = (replace(each, name=_shown(redaction, each.name).text) for each in chart.levels)
    return replace(chart, series=tuple(series), levels=tuple(levels))


def _known(points: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    return tuple(point for point in points if isfinite(point[1]))


def _finite(figure: Figure) -> Figure:
    """What a system calls "nan" or "inf" is not known; no record has a word for it."""
    endless = isinstance(figure.value, float) and not isfinite(figure.value)
    return replace(figure, value=None) if endless else figure


def _figure(redaction: Redaction, figure: Figure) -> tuple[Figure, int]:
    if not isinstance(figure.value, str):
        return _finite(figure), 0
    if telling(figure.name):
        return replace(figure, value=HIDDEN), 1
    shown = _without_name(figure.name, _shown(redaction, _named(figure.name, figure.value)))
    return replace(figure, value=shown.text), shown.masked


def _named(name: str, value: str) -> str:
    """A long number behind its name, which tells an id from a card's number; anything else as it is."""
    return f"{name} {value}" if _LONG.fullmatch(value) else value


def _without_name(name: str, shown: Redacted) -> Redacted:
    return replace(shown, text=shown.text.removeprefix(f"{name} "))


def _table(redaction: Redaction, rows: Sequence[Sequence[str]]) -> tuple[tuple[tuple[str, ...], ...], int]:
    """Column by column, since a log's lines are the rows of one; a column of secrets is hidden whole."""
    width = max(map(len, rows), default=0)
    columns = [[row[n] if n < len(row) else "" for row in rows] for n in range(width)]
    cleaned = [_column(redaction, column) for column in columns]
    table = tuple(
        tuple(shortened(cleaned[n][place].text)[:CELL] for n in range(len(row)))
        for place, row in enumerate(rows)
    )
    return table, sum(cell.masked for column in cleaned for cell in column)


def _column(redaction: Redaction, cells: Sequence[str]) -> tuple[Redacted, ...]:
    if telling(cells[0]):
        return (
            _shown(redaction, cells[0]),
            *(Redacted(HIDDEN, 1) if cell else Redacted(cell) for cell in cells[1:]),
        )
    head, *rows = cells
    shown = redaction.redact_lines([head, *(_named(head, cell) for cell in rows)])
    return (shown[0], *(_without_name(head, cell) for cell in shown[1:]))
