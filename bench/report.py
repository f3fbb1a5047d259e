"""The measurements as a table for people and as JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bench.figures import Figure, Missing, Row, amount, spread, wanted

_HEAD = ("what", "figure", "from-to", "target", "met")
_MET = {True: "yes", False: "NO", None: ""}


@dataclass(frozen=True, slots=True)
class Report:
    """All rows, and where and how they were measured."""

    setting: Mapping[str, str]
    rows: Sequence[Row]

    @property
    def complete(self) -> bool:
        """Whether everything could be measured."""
        return not any(isinstance(row, Missing) for row in self.rows)

    def table(self) -> str:
        """For the terminal: one line for each figure, under its heading."""
        cells = {id(row): _cells(row) for row in self.rows if isinstance(row, Figure)}
        widths = [max(len(line[column]) for line in (_HEAD, *cells.values())) for column in range(len(_HEAD))]
        lines = [
            ", ".join(f"{key} {value}" for key, value in self.setting.items()),
            "",
            f"  {_line(_HEAD, widths)}",
        ]
        for section, rows in groupby(self.rows, lambda row: row.section):
            lines += ["", section]
            for row in rows:
                lines += _written(row, cells.get(id(row)), widths)
        return "\n".join([*lines, "", self._verdict()]) + "\n"

    def _verdict(self) -> str:
        judged = [row.met for row in self.rows if isinstance(row, Figure) and row.met is not None]
        missing = sum(isinstance(row, Missing) for row in self.rows)
        unmeasured = f" {missing} could not be measured." if missing else ""
        return f"{sum(judged)} of {len(judged)} targets are met.{unmeasured}"

    def to_json(self) -> str:
        """For programs: `setting`, and `rows` with value, unit, target, met and the single samples."""
        rows = [_object(row) for row in self.rows]
        return json.dumps({"setting": dict(self.setting), "rows": rows}, indent=2) + "\n"


def _cells(figure: Figure) -> tuple[str, ...]:
    return figure.what, amount(figure.value, figure.unit), spread(figure), wanted(figure), _MET[figure.met]


def _written(row: Row, cells: tuple[str, ...] | None, widths: Sequence[int]) -> list[str]:
    if isinstance(row, Missing):
        return [f"  not measured: {row.reason}"]
    note = [f"      {row.note}"] if row.note else []
    return [f"  {_line(cells or (), widths)}", *note]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    what, figure, *rest = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join([what, figure.strip().rjust(widths[1]), *rest]).rstrip()


def _object(row: Row) -> dict[str, Any]:
    if isinstance(row, Missing):
        return {"section": row.section, "not_measured": row.reason}
    return {
        "section": row.section,
        "what": row.what,
        "value": round(row.value, 4),
        "unit": row.unit.value,
        "target": wanted(row) or None,
        "met": row.met,
        "samples": [round(sample, 4) for sample in row.samples],
        "note": row.note,
    }
