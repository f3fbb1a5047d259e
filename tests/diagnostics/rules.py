"""The rules that Tocsin comes with, and whether what probes say is what their families describe."""

from collections.abc import Iterable

from diagnostics.causes import Rules
from diagnostics.code import WATCHED
from diagnostics.patterns.reading import SHIPPED, read_patterns
from diagnostics.patterns.schema import Schema, schema
from diagnostics.registry import FAMILIES
from incidents.evidence import Finding

SCHEMA: Schema = schema(FAMILIES)
RULES = Rules(read_patterns(SHIPPED, SCHEMA), SCHEMA)


def undescribed(findings: Iterable[Finding]) -> list[str]:
    """The codes and figures of these findings that no family describes."""
    described = {each.code.value: each for codes in (*SCHEMA.codes.values(), WATCHED) for each in codes}
    found = []
    for finding in findings:
        figures = described[finding.code].figures if finding.code in described else {}
        units = {name: "" if unit == "word" else unit for name, unit in figures.items()}
        found += [finding.code] if finding.code not in described else []
        found += [
            f"{finding.code}: {figure.name} [{figure.unit}]"
            for figure in finding.figures
            if units.get(figure.name) != figure.unit and finding.code != "PG501"  # its units are the server's
        ]
    return found
