"""What is wrong in an operator's file, said so that it can be mended: file, key, reason, suggestion."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from incidents.errors import Misconfigured

Model = TypeVar("Model", bound=BaseModel)


def read(path: Path) -> dict[str, Any]:
    """The file's tables.

    Raises:
        Misconfigured: it is missing, not readable or not TOML, with the line.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Misconfigured(
            f"{path} is missing. Copy it from the folder config/ of Tocsin, or set TOCSIN_CONFIG "
            "to the folder that holds it."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be read ({error}). Make it a readable UTF-8 file.") from None
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"{path} is not valid TOML: {error}. Mend that line.") from None


def checked(path: Path, model: type[Model], tables: Mapping[str, Any], *, under: str = "") -> Model:
    """The tables as that model.

    Raises:
        Misconfigured: with every complaint, one a line.
    """
    try:
        return model.model_validate(tables)
    except ValidationError as error:
        rows = error.errors(include_url=False, include_input=True)
        raise Misconfigured("\n".join(_complaint(path, model, row, under) for row in rows)) from None


def _complaint(path: Path, model: type[BaseModel], row: Any, under: str) -> str:  # noqa: ANN401 - pydantic's own row
    loc = [part for part in ([under, *row["loc"]] if under else row["loc"]) if part != "[key]"]
    reason = _unknown(model, row["loc"]) if row["type"] == "extra_forbidden" else _reason(row)
    return f"{path}: {_key(loc)}: {reason}" if loc else f"{path}: {reason}"


def _unknown(model: type[BaseModel], loc: tuple[Any, ...]) -> str:
    """What to say of a key that does not belong there: the nearest one of its table, or of another."""
    key = str(loc[-1])
    if key in _names(model):
        return "there is no such key here. Move it to the table that it belongs to."
    near = difflib.get_close_matches(key, _at(model, loc[:-1]), n=1, cutoff=0.5)
    return f"there is no such key. {f'Did you mean {near[0]}?' if near else 'Remove it.'}"


def _reason(row: Any) -> str:  # noqa: ANN401 - pydantic's own row
    """Why the value will not do, what would, and the value itself where it can hold no secret."""
    kind, context = str(row["type"]), row.get("ctx", {})
    said = next((text for start, text in _REASONS.items() if kind.startswith(start)), None)
    reason = said.format(**context) if said else str(row["msg"]).removeprefix("Value error, ").rstrip(".")
    return f"{reason}{_shown(row['input'])}." if kind != "missing" else reason


# By the beginning of pydantic's name for the mistake; the first that fits.
_REASONS = {
    "missing": "is missing. Add it.",
    "int": "must be a whole number, without quotes",
    "bool": "must be true or false, without quotes",
    "string_type": "must be text in quotes",
    "string_too_short": "is empty. Write a few words",
    "string_too_long": "is too long; at most {max_length} characters",
    "tuple": 'must be a list: ["..."] for texts, [[...]] at the head of each table',
    "dict": "must be a table of its own: [services.payments], not [[services]]",
    "model": "must be a table of keys and values",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "url": "must be a web address, such as https://grafana.example.com",
}


def _shown(value: object) -> str:
    """The value, unless it is a table or may be an address with a password."""
    match value:
        case bool():
            return f" (it is {str(value).lower()})"
        case str() if value.strip() and "@" not in value and "://" not in value:
            return f" (it is “{value:.60}”)"
        case int() | float():
            return f" (it is {value})"
        case _:
            return ""


def _key(parts: Any) -> str:  # noqa: ANN401 - names and numbers, as pydantic gives them
    key = ""
    for part in parts:
        key += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if key else str(part)
    return key


def _at(model: type[BaseModel], loc: tuple[Any, ...]) -> list[str]:
    """The keys of the table at that place."""
    models = [model]
    for part in loc:
        fields = [m.model_fields[part] for m in models if part in m.model_fields]
        models = [inner for field in fields for inner in _models(field.annotation)] or models
    return [name for m in models for name in m.model_fields]


def _names(model: type[BaseModel]) -> list[str]:
    """The keys of the model and of the models within it."""
    names = list(model.model_fields)
    for field in model.model_fields.values():
        for inner in _models(field.annotation):
            names += _names(inner)
    return names


def _models(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401 - an annotation may be anything
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models(part)]
