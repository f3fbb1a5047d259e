"""Reads the operators' patterns and says, with file and line, what in them cannot be used."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from diagnostics.patterns.document import Document, Place, document
from diagnostics.patterns.expression import Expression, ExpressionError, expression, fitting
from diagnostics.patterns.pattern import Clause, Layer, Pattern
from diagnostics.patterns.schema import LOGS, OTHER, Schema
from diagnostics.patterns.tables import ClauseTable, PatternTable
from diagnostics.patterns.template import Template, TemplateError, template
from incidents.errors import Misconfigured

MOST = 500  # patterns in all files
SHIPPED = Path(__file__).parents[2] / "config" / "patterns"


def read_patterns(folder: Path, schema: Schema) -> tuple[Pattern, ...]:
    """The patterns of every `*.yaml` in that folder, by the files' names; those of Tocsin if there is none.

    Args:
        folder: where the operator keeps patterns.
        schema: the facts that they may ask for.

    Raises:
        Misconfigured: each complaint on a line of its own: file, line, what is wrong, the nearest right word.
    """
    place = folder if folder.is_dir() else SHIPPED
    known = _Known(schema)
    readers = [_Reader(document(path), known) for path in sorted(place.glob("*.yaml"))]
    tables = [(reader, number, table) for reader in readers for number, table in reader.tables()]
    patterns = tuple(reader.pattern(number, table) for reader, number, table in tables)
    layers = _highest(table for _, _, table in tables)
    for reader, number, table in tables:
        reader.relate(number, table, layers)
    complaints = [complaint for reader in readers for complaint in reader.complaints]
    if len(patterns) > MOST:
        complaints.append(f"{place}: has {len(patterns)} patterns; at most {MOST}.")
    if complaints:
        raise Misconfigured("\n".join(complaints))
    return patterns


def _highest(tables: Iterable[PatternTable]) -> dict[str, Layer]:
    """The layer of each cause; of one that shows in several ways, the highest."""
    return {each.code: each.layer for each in sorted(tables, key=lambda table: table.layer.depth)}


class _Known:
    """What patterns may name, put together once for all files."""

    def __init__(self, schema: Schema) -> None:
        self.conditions = schema.units
        self.kinds = schema.kinds
        self.spoken = schema.spoken
        self.words = tuple(word for word in schema.codes if word != LOGS and not word.startswith(OTHER))


class _Reader:
    """One file; what is wrong with it gathers in `complaints`."""

    def __init__(self, document: Document, known: _Known) -> None:
        self._document = document
        self._known = known
        self.complaints: list[str] = []

    def tables(self) -> Iterator[tuple[int, PatternTable]]:
        """Each pattern that has the right keys, with its number in the file."""
        rows = self._document.data
        if rows is None:
            return
        if not isinstance(rows, list):
            self._complain((), "must be a list of patterns, each beginning with `- code:`")
            return
        for number, row in enumerate(rows):
            try:
                yield number, PatternTable.model_validate(row)
            except ValidationError as error:
                for fault in error.errors(include_url=False, include_context=False, include_input=False):
                    self._complain((number, *fault["loc"]), _reason(fault))

    def pattern(self, number: int, table: PatternTable) -> Pattern:
        """The pattern of a table; what cannot be used in it is left out and complained of."""
        if table.about not in self._known.words:
            near = _nearest(table.about, self._known.words) or f"There are: {', '.join(self._known.words)}."
            self._complain((number, "about"), f"unknown kind of target {table.about!r}. {near}")
        return Pattern(
            code=table.code,
            title=table.title,
            layer=table.layer,
            about=table.about,
            required=self._clauses((number, "required"), table.required),
            supporting=self._clauses((number, "supporting"), table.supporting),
            contradicting=self._clauses((number, "contradicting"), table.contradicting),
            sentence=self._template((number, "sentence"), *table.sentence),
            next_step=self._template((number, "next_step"), *table.next_step),
            next_probe=self._template((number, "next_probe"), *filter(None, (table.next_probe,))),
            runbook=table.runbook or f"{table.layer}.md",
            actions=table.offered,
            explains=frozenset(table.explains),
            symptom=table.symptom,
        )

    def relate(self, number: int, table: PatternTable, layers: Mapping[str, Layer]) -> None:
        """Complain of what it explains if there is no such cause, or it lies deeper."""
        for place, code in enumerate(table.explains):
            if code not in layers:
                near = _nearest(code, tuple(layers)) or "Remove it, or add its pattern."
                self._complain((number, "explains", place), f"there is no pattern {code}. {near}")
            elif layers[code].depth < table.layer.depth:
                reason = (
                    f"{code} lies deeper ({layers[code]} below {table.layer}), so it cannot follow from this"
                )
                self._complain((number, "explains", place), reason)

    def _clauses(self, place: Place, tables: Sequence[ClauseTable]) -> tuple[Clause, ...]:
        found = (self._clause((*place, number), table) for number, table in enumerate(tables))
        return tuple(clause for clause in found if clause)

    def _clause(self, place: Place, table: ClauseTable) -> Clause | None:
        when = self._expression((*place, "when"), table.when)
        says = self._template((*place, "says"), *table.says)
        return Clause(when, says, round(100 * table.weight)) if when else None

    def _expression(self, place: Place, source: str) -> Expression | None:
        try:
            found = expression(source)
        except ExpressionError as error:
            self._complain(place, str(error))
            return None
        if not self._exist(place, found.names, self._known.conditions):
            return None
        if wrong := fitting(found, self._known.kinds):
            self._complain(place, wrong)
        return found

    def _template(self, place: Place, *forms: str) -> Template:
        try:
            found = template(*forms)
        except TemplateError as error:
            self._complain(place, str(error))
            return Template()
        self._exist(place, found.names, self._known.spoken)
        return found

    def _exist(self, place: Place, names: Sequence[str], known: Mapping[str, str]) -> bool:
        unknown = [name for name in names if name not in known]
        for name in unknown:
            near = _nearest(name, tuple(known)) or "See docs/codes.md for all facts."
            self._complain(place, f"unknown fact {name}. {near}")
        return not unknown

    def _complain(self, place: Place, reason: str) -> None:
        key = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place[1:])
        at = self._document.at(place)
        ending = "" if reason.endswith((".", "?")) else "."
        self.complaints.append(
            f"{at}: {key.lstrip('.')}: {reason}{ending}" if key else f"{at}: {reason}{ending}"
        )


def _reason(fault: ErrorDetails) -> str:
    key = str(fault["loc"][-1]) if fault["loc"] else ""
    match fault["type"]:
        case "extra_forbidden":
            return f"there is no such key. {_nearest(key, _keys(fault['loc'])) or 'Remove it.'}"
        case "missing":
            return "is missing. Add it"
        case "string_type":
            return "must be text. Put it in quotes"
        case "tuple_type":
            return "must be text in quotes, or a list: [first, second]"
        case "string_pattern_mismatch":
            return "must be capitals, digits and _, such as DB_DOWN"
        case _:
            return fault["msg"].removeprefix("Value error, ").replace("Input should be", "must be")


def _keys(loc: tuple[int | str, ...]) -> tuple[str, ...]:
    model = ClauseTable if len(loc) > 1 else PatternTable
    return tuple(model.model_fields)


def _nearest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"Did you mean {near[0]}?" if near else ""
