"""A clause's condition in CEL: facts and comparisons only, and true, false or not known.

CEL itself is evaluated by a library. What stands here makes three things certain that it leaves open: only
facts that exist can be named; all numbers are doubles, since CEL multiplies no int with a double; and a fact
that is not known makes the condition unknown, unless its value does not depend on that fact. For the last,
the fact is left undefined: CEL says that `false && error` is false and `true || error` is true on either
side, and that any other use of an error is that error.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from diagnostics.patterns.evaluator import evaluator

if TYPE_CHECKING:
    import cel
else:
    cel = evaluator()

Value: TypeAlias = bool | float | str

LONGEST = 500  # characters of a condition
WORDS = frozenset({"true", "false", "in"})
FUNCTIONS = frozenset({"contains", "startsWith", "endsWith", "matches", "size"})
FACT = 3  # parts of a fact's name
TOKENS = re.compile(
    r"""(?P<blank>\s+)
      | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
      | (?P<name>[A-Za-z_]\w*(?:\s*\.\s*\w+)*)
      | (?P<sign>&&|\|\||[=!<>]=|[-+*<>!?:,()\[\]])""",
    re.VERBOSE,
)
SAMPLES: tuple[tuple[bool, float, str], ...] = (
    (True, 0.0, ""),
    (False, 0.0, "a"),
    (True, 1e9, "a"),
    (False, 1e9, ""),
)


class ExpressionError(ValueError):
    """A condition that cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition, checked and compiled.

    Attributes:
        source: as the operator wrote it.
        names: the facts that it asks for, such as "pg.slots.taken".
    """

    source: str
    names: tuple[str, ...]
    _program: cel.Program = field(repr=False, compare=False)

    def holds(self, facts: Mapping[str, Value]) -> bool | None:
        """Whether it is so; None if that is not known.

        Args:
            facts: what is known. They are values to compare with, whatever they hold.
        """
        known = {_variable(number): facts[name] for number, name in enumerate(self.names) if name in facts}
        try:
            result = self._program.execute(known)
        except Exception:  # noqa: BLE001 -- an undefined fact or one of another kind than expected: not known
            return None
        return result if isinstance(result, bool) else None


def expression(source: str) -> Expression:
    """The condition, ready to be asked.

    Raises:
        ExpressionError: it is too long, not CEL, or more than comparisons of facts.
    """
    if len(source) > LONGEST:
        raise ExpressionError(f"is too long; at most {LONGEST} characters")
    pieces = tuple(_pieces(source))
    names = tuple(dict.fromkeys(name for name, _ in pieces if name))
    variables = {name: _variable(number) for number, name in enumerate(names)}
    try:
        cel.compile(source)  # for a message about what the operator wrote
        program = cel.compile("".join(variables[name] + rest if name else rest for name, rest in pieces))
    except ValueError as error:
        raise ExpressionError(f"is not CEL: {_reason(error)}") from None
    return Expression(source, names, program)


def fitting(condition: Expression, kinds: Mapping[str, type]) -> str:
    """What is wrong with the kinds of values that it compares; empty if nothing is seen to be.

    Args:
        condition: what is tried with values of each kind.
        kinds: whether each fact is a bool, a float or a str.
    """
    for sample in SAMPLES:
        values = dict(zip((bool, float, str), sample, strict=True))
        facts = {_variable(n): values[kinds[name]] for n, name in enumerate(condition.names)}
        try:
            result = condition._program.execute(facts)  # noqa: SLF001 -- the error itself is asked for
        except Exception as error:  # noqa: BLE001 -- whatever CEL says of it is said to the operator
            return f"compares what cannot be compared: {str(error).partition('. ')[0]}"
        if not isinstance(result, bool):
            return "is not a condition: it must be true or false"
    return ""


def _variable(number: int) -> str:
    return f"f{number}"


def _pieces(source: str) -> Iterator[tuple[str, str]]:
    """The source as pairs of a fact, which may be empty, and of what follows it, numbers being doubles."""
    tokens = tuple(_tokens(source))
    following = [*(text for kind, text in tokens if kind != "blank"), ""][1:]
    for kind, text in tokens:
        after = following.pop(0) if kind != "blank" else ""
        match kind:
            case "name":
                yield _named(text, called=after == "(")
            case "number":
                yield "", text if re.search(r"[.eE]", text) else f"{text}.0"
            case _:
                yield "", text


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(source):
        found = TOKENS.match(source, place)
        if not found:
            raise ExpressionError(
                f"has a {source[place]!r} at character {place + 1}, which {_instead(source[place])}"
            )
        yield str(found.lastgroup), found.group()
        place = found.end()


def _instead(sign: str) -> str:
    if sign in "/%":
        return "conditions do not take: a division by zero says nothing. Compare products, such as a > 2 * b"
    if sign == "=":
        return "is not CEL. Write == to compare"
    return "conditions do not take"


def _named(text: str, *, called: bool) -> tuple[str, str]:
    parts = [part.strip() for part in text.split(".")]
    function = parts.pop() if called else ""
    if function and function not in FUNCTIONS and text not in WORDS:
        raise ExpressionError(
            f"calls {function}, which is not to be had. There are: {', '.join(sorted(FUNCTIONS))}"
        )
    name = ".".join(parts)
    if text in WORDS or (function and not parts):
        return "", text
    if len(parts) != FACT:
        raise ExpressionError(f"names {name}; a fact has three parts, such as pg.slots.taken")
    return name, f".{function}" if function else ""


def _reason(error: ValueError) -> str:
    """The library's first complaint, with its place."""
    found = re.search(r"ERROR: <input>:\d+:(\d+): ([^\n]*)", str(error))
    said = re.sub(r" expecting \{.*", "", found.group(2)) if found else str(error).partition("\n")[0]
    return f"{said} at character {found.group(1)}" if found else said
