"""The page docs/probes.md: what each kind of probe needs, costs and takes, and every setting."""

import asyncio
import inspect
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from diagnostics.examine import COMMAND
from diagnostics.probe import AnyFamily, Care, Section
from diagnostics.redaction import Redactor
from diagnostics.registry import FAMILIES
from diagnostics.run import FAMILY
from diagnostics.runs import SHARED
from diagnostics.targets import read_targets

HEAD = f"""\
# Probes: privileges, cost, deadlines and settings

Written by `make codes` from the probes themselves. [operating.md](operating.md) tells how to set them up. A
secret's setting may be left out for one with `_env` behind its name, which names the variable that holds it
(`dsn_env`).

A probe is given up at its deadline, a target's probes together after {FAMILY:.0f} s, everything that one
person asked for after {COMMAND:.0f} s; what did not answer in time is said to be missing. Whoever asks within
{SHARED:.0f} s of another shares that look. Nothing is tried again within a look but
what a kind names among its costs.
"""
EXAMPLES: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "backup": {"prometheus": "http://prometheus", "query": "backup_time"},
        "breaker": {"url": "http://shop/state", "behind": "http://pay"},
        "deploys": {"repository": "/srv/shop", "github": "acme/shop", "token": "t"},
        "dns": {"names": ["db.example.com"]},
        "docker": {"project": "shop"},
        "host": {"prometheus": "http://prometheus", "instance": "db:9100", "units": ["nginx.service"]},
        "http": {"url": "http://shop", "front": "/"},
        "kubernetes": {"namespace": "shop", "selector": "app=web", "server": "https://k8s", "token": "t"},
        "postgres": {"dsn": "postgresql://db/shop"},
        "prometheus": {"url": "http://prometheus", "impact": [{"name": "users", "query": "users"}]},
        "proxy": {"docker": {"containers": ["edge"]}},
        "redis": {"url": "redis://cache"},
        "sentry": {"organization": "acme", "project": "shop", "token": "t"},
        "smtp": {"host": "mail"},
        "third_party": {"health": "https://pay/health", "status": "https://pay/summary.json"},
        "tls": {"host": "shop"},
    }
)
OF_ALL = set(Section.model_fields)
ATTRIBUTE = re.compile(r"^ {4,8}(\w+): (.+?)(?=^ {4,8}\w+: |\Z)", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"^ +(\w+): [^#\n]*?#\s+(.+)$", re.MULTILINE)


def page() -> str:
    """The whole page."""
    return HEAD + "".join("\n".join(_lines(family)) + "\n" for family in sorted(FAMILIES, key=_kind))


def _kind(family: AnyFamily) -> str:
    return family.kind


def _lines(family: AnyFamily) -> Iterator[str]:
    yield f"\n## {family.kind}\n"
    yield f"`/diagnose {family.words[0]}`, also {', '.join(family.words[1:])}.\n"
    yield f"**Privileges:** {family.privileges}\n"
    yield f"**Cost of a look:** {family.cost}\n"
    yield "| probe | looks for | deadline |\n|---|---|---|"
    yield from _probes(family)
    yield from _settings(family.section, "")


def _probes(family: AnyFamily) -> Iterator[str]:
    section = {"kind": family.kind, "name": "it", **EXAMPLES.get(family.kind, {})}
    (target,) = read_targets("shop", [section], environ={})
    for probe in target.patient(Care(asyncio.sleep, Redactor())).probes:
        yield f"| `{probe.id}` | {probe.title} | {probe.deadline:g} s |"


def _settings(model: type[BaseModel], above: str) -> Iterator[str]:
    said = _said(model)
    own = {name: field for name, field in model.model_fields.items() if above or name not in OF_ALL}
    tables = {name: table for name, field in own.items() if (table := _table(field))}
    if above:
        yield f"\n`{above}`: {inspect.cleandoc(model.__doc__ or '').partition('Attributes:')[0].strip()}"
    plain = [name for name in own if name not in tables]
    if plain:
        yield "\n| setting | if left out | meaning |\n|---|---|---|"
    for name in plain:
        yield f"| `{name}` | {_default(own[name])} | {said.get(name, '')} |"
    for name, table in tables.items():
        yield from _settings(table, name)


def _table(field: FieldInfo) -> type[BaseModel] | None:
    """The model of a setting that is a table of its own."""
    kinds = (field.annotation, *getattr(field.annotation, "__args__", ()))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value: Any = field.get_default(call_default_factory=True)
    empty = value is None or (not isinstance(value, bool | int | float) and not value)
    return "" if empty else f"`{f'{value:,}' if isinstance(value, int | float) else value}`"


def _said(model: type[BaseModel]) -> Mapping[str, str]:
    """What is written beside the settings, in the class's own words or at the end of their lines."""
    told: dict[str, str] = {}
    for kind in reversed(model.__mro__[: model.__mro__.index(BaseModel)]):
        source = inspect.getsource(kind)
        told |= {name: _plain(words) for name, words in COMMENT.findall(source)}
        _, _, attributes = inspect.cleandoc(kind.__doc__ or "").partition("Attributes:\n")
        told |= {name: _plain(words) for name, words in ATTRIBUTE.findall(attributes)}
    return told


def _plain(words: str) -> str:
    line = " ".join(words.split())
    return line if line.endswith("...") else line.rstrip(".")
