"""What is kept on the timeline of an examination: its findings in sentences, or with all that was seen."""

from __future__ import annotations

from dataclasses import replace

from incidents.evidence import Examination, Finding

MOST = 128 * 1024  # bytes of one examination on record
_KEPT = 30


def kept(seen: Examination) -> tuple[str, ...]:
    """A line for each finding; of very many only the worst."""
    worst = _worst_first(seen)[:_KEPT]
    return tuple(f"{finding.code} {finding.health.value}: {finding.sentence}" for finding in worst)


def bounded(seen: Examination) -> Examination:
    """The examination as far as there is room for it, which is said where something had to be left out.

    What findings say and their figures come first, the worst before the others; then the rows of their
    tables (sessions, log lines, health logs), then what was measured over time.
    """
    room = MOST - _bytes(replace(seen, findings=()))
    whole = _worst_first(seen)
    bare = [replace(each, table=(), chart=None, marks=()) for each in whole]
    bare, room = _fitting(bare, room)
    found: list[Finding] = []
    left_out = 0
    for finding, full in zip(bare, whole, strict=False):
        rows, room = _rows(full.table, room)
        left_out += len(full.table) - len(rows)
        found.append(replace(finding, table=rows))
    found = _with_charts(found, whole, room)
    missing = _missing(len(whole) - len(bare), left_out)
    return replace(seen, findings=tuple(found), unseen=(*seen.unseen, *missing))


def _worst_first(seen: Examination) -> list[Finding]:
    return sorted(seen.findings, key=lambda finding: finding.health.rank)


def _fitting(findings: list[Finding], room: int) -> tuple[list[Finding], int]:
    found: list[Finding] = []
    for finding in findings:
        room -= _bytes(finding)
        if room < 0:
            return found, 0
        found.append(finding)
    return found, room


def _rows(table: tuple[tuple[str, ...], ...], room: int) -> tuple[tuple[tuple[str, ...], ...], int]:
    for number, row in enumerate(table):
        if room < _bytes(row):
            return table[:number], 0
        room -= _bytes(row)
    return table, room


def _with_charts(findings: list[Finding], whole: list[Finding], room: int) -> list[Finding]:
    found: list[Finding] = []
    for finding, full in zip(findings, whole, strict=False):
        size = _bytes((full.chart, full.marks))
        fits = size <= room
        room -= size if fits else 0
        found.append(replace(finding, chart=full.chart, marks=full.marks) if fits else finding)
    return found


def _missing(findings: int, rows: int) -> tuple[str, ...]:
    if not findings and not rows:
        return ()
    return (f"the record: {findings} findings and {rows} rows were more than the {MOST // 1024} kB kept",)


def _bytes(value: object) -> int:
    """About as many as its JSON has."""
    return len(repr(value).encode(errors="replace"))
