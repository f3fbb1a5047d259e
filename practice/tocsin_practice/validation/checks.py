"""The pieces of the tables of limits: each takes a value and a pointer and yields what is wrong."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from tocsin_practice.validation.faults import Fault

Check: TypeAlias = Callable[[object, str], Iterator[Fault]]


def anything(_: object, __: str) -> Iterator[Fault]:
    """Nothing is wrong with it."""
    return iter(())


def text(most: int, least: int = 1) -> Check:
    """A text of `least` to `most` characters."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield Fault("must provide a string", pointer)
        elif len(value) > most:
            yield Fault(f"must be less than {most + 1} characters", pointer)
        elif len(value) < least:
            yield Fault(f"must be more than {least - 1} characters", pointer)

    return check


def matching(pattern: str, said: str) -> Check:
    """A text in a certain form."""
    compiled = re.compile(pattern)

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            yield Fault(said, pointer)

    return check


def boolean(value: object, pointer: str) -> Iterator[Fault]:
    """True or false."""
    if not isinstance(value, bool):
        yield Fault("must provide a boolean", pointer)


def whole(least: int, most: int) -> Check:
    """A whole number within bounds."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield Fault("must provide an integer", pointer)
        elif not least <= value <= most:
            yield Fault(f"must be between {least} and {most}", pointer)

    return check


def choice(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if value not in allowed:
            yield Fault("must be a valid enum value", pointer)

    return check


def many(one: Check, most: int, least: int = 1) -> Check:
    """A list of `least` to `most` items."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield Fault("must provide an array", pointer)
            return
        if len(value) > most:
            yield Fault(f"no more than {most} items allowed", pointer)
        if len(value) < least:
            yield Fault(f"no fewer than {least} items allowed", pointer)
        for position, item in enumerate(value):
            yield from one(item, f"{pointer}/{position}")

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with certain fields and no others; an optional one may also be null."""
    known = dict(required) | dict(optional or {})

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield Fault("must provide an object", pointer)
            return
        for name in required:
            if value.get(name) is None:
                yield Fault(f"missing required field: {name}", pointer)
        for name, part in value.items():
            if name not in known:
                yield Fault(f"invalid additional property: {name}", pointer)
            elif part is not None:
                yield from known[name](part, f"{pointer}/{name}")

    return check


def tagged(table: Mapping[str, Check]) -> Check:
    """An object whose `type` says what it must look like."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield Fault("must provide an object", pointer)
            return
        kind = value.get("type")
        if kind is None:
            yield Fault("missing required field: type", pointer)
        elif kind not in table:
            yield Fault(f"unsupported type: {kind}", f"{pointer}/type")
        else:
            yield from table[str(kind)](value, pointer)

    return check


def one_of_fields(*names: str) -> Check:
    """An object that has exactly one of these fields."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        given = [name for name in names if isinstance(value, dict) and value.get(name) is not None]
        if not given:
            yield Fault(f"missing required field: {names[0]}", pointer)
        elif len(given) > 1:
            yield Fault(f"only one of {', '.join(names)} is allowed", pointer)

    return check


def all_of(*checks: Check) -> Check:
    """Everything that several checks find."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        for one in checks:
            yield from one(value, pointer)

    return check
