"""Conditions: how the CEL library behaves, and what is made certain around it."""

from itertools import product

import cel
import pytest

from diagnostics.patterns.expression import ExpressionError, Value, expression, fitting

KNOWN: dict[str, Value] = {
    "pg.slots.taken": 97.0,
    "pg.slots.ill": True,
    "pg.slots.health": "critical",
    "pg.slots.application": "reports",
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("false && nothing > 3", False),
        ("nothing > 3 && false", False),
        ("true || nothing > 3", True),
        ("nothing > 3 || true", True),
        ("true ? 1 : nothing", 1),
        ("97 > 80.5 && 97.5 > 80", True),
        ("97 == 97.0", True),
    ],
)
def test_the_library_lets_an_error_pass_where_the_value_does_not_depend_on_it(
    source: str, value: object
) -> None:
    assert cel.compile(source).execute({}) == value


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("nothing > 3", RuntimeError),
        ("nothing > 3 && true", RuntimeError),
        ("!(nothing > 3)", RuntimeError),
        ("x.nothing > 3", KeyError),
        ("x.y * 2", TypeError),
        ("x.y > 'a'", TypeError),
        ("x.y && true", TypeError),
    ],
)
def test_the_library_raises_where_the_value_depends_on_it(source: str, error: type[Exception]) -> None:
    program = cel.compile(source)
    with pytest.raises(error):
        program.execute({"x": {"y": 2.5}})


def test_the_library_refuses_what_is_no_cel_when_it_compiles() -> None:
    with pytest.raises(ValueError, match="Syntax error"):
        cel.compile("1 > ")


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("pg.slots.taken >= 80", True),
        ("2 * pg.slots.taken > 190 + 3", True),
        ("pg.slots.taken - 1 == 96", True),
        ("pg.slots.ill && pg.slots.health == 'critical'", True),
        ("pg.slots.health in ['warn', 'ok']", False),
        ("pg.slots.application.startsWith('rep')", True),
        ("pg . slots . taken > 1e3", False),
        ("size(pg.slots.application) == 7", True),
        ("pg.slots.share > 3", None),
        ("!(pg.slots.share > 3)", None),
        ("pg.slots.ill && pg.slots.share > 3", None),
        ("!pg.slots.ill && pg.slots.share > 3", False),
        ("pg.slots.share > 3 && !pg.slots.ill", False),
        ("pg.slots.share > 3 || pg.slots.ill", True),
        ("pg.slots.share > 3 || !pg.slots.ill", None),
        ("pg.slots.share > 3 ? true : true", None),
        ("pg.slots.share == pg.slots.share", None),
        ("pg.slots.application > 3", None),
    ],
)
def test_a_condition_is_true_false_or_not_known(source: str, value: object) -> None:
    assert expression(source).holds(KNOWN) is value


CLAUSES = (
    "a.b.x > 1 && (a.b.y < 2 || !a.b.z)",
    "!(a.b.x > 1 || a.b.y > 1) || a.b.z",
    "(a.b.x > 1 ? a.b.z : a.b.y > 1) && a.b.z",
    "a.b.x + a.b.y > 2 || a.b.z && a.b.x > 1",
    "(a.b.x > 1) == (a.b.y > 1) || a.b.z",
    "a.b.x in [0, a.b.y] || a.b.z",
)


@pytest.mark.parametrize("source", CLAUSES)
def test_what_is_said_with_facts_missing_stays_so_whatever_they_turn_out_to_be(source: str) -> None:
    condition = expression(source)
    values: dict[str, tuple[Value, ...]] = {
        "a.b.x": (0.0, 2.0),
        "a.b.y": (0.0, 2.0),
        "a.b.z": (True, False),
    }
    for choice in product(*[(None, *values[name]) for name in condition.names]):
        known = {
            name: value for name, value in zip(condition.names, choice, strict=True) if value is not None
        }
        said = condition.holds(known)
        wholes = product(*[[known[name]] if name in known else values[name] for name in condition.names])
        every = {condition.holds(dict(zip(condition.names, whole, strict=True))) for whole in wholes}
        assert said is None or every == {said}


def test_facts_are_named_once_each_in_their_order() -> None:
    assert expression("pg.b.c > 1 && pg.a.c > 1 || pg.b.c.contains('pg.x.y')").names == ("pg.b.c", "pg.a.c")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("pg.slots.taken >", "is not CEL: Syntax error"),
        ("pg.slots.taken = 3", "has a '=' at character 16, which is not CEL. Write == to compare"),
        ("pg.slots.taken / 2 > 3", "has a '/' at character 16, which conditions do not take: a division"),
        ("pg.slots > 3", "names pg.slots; a fact has three parts"),
        ("taken > 3", "names taken; a fact has three parts"),
        ("null == pg.slots.taken", "names null; a fact has three parts"),
        ("has(pg.slots.taken)", "calls has, which is not to be had"),
        ("[1].exists(x, x > 1)", "has a '.'"),
        ("pg.slots.exists(x, true)", "calls exists, which is not to be had"),
        ("__import__('os').system('true')", "has a '.'"),
        ("pg.slots.taken > 3; true", "has a ';'"),
        ("1 " * 300, "is too long"),
        ("(" * 499, "is not CEL"),
    ],
)
def test_what_cannot_be_used_is_said(source: str, said: str) -> None:
    with pytest.raises(ExpressionError) as error:
        expression(source)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("a.b.number > 'x'", "compares what cannot be compared"),
        ("a.b.ill || a.b.word > 3", "compares what cannot be compared"),
        ("a.b.number < 5 && a.b.word && a.b.ill", "compares what cannot be compared"),
        ("a.b.number + 3", "is not a condition"),
        ("a.b.word", "is not a condition"),
        ("a.b.number > 3 && a.b.ill && a.b.word == 'x'", ""),
    ],
)
def test_kinds_that_do_not_fit_are_seen_before_it_is_used(source: str, said: str) -> None:
    kinds: dict[str, type] = {"a.b.number": float, "a.b.word": str, "a.b.ill": bool}
    assert fitting(expression(source), kinds).startswith(said)


@pytest.mark.parametrize(
    "hostile", ["x' || true || 'x", "true", "{pg.slots.taken}", "f0 || true", "'); f0 //"]
)
def test_evidence_is_compared_and_never_read_as_code(hostile: str) -> None:
    facts: dict[str, Value] = {"pg.slots.application": hostile}
    assert expression("pg.slots.application == 'reports'").holds(facts) is False
    assert expression("pg.slots.application == 'reports' || pg.slots.ill").holds(facts) is None
