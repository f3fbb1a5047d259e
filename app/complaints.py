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
    key = _key([under, *row["loc"]] if under else row["loc"])
    if row["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(row["loc"][-1]), _names(model), n=1, cutoff=0.5)
        hint = f" Did you mean {near[0]}?" if near else " Remove it."
        return f"{path}: {key}: there is no such key.{hint}"
    if row["type"] == "missing":
        return f"{path}: {key}: is missing. Add it."
    reason = str(row["msg"]).removeprefix("Value error, ").rstrip(".")
    return f"{path}: {key}: {reason[:1].lower()}{reason[1:]} (it is {row['input']!r:.60})."


def _key(parts: Any) -> str:  # noqa: ANN401 - names and numbers, as pydantic gives them
    key = ""
    for part in parts:
        key += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if key else str(part)
    return key


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
