"""The operators' files: read, and each kind of mistake named with file, line and the nearest right word."""

from pathlib import Path

import pytest

from diagnostics.patterns.pattern import Layer
from diagnostics.patterns.reading import SHIPPED, read_patterns
from incidents.errors import Misconfigured
from tests.diagnostics.rules import SCHEMA

WHOLE = """\
- code: TOO_FULL
  title: too full
  layer: database
  about: pg
  required:
    - when: pg.slots.taken >= 80
      says: "{pg.slots.taken} taken"
  supporting:
    - when: http.alive_not_ready.seen
      weight: 0.15
      says: [first, second]
  sentence: it is full
  next_step: Make room.
  runbook: https://wiki.example.com/full
  explains: [TOO_SLOW]
- code: TOO_SLOW
  title: too slow
  layer: app
  about: http
  required: [{when: http.answers.answer > 900, says: slow}]
  sentence: it is slow
  next_step: Wait.
"""


def _complaint(folder: Path, text: str) -> str:
    (folder / "x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Misconfigured) as error:
        read_patterns(folder, SCHEMA)
    return str(error.value).replace(f"{folder}/", "")


def test_patterns_are_read_in_the_order_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(WHOLE, encoding="utf-8")
    (tmp_path / "a.yaml").write_text("# nothing yet\n", encoding="utf-8")
    full, slow = read_patterns(tmp_path, SCHEMA)
    assert (full.code, full.layer, full.about, full.runbook) == (
        "TOO_FULL", Layer.DATABASE, "pg", "https://wiki.example.com/full",
    )  # fmt: skip
    assert full.explains == {"TOO_SLOW"}
    assert [clause.weight for clause in full.clauses] == [0, 15]
    assert slow.clauses[0].when.names == ("http.answers.answer",)


def test_without_a_folder_of_their_own_operators_have_those_of_tocsin(tmp_path: Path) -> None:
    ours = read_patterns(tmp_path / "patterns", SCHEMA)
    assert "DB_CONN_EXHAUSTION_LEAK" in {pattern.code for pattern in ours}
    assert SCHEMA.codes.keys() >= {pattern.about for pattern in ours}
    assert SHIPPED.is_dir()


def test_a_folder_that_is_there_is_taken_whole(tmp_path: Path) -> None:
    assert read_patterns(tmp_path, SCHEMA) == ()


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        (
            "pg.slots.taken >", "pg.slots.take >",
            "6: required[1].when", "unknown fact pg.slots.take. Did you mean pg.slots.taken?",
        ),
        (
            "{pg.slots.taken} ", "{pg.slot.taken} ",
            "7: required[1].says", "unknown fact pg.slot.taken. Did you mean pg.slots.taken?",
        ),
        (">= 80", ">=", "6: required[1].when", "is not CEL: Syntax error"),
        (">= 80", ">= 'x'", "6: required[1].when", "compares what cannot be compared"),
        ("pg.slots.taken >= 80", "pg.slots.taken", "6: required[1].when", "is not a condition"),
        ("pg.slots.taken >= 80", "true", "6: required[1].when", "must be text. Put it in quotes."),
        ("layer: app", "layer: apps", "18: layer", "must be 'change', 'host'"),
        ("about: http", "about: htp", "19: about", "unknown kind of target 'htp'. Did you mean http?"),
        ("  next_step: Wait.\n", "", "16: next_step", "is missing. Add it."),
        ("supporting:", "suporting:", "8: suporting", "there is no such key. Did you mean supporting?"),
        ("      weight: 0.15\n", "", "9: supporting[1].weight", "is missing. Add it."),
        ("weight: 0.15", "weight: 15", "10: supporting[1].weight", "must be less than or equal to 0.9"),
        ("weight: 0.15", "wieght: 0.15", "10: supporting[1].wieght", "there is no such key. Did you mean w"),
        ("[TOO_SLOW]", "[TO_SLOW]", "15: explains[1]", "there is no pattern TO_SLOW. Did you mean TOO_SLOW?"),
        ("layer: app", "layer: host", "15: explains[1]", "TOO_SLOW lies deeper (host below database)"),
        ("code: TOO_FULL", "code: too full", "1: code", "must be capitals, digits and _, such as DB_DOWN."),
        ("title: too full", "code: TWICE", "2", "code stands there twice. Keep it once."),
        ("title: too full", "title: &a full", "2", "has an anchor (&). Put the text in quotes"),
        ("title: too full", "title: !!python/name:os.system x", "2", "has a tag (!)."),
        ("title: too full", "title: {", "4", "is not valid YAML"),
        ("says: slow", "says: no", "20: required[1].says", "must be text in quotes, or a list"),
        ("- code", "code", "2", "is not valid YAML"),
        ("says: slow", "says: '{slow'", "20: required[1].says", "has a brace without its partner"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, at: str, said: str) -> None:
    assert f"x.yaml:{at}: {said}" in _complaint(tmp_path, WHOLE.replace(old, new, 1))


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    wrong = WHOLE.replace("slots.taken", "slots.tkn").replace("about: http", "about: htpp")
    assert len(_complaint(tmp_path, wrong).splitlines()) == 3


def test_a_file_that_is_no_list_is_said(tmp_path: Path) -> None:
    assert (
        _complaint(tmp_path, "code: X\n")
        == "x.yaml:1: must be a list of patterns, each beginning with `- code:`."
    )


def test_a_file_without_end_is_refused(tmp_path: Path) -> None:
    assert "is too large; at most 256 KB" in _complaint(tmp_path, "# x\n" * 100_000)


def test_the_shipped_patterns_name_only_facts_that_there_are() -> None:
    for pattern in read_patterns(SHIPPED, SCHEMA):
        for clause in pattern.clauses:
            assert set(clause.when.names) <= SCHEMA.units.keys(), pattern.code
