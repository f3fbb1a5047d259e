"""The figures behind findings: the deciding ones in the thread, all of them in a text file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC

from handlers.messages import text
from incidents.evidence import Examination, Figure, Finding, Health

_INLINE = 1500
_EACH = 6
_ROWS = 2500
_NAME, _VALUE = 40, 80
_CELL = 60
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class FiguresFile:
    """A text file with every figure of an examination."""

    name: str
    title: str
    text: str


def deciding(findings: Sequence[Finding]) -> str:
    """The first figures of each of these findings, aligned, for a code block; empty where there are none."""
    parts = [f"{f.code}\n{_aligned(f.figures[:_EACH], _VALUE)}" for f in findings if f.figures]
    return text.guarded(text.escaped("\n\n".join(parts).replace("```", "'''"), _INLINE), _INLINE)


def rows(findings: Sequence[Finding]) -> str:
    """Their tables without headings, for a code block; empty where there are none."""
    said = "\n".join("  ".join(filter(None, row)) for finding in findings for row in finding.table[1:])
    return text.guarded(text.escaped(said.replace("```", "'''"), _ROWS), _ROWS)


def whole(seen: Examination) -> FiguresFile | None:
    """Every finding with its figures and tables; None where there are none."""
    if not any(finding.figures or len(finding.table) > 1 for finding in seen.findings):
        return None
    ranked = sorted(seen.findings, key=lambda finding: finding.health.rank)
    head = f"{seen.target}, {seen.started_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n{seen.sentence}"
    return FiguresFile(
        name=f"{_file_name(seen.target)}-figures.txt",
        title=f"Figures of {text.plain(seen.target, 80)}",
        text="\n\n".join([head, *map(_finding, ranked)]) + "\n",
    )


def image_name(target: str, number: int) -> str:
    """What a picture's file is called; `number` counts from 0."""
    return f"{_file_name(target)}-{number + 1}.png"


def _file_name(target: str) -> str:
    return _NOT_IN_NAMES.sub("-", target).strip("-")[:80] or "all"


def _finding(finding: Finding) -> str:
    return "\n".join(_lines(finding))


def _lines(finding: Finding) -> Iterator[str]:
    mark = "" if finding.health is Health.OK else f" {finding.health.value.upper()}"
    yield f"{finding.code}{mark} {finding.target}: {finding.sentence}"
    if finding.figures:
        yield _aligned(finding.figures)
    if len(finding.table) > 1:
        yield from _table(finding.table)


def _aligned(figures: Sequence[Figure], limit: int = 0) -> str:
    width = min(max(len(figure.name) for figure in figures), _NAME)
    return "\n".join(f"  {f.name:<{width}}  {_value(f, limit)}" for f in figures)


def _value(figure: Figure, limit: int) -> str:
    value = "not known" if figure.value is None else f"{figure.value} {figure.unit}".rstrip()
    return text.plain(value, limit) if limit else value


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows in columns; a long cell is left as it is and only its own row is out of line."""
    columns = max(len(row) for row in rows)
    widths = [min(max(len(row[n]) for row in rows if n < len(row)), _CELL) for n in range(columns)]
    for row in rows:
        yield f"  {'  '.join(f'{cell:<{width}}' for cell, width in zip(row, widths, strict=False))}".rstrip()
