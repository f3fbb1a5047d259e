"""Labels of series as matchers of PromQL: from configuration only, quoted so that a value stays a value."""

import re
from collections.abc import Mapping
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

PLACE = "$labels"  # in a query: where the service's matchers go
NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
LONGEST = 200  # characters of a value


def checked(labels: Mapping[str, str]) -> dict[str, str]:
    """The labels.

    Raises:
        ValueError: a name or value that cannot be one, by name.
    """
    for name, value in labels.items():
        if not NAME.fullmatch(name) or name.startswith("__"):
            raise ValueError(f"{name[:80]!r} is no name of a label")
        if not value or len(value) > LONGEST or not value.isprintable():
            raise ValueError(f"the value of {name} must have 1 to {LONGEST} printable characters")
    return dict(labels)


Labels: TypeAlias = Annotated[dict[str, str], AfterValidator(checked)]


def matchers(labels: Mapping[str, str]) -> str:
    """The labels as they stand between braces; empty for none."""
    return ",".join(f"{name}={quoted(value)}" for name, value in labels.items())


def quoted(value: str) -> str:
    """The value as a string of PromQL."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def filled(query: str, labels: Mapping[str, str]) -> str:
    """The query with the matchers in their place."""
    return query.replace(PLACE, matchers(labels))
