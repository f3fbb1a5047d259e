"""The operator's files: `policy.toml` and `services.toml`, checked at start."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, field_validator, model_validator

from app.complaints import checked, read
from incidents.catalogue import Catalogue, Link, Service
from incidents.errors import Misconfigured
from incidents.naming import slug
from incidents.policy import Policy, Severity

Minutes = Annotated[int, Field(gt=0, le=10_080)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _SeverityTable(_Table):
    name: Annotated[str, Field(min_length=1, max_length=20, pattern=r"^\S+$")]
    meaning: Annotated[str, Field(min_length=1, max_length=150)]
    mark: str = ":large_yellow_circle:"
    aliases: tuple[str, ...] = ()
    update_every_minutes: Minutes | None = None
    post_mortem: bool = False


class _PolicyTable(_Table):
    time_zone: str = "UTC"
    announce_in: Annotated[str, Field(pattern=r"^#?[a-z0-9_-]{1,80}$")] = "incidents"
    assumed_severity: str
    ladder: tuple[str, ...] = ()
    monitor_minutes: Minutes = 15
    warn_before_minutes: Minutes = 5
    call_after_minutes: Minutes = 5
    snooze_minutes: Minutes = 10
    post_mortem_days: Annotated[int, Field(gt=0, le=60)] = 3
    severity: Annotated[tuple[_SeverityTable, ...], Field(min_length=1, max_length=10)]

    @field_validator("time_zone")
    @classmethod
    def _exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(
                "there is no such time zone; write a name such as Europe/Berlin or UTC"
            ) from None
        return name

    @model_validator(mode="after")
    def _agrees(self) -> _PolicyTable:
        words = [w.casefold().replace("-", "") for s in self.severity for w in (s.name, *s.aliases)]
        twice = sorted({word for word in words if words.count(word) > 1})
        if twice:
            raise ValueError(f"the severity words {', '.join(twice)} stand for two severities; keep one each")
        if self.assumed_severity not in {s.name for s in self.severity}:
            names = ", ".join(s.name for s in self.severity)
            raise ValueError(f"assumed_severity must be one of {names}")
        return self


class _LinkTable(_Table):
    title: Annotated[str, Field(min_length=1, max_length=100)]
    url: HttpUrl


class _ServiceTable(_Table):
    name: Annotated[str, Field(min_length=1, max_length=75)]
    slug: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")] | None = None
    aliases: tuple[str, ...] = ()
    links: tuple[_LinkTable, ...] = ()
    probes: tuple[dict[str, Any], ...] = ()


class _ServicesTable(_Table):
    services: dict[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")], _ServiceTable] = {}


def policy(folder: Path) -> Policy:
    """The team's rules. Raises Misconfigured."""
    path = folder / "policy.toml"
    table = checked(path, _PolicyTable, read(path))
    return Policy(
        severities=tuple(map(_severity, table.severity)),
        assumed=table.assumed_severity,
        time_zone=ZoneInfo(table.time_zone),
        announce_in=table.announce_in.lstrip("#"),
        ladder=table.ladder,
        monitor=timedelta(minutes=table.monitor_minutes),
        warn_before=timedelta(minutes=table.warn_before_minutes),
        call_after=timedelta(minutes=table.call_after_minutes),
        snooze=timedelta(minutes=table.snooze_minutes),
        retrospective_days=table.post_mortem_days,
    )


def _severity(table: _SeverityTable) -> Severity:
    cadence = timedelta(minutes=table.update_every_minutes) if table.update_every_minutes else None
    return Severity(
        table.name, table.meaning, table.mark, table.aliases, cadence, retrospective=table.post_mortem
    )


def services(folder: Path) -> tuple[Catalogue, dict[str, tuple[dict[str, Any], ...]]]:
    """The services, and for each key its probes' tables as they stand. Raises Misconfigured."""
    path = folder / "services.toml"
    table = checked(path, _ServicesTable, read(path))
    found = {key: _service(path, key, row) for key, row in table.services.items()}
    return Catalogue(found), {key: row.probes for key, row in table.services.items()}


def _service(path: Path, key: str, row: _ServiceTable) -> Service:
    short = row.slug or slug(row.name) or slug(key)
    if not short:
        raise Misconfigured(f"{path}: services.{key}.slug: is missing. Add lowercase letters or digits.")
    links = tuple(Link(link.title, str(link.url)) for link in row.links)
    return Service(key, row.name, short, row.aliases, links)
