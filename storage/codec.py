"""Domain data as JSON and back: incidents, facts and follow-ups, the last two tagged with their kind."""

from __future__ import annotations

import math
import re
import types
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, NewType, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from incidents.charts import Chart, Level, Mark, Series
from incidents.checklists import Checklist, Step
from incidents.checks import Standing, Streak, Turn
from incidents.evidence import Cause, Examination, Figure, Finding, Shared, Sought
from incidents.facts import Fact
from incidents.mitigation import Aim, Alike, Hit, Offer, Plan, Result
from incidents.model import Incident, Place, Proposal, Room
from incidents.roles import Role
from incidents.values import Looks, Owed
from incidents.work import FollowUp

Json: TypeAlias = Any  # what json.loads gives; its shape is checked by the classes it is read into
_T = TypeVar("_T")

_KIND = "kind"
_SCALARS = {bool, int, float, str}  # of a union of these, JSON keeps which one it is
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")  # PostgreSQL stores neither NUL nor half a character


def _tag(cls: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


_TAGGED: Mapping[type, str] = {cls: _tag(cls) for cls in (*get_args(Fact), *get_args(FollowUp))}
_CLASSES: Mapping[str, type] = {tag: cls for cls, tag in _TAGGED.items()}
_PARTS = (
    *(Incident, Looks, Owed, Place, Proposal, Room, Sought, Aim, Alike, Hit, Offer, Plan, Result),
    *(Standing, Streak, Turn),
    *(Checklist, Step),
    *(Examination, Shared, Finding, Figure, Cause, Chart, Series, Level, Mark),
)
_HINTS: Mapping[type, Mapping[str, Any]] = {cls: get_type_hints(cls) for cls in (*_TAGGED, *_PARTS)}


def incident_to_json(incident: Incident) -> Json:
    """The incident as a JSON object."""
    return _encode(incident)


def incident_from_json(data: Json) -> Incident:
    """The incident of a JSON object; fields that were not known then have their defaults."""
    return cast("Incident", _decode(Incident, data))


def fact_to_json(fact: Fact) -> Json:
    """The fact as a JSON object with its kind."""
    return _encode(fact)


def fact_from_json(data: Json) -> Fact:
    """The fact of a JSON object."""
    return cast("Fact", _member(data))


def work_to_json(work: FollowUp) -> Json:
    """The follow-up as a JSON object with its kind."""
    return _encode(work)


def work_from_json(data: Json) -> FollowUp:
    """The follow-up of a JSON object."""
    return cast("FollowUp", _member(data))


def standing_to_json(standing: Standing) -> Json:
    """How a check stands as a JSON object."""
    return _encode(standing)


def standing_from_json(data: Json) -> Standing:
    """As `incident_from_json`."""
    return cast("Standing", _decode(Standing, data))


def turn_to_json(turn: Turn) -> Json:
    """A check's turn as a JSON object."""
    return _encode(turn)


def turn_from_json(data: Json) -> Turn:
    """As `incident_from_json`."""
    return cast("Turn", _decode(Turn, data))


def writable(text: str) -> str:
    """The text with what PostgreSQL cannot store replaced by the sign for it."""
    return _UNWRITABLE.sub("\ufffd", text)


def _encode(value: object) -> Json:
    if value is None or type(value) in _HINTS:
        return value if value is None else _encode_fields(value)
    match value:
        case Mapping():
            return {_encode(key): _encode(item) for key, item in value.items()}
        case tuple():
            return [_encode(item) for item in value]
        case _:
            return _encode_plain(value)


def _encode_plain(value: object) -> Json:
    match value:
        case Enum():
            return value.value
        case Role():
            return writable(value.key)
        case str():
            return writable(value)
        case datetime():
            return value.isoformat()
        case float() if not math.isfinite(value):
            return str(value)  # JSON has no word for it
        case bool() | int() | float():
            return value
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")


def _encode_fields(value: object) -> Json:
    cls = type(value)
    fields = {name: _encode(getattr(value, name)) for name in _HINTS[cls]}
    return {_KIND: _TAGGED[cls], **fields} if cls in _TAGGED else fields


def _decode(hint: Any, data: Json) -> object:  # noqa: ANN401 - a type hint, of which there is no common type
    if data is None:
        return None
    if isinstance(hint, NewType):
        return _decode(hint.__supertype__, data)
    origin = get_origin(hint)
    if origin is not None:
        return _decode_generic(origin, get_args(hint), data)
    if hint in _HINTS:
        return _construct(hint, data)
    return datetime.fromisoformat(data) if hint is datetime else _plain(hint, data)


def _plain(hint: Callable[[Json], _T], data: Json) -> _T:
    """A number, a text, a member of an enumeration, or a role by its key."""
    return hint(data)


def _decode_generic(origin: object, args: tuple[Any, ...], data: Json) -> object:
    if origin in (types.UnionType, Union):
        present = [arg for arg in args if arg is not types.NoneType]
        if set(present) <= _SCALARS:
            return data
        return _decode(present[0], data) if len(present) == 1 else _member(data)
    if origin is tuple:
        return tuple(_decode(args[0], item) for item in data)
    key, item = args
    return {_decode(key, k): _decode(item, v) for k, v in data.items()}


def _member(data: Json) -> object:
    return _construct(_CLASSES[data[_KIND]], data)


def _construct(cls: type, data: Json) -> object:
    hints = _HINTS[cls]
    return cls(**{name: _decode(hints[name], data[name]) for name in hints if name in data})
