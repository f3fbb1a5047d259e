"""Spans of time in the operator's files: "10s", "5m", "12h", "1d"."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator

_FORM = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def span(text: object) -> timedelta:
    """The span that a text such as "5m" means. Raises ValueError with what to write."""
    found = _FORM.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError('must be a span such as "10s", "5m", "12h" or "1d", in quotes')
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def within(least: timedelta, most: timedelta, said: str) -> BeforeValidator:
    """A span between the two; `said` is how people read the limits."""

    def check(text: object) -> timedelta:
        found = span(text)
        if not least <= found <= most:
            raise ValueError(f"must be {said}")
        return found

    return BeforeValidator(check)


Every: TypeAlias = Annotated[
    timedelta, within(timedelta(seconds=10), timedelta(days=7), "between 10s and 7d")
]
Retry: TypeAlias = Annotated[
    timedelta, within(timedelta(seconds=10), timedelta(hours=1), "between 10s and 1h")
]
Lasting: TypeAlias = Annotated[timedelta, within(timedelta(), timedelta(days=1), "at most 1d")]
