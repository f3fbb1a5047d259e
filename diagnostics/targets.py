"""Reads what services.toml says about a service's probes, and says what is wrong with it.

[[services.payments.probes]]
kind = "postgres"
name = "db"
dsn_env = "PAYMENTS_DATABASE_URL"   # a role with pg_monitor; or dsn = "postgresql://..."

[[services.payments.probes]]
kind = "http"
name = "api"
url = "http://payments.internal:8080"
health = "/health"
ready = "/ready"
front = "https://shop.example.com/"
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeGuard, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from diagnostics.probe import AnyFamily, Target, TargetName
from diagnostics.registry import FAMILIES, family
from diagnostics.wanted import ALL, EVERY
from diagnostics.wording import listed
from incidents.errors import Misconfigured

RESERVED = (ALL, EVERY)
NAME = re.compile(r"[^\s\"'`<>&|*@#]{1,80}")  # one word that can be typed and shown


def read_targets(
    service: str, sections: Sequence[Mapping[str, object]], *, environ: Mapping[str, str]
) -> tuple[Target, ...]:
    """The targets of one service.

    Args:
        service: its key in services.toml.
        sections: its `[[services.<key>.probes]]`, as read from the file.
        environ: where `<setting>_env` finds its value.

    Raises:
        Misconfigured: the section, the key, the reason and the nearest right word; never a value.
    """
    if isinstance(sections, Mapping) or not all(isinstance(section, Mapping) for section in sections):
        raise Misconfigured(f"services.{service}.probes must be a list: write [[services.{service}.probes]].")
    targets = tuple(
        _target(service, f"services.{service}.probes[{number}]", section, environ)
        for number, section in enumerate(sections, start=1)
    )
    words = [target.name.word for target in targets]
    for word in words:
        if words.count(word) > 1:
            raise Misconfigured(f"services.{service}.probes: two are named {word!r}. Give each its own name.")
    return targets


def _target(service: str, place: str, section: Mapping[str, object], environ: Mapping[str, str]) -> Target:
    kind, name = section.get("kind"), section.get("name")
    found = family(kind) if isinstance(kind, str) else None
    if found is None:
        raise Misconfigured(_kinds(place, kind))
    if not _typed(name):
        raise Misconfigured(f"{place}: name must be one word that people type, such as {found.words[0]!r}.")
    place = f"{place} ({name})"
    try:
        settings = found.section.model_validate(_resolved(place, section, found.section, environ))
    except ValidationError as error:
        raise Misconfigured("\n".join(_faults(place, error, found))) from None
    return Target(TargetName(service, name, found.kind), settings, found)


def _typed(name: object) -> TypeGuard[str]:
    """Whether people can type that word and tell it from others."""
    return (
        isinstance(name, str) and bool(NAME.fullmatch(name)) and name.isprintable() and name not in RESERVED
    )


def _kinds(place: str, kind: object) -> str:
    kinds = tuple(repr(family.kind) for family in FAMILIES)
    if not isinstance(kind, str):
        return f"{place}: kind is missing. It is {listed(kinds, 'or')}."
    near = _nearest(kind, [family.kind for family in FAMILIES])
    return f"{place}: unknown kind {kind!r}. {near or 'It is ' + listed(kinds, 'or') + '.'}"


def _resolved(
    place: str, table: Mapping[str, object], model: type[BaseModel], environ: Mapping[str, str]
) -> dict[str, object]:
    """The table with what its variables hold, also those of the tables in it."""
    return dict(_settings(place, table, model, environ))


def _settings(
    place: str, table: Mapping[str, object], model: type[BaseModel], environ: Mapping[str, str]
) -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        setting = key.removesuffix("_env")
        inner = _table(model, key)
        if inner and isinstance(value, Mapping):
            yield key, _resolved(place, value, inner, environ)
        elif setting == key or setting not in model.model_fields:
            yield key, value
        elif setting in table:
            raise Misconfigured(f"{place}: give {setting} or {key}, not both.")
        elif not isinstance(value, str) or not environ.get(value):
            raise Misconfigured(f"{place}: {key} names {value!r}, which is not set. Set that variable.")
        else:
            yield setting, environ[value]


def _table(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    """The model of the table that stands there, whether or not it may be missing; None if it is no table."""
    annotation = model.model_fields[key].annotation if key in model.model_fields else None
    kinds = (annotation, *get_args(annotation))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _faults(place: str, error: ValidationError, found: AnyFamily) -> Iterator[str]:
    for fault in error.errors(include_input=False, include_context=False, include_url=False):
        yield f"{place}: {_fault(fault, found)}"


def _fault(fault: ErrorDetails, found: AnyFamily) -> str:
    key = ".".join(str(part) for part in fault["loc"])
    match fault["type"]:
        case "extra_forbidden":
            known = _known(found, fault["loc"])
            near = _nearest(str(fault["loc"][-1]), known) or f"Known: {listed(tuple(known))}."
            return f"unknown key {key!r}. {near}"
        case "missing":
            return f"{key} is missing."
        case _:
            return f"{key}: {fault['msg'].removeprefix('Value error, ')}."


def _known(found: AnyFamily, path: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] | None = found.section
    for part in path[:-1]:
        model = _table(model, str(part)) if model else None
    return sorted(model.model_fields) if model else []


def _nearest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else ""
