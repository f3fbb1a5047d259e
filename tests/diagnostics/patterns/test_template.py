"""Sentences with figures: by unit, counted, in the fullest form that is known."""

import pytest

from diagnostics.patterns.expression import Value
from diagnostics.patterns.template import TemplateError, template

UNITS = {
    "pg.a.age": "s",
    "pg.a.wait": "ms",
    "pg.a.share": "%",
    "pg.a.kept": "bytes",
    "pg.a.count": "",
    "pg.a.rate": "per minute",
    "pg.a.name": "word",
    "pg.a.ill": "condition",
}
FACTS: dict[str, Value] = {
    "pg.a.age": 840.0,
    "pg.a.wait": 12.0,
    "pg.a.share": 97.5,
    "pg.a.kept": 3 * 1024.0**3,
    "pg.a.count": 1200.0,
    "pg.a.rate": 2.5,
    "pg.a.name": "reports.",
    "pg.a.ill": True,
}


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("for {pg.a.age}", "for 14 min"),
        ("in {pg.a.wait}", "in 12 ms"),
        ("{pg.a.share} of it", "97 % of it"),
        ("keeps {pg.a.kept}", "keeps 3.0 GB"),
        ("{pg.a.count} rows", "1,200 rows"),
        ("{pg.a.count:row}", "1,200 rows"),
        ("{pg.a.count:standby/standbys}", "1,200 standbys"),
        ("{pg.a.rate}", "2.5 per minute"),
        ("{pg.a.name}: a leak", "reports: a leak"),
        ("from {pg.a.name}", "from reports."),
        ("{pg.a.ill}", "yes"),
        ("{pg.a.unheard}", "?"),
    ],
)
def test_a_figure_is_shown_by_its_unit(form: str, said: str) -> None:
    assert template(form).filled(FACTS, {**UNITS, "pg.a.unheard": ""}) == said


def test_one_is_counted_as_one() -> None:
    assert template("{pg.a.count:row}").filled({"pg.a.count": 1.0}, UNITS) == "1 row"


def test_the_first_form_whose_facts_are_known_is_said() -> None:
    several = template("{pg.a.count} of {pg.a.age}", "{pg.a.count} of some", "all")
    assert several.filled({"pg.a.count": 2.0}, UNITS) == "2 of some"
    assert several.filled({}, UNITS) == "all"


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    assert template("by {pg.a.name} so").filled({"pg.a.name": "{pg.a.age}"}, UNITS) == "by {pg.a.age} so"


@pytest.mark.parametrize(
    "form", ["{", "a } b", "{pg.a}", "{pg.a.b.__class__}", "{0}", "{pg.a.b!r}", "{{pg.a.b}}"]
)
def test_a_brace_holds_a_fact_and_nothing_else(form: str) -> None:
    with pytest.raises(TemplateError):
        template(form)
