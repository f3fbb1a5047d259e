"""What operators say their services depend on, checked: each is there, and nothing goes round in a circle."""

from __future__ import annotations

import difflib
from collections.abc import Mapping


def wrong(depends_on: Mapping[str, tuple[str, ...]]) -> str:
    """What is wrong first, after the service's key; empty if nothing is."""
    for key, direct in depends_on.items():
        for other in direct:
            if other not in depends_on:
                near = difflib.get_close_matches(other, depends_on, n=1)
                hint = f"Write {near[0]} if you mean that" if near else f"There are: {', '.join(depends_on)}"
                return f"{key}.depends_on: there is no service {other}. {hint}"
    for key in depends_on:
        if circle := _circle(depends_on, (key,)):
            return f"{key}.depends_on: goes round in a circle: {' → '.join(circle)}. Take one of them out"
    return ""


def _circle(depends_on: Mapping[str, tuple[str, ...]], way: tuple[str, ...]) -> tuple[str, ...]:
    """The way back to where it began, if there is one."""
    for other in depends_on[way[-1]]:
        if other == way[0]:
            return (*way, other)
        if other not in way and (found := _circle(depends_on, (*way, other))):
            return found
    return ()
