"""Reads the states of circuit breakers out of the JSON that libraries and services answer with. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from incidents.quoting import quoted


class State(StrEnum):
    """How a breaker is, the worst first."""

    OPEN = "open"
    DISABLED = "disabled"
    HALF_OPEN = "half-open"
    CLOSED = "closed"


WORDS = {
    "open": State.OPEN,
    "opened": State.OPEN,
    "forced_open": State.OPEN,
    "isolated": State.OPEN,
    "half_open": State.HALF_OPEN,
    "halfopen": State.HALF_OPEN,
    "closed": State.CLOSED,
    "close": State.CLOSED,
    "disabled": State.DISABLED,
    "metrics_only": State.DISABLED,
}
NUMBERS = {0: State.CLOSED, 1: State.HALF_OPEN, 2: State.OPEN}
NAMES = ("name", "breaker", "circuit", "id", "service")
FAILURES = (
    "failures",
    "failure_count",
    "failurecount",
    "failedcalls",
    "numberoffailedcalls",
    "consecutive_failures",
    "fail_counter",
)
DEEP = 6
MANY = 200


@dataclass(frozen=True, slots=True)
class Breaker:
    """One breaker; failures as far as it tells."""

    name: str
    state: State
    failures: int | None = None


def breakers(said: object, key: str) -> tuple[Breaker, ...]:
    """The breakers that an answer tells of, the worst first.

    Args:
        said: the JSON, or a plain word.
        key: under which a breaker's state stands, such as "state".
    """
    found = tuple(_found(said, "", key.casefold(), 0))[:MANY]
    return tuple(sorted(found, key=lambda breaker: list(State).index(breaker.state)))


def _found(said: object, name: str, key: str, depth: int) -> Iterator[Breaker]:
    if depth > DEEP:
        return
    if isinstance(said, str) and depth == 0 and (how := state(said)):
        yield Breaker(name, how)
    elif isinstance(said, list):
        for item in said[:MANY]:
            yield from _found(item, name, key, depth + 1)
    elif isinstance(said, dict):
        yield from _of_object(said, name, key, depth)


def _of_object(said: Mapping[str, object], name: str, key: str, depth: int) -> Iterator[Breaker]:
    lower = {str(word).casefold(): value for word, value in list(said.items())[:MANY]}
    own = quoted(next((value for word in NAMES if isinstance(value := lower.get(word), str)), "") or name, 80)
    if key in lower and (how := state(lower[key])):
        yield Breaker(own, how, _failures(lower))
        return
    states = {word: state(value) if isinstance(value, str) else None for word, value in said.items()}
    if said and all(states.values()):  # a plain table of names and states
        yield from (Breaker(quoted(str(word), 80), how) for word, how in states.items() if how)
        return
    for word, value in list(said.items())[:MANY]:
        yield from _found(value, str(word), key, depth + 1) if isinstance(value, dict | list) else ()


def state(value: object) -> State | None:
    """The state behind a word or a number (0 closed, 1 half-open, 2 open); None if it is none."""
    if isinstance(value, str):
        return WORDS.get(value.strip().casefold().replace("-", "_").replace(" ", "_"))
    return NUMBERS.get(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _failures(lower: Mapping[str, object]) -> int | None:
    known = (value for word in FAILURES if isinstance(value := lower.get(word), int))
    return next(known, None)
