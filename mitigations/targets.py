"""Reads what services.toml says about a service's mitigations, and says what is wrong with it.

[[services.payments.mitigations]]
kind = "postgres"
name = "db"
actions = ["end-idle", "cancel-query"]
dsn_env = "PAYMENTS_MITIGATION_URL"   # a role with pg_monitor and pg_signal_backend, not the probes' role
approval = "another"                  # or "commander", "anyone"
cap = 50
cooldown_minutes = 5
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails

from incidents.errors import Misconfigured
from mitigations.action import AnyKind, Section, Target
from mitigations.registry import WORDS, kind_of
from mitigations.wording import listed

NAME = re.compile(r"[^\s\"'`<>&|*@#]{1,40}")  # one word that can be typed and shown


def read_targets(
    service: str, sections: Sequence[Mapping[str, object]], *, environ: Mapping[str, str]
) -> tuple[Target, ...]:
    """What may be done to one service.

    Args:
        service: its key in services.toml.
        sections: its `[[services.<key>.mitigations]]`, as read from the file.
        environ: where `<setting>_env` finds its value.

    Raises:
        Misconfigured: the section, the key, the reason and the nearest right word; never a value.
    """
    place = f"services.{service}.mitigations"
    if isinstance(sections, Mapping) or not all(isinstance(section, Mapping) for section in sections):
        raise Misconfigured(f"{place} must be a list: write [[{place}]].")
    targets = tuple(
        _target(service, f"{place}[{number}]", section, environ)
        for number, section in enumerate(sections, start=1)
    )
    pairs = [(word, target.word) for target in targets for word in target.section.actions]
    for word, name in pairs:
        if pairs.count((word, name)) > 1:
            raise Misconfigured(f"{place}: {word!r} of {name!r} stands there twice. Keep it once.")
    return targets


def secrets(targets: Iterable[Target]) -> frozenset[str]:
    """What must never be seen of these targets: addresses with a password, passwords and tokens."""
    values = (
        value.get_secret_value()
        for target in targets
        for _, value in target.section
        if isinstance(value, SecretStr)
    )
    return frozenset(text for value in values for text in (value, *_passwords(value)))


def _passwords(address: str) -> Iterator[str]:
    parts = urlsplit(address)
    if parts.password:
        yield unquote(parts.password)
    yield from parse_qs(parts.query).get("password", ())


def _target(service: str, place: str, section: Mapping[str, object], environ: Mapping[str, str]) -> Target:
    word, name = section.get("kind"), section.get("name")
    kind = kind_of(word) if isinstance(word, str) else None
    if kind is None:
        raise Misconfigured(_kinds(place, word))
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise Misconfigured(f"{place}: name must be one word that people type, such as 'db'.")
    place = f"{place} ({name})"
    try:
        settings = kind.section.model_validate(dict(_resolved(place, section, kind, environ)))
    except ValidationError as error:
        raise Misconfigured("\n".join(_faults(place, error, kind))) from None
    _known_actions(place, settings, kind)
    return Target(service, name, settings, kind)


def _known_actions(place: str, settings: Section, kind: AnyKind) -> None:
    words = [action.word for action in kind.actions]
    for word in settings.actions:
        if word not in words:
            near = _nearest(word, words) or f"It is {listed(tuple(map(repr, words)), 'or')}."
            raise Misconfigured(f"{place}: actions: unknown action {word!r}. {near}")


def _kinds(place: str, word: object) -> str:
    known = f"It is {listed(tuple(map(repr, WORDS)), 'or')}."
    if not isinstance(word, str):
        return f"{place}: kind is missing. {known}"
    return f"{place}: unknown kind {word!r}. {_nearest(word, WORDS) or known}"


def _resolved(
    place: str, section: Mapping[str, object], kind: AnyKind, environ: Mapping[str, str]
) -> Iterator[tuple[str, object]]:
    for key, value in section.items():
        setting = key.removesuffix("_env")
        if setting == key or setting not in kind.section.model_fields:
            yield key, value
        elif setting in section:
            raise Misconfigured(f"{place}: give {setting} or {key}, not both.")
        elif not isinstance(value, str) or not environ.get(value):
            raise Misconfigured(f"{place}: {key} names {value!r}, which is not set. Set that variable.")
        else:
            yield setting, environ[value]


def _faults(place: str, error: ValidationError, kind: AnyKind) -> Iterator[str]:
    for fault in error.errors(include_input=False, include_context=False, include_url=False):
        yield f"{place}: {_fault(fault, kind)}"


def _fault(fault: ErrorDetails, kind: AnyKind) -> str:
    key = ".".join(str(part) for part in fault["loc"])
    match fault["type"]:
        case "extra_forbidden":
            known = _known(kind, fault["loc"])
            near = _nearest(str(fault["loc"][-1]), known) or f"Known: {listed(tuple(known))}."
            return f"unknown key {key!r}. {near}"
        case "missing":
            return f"{key} is missing."
        case _:
            said = fault["msg"].removeprefix("Value error, ")
            return f"{key}: {said}." if key else f"{said}."


def _known(kind: AnyKind, path: tuple[int | str, ...]) -> list[str]:
    fields = kind.section.model_fields
    for part in path[:-1]:
        fields = getattr(fields[str(part)].annotation, "model_fields", {})
    return sorted(fields)


def _nearest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else ""
