"""The operator's files: `policy.toml` and `services.toml`, checked at start."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, field_validator, model_validator

from app.complaints import checked, read
from app.depending import wrong
from app.pages import Page
from app.spans import Every, Lasting, Retry
from incidents.catalogue import Catalogue, Link, Service
from incidents.naming import slug
from incidents.policy import Policy, Severity
from incidents.roles import BUILT_IN, RESERVED, Role, by_name
from incidents.texts import plain


def _like(pattern: str, advice: str) -> AfterValidator:
    """A text of that form; otherwise the advice is what the operator reads."""
    form = re.compile(pattern)

    def check(text: str) -> str:
        if not form.fullmatch(text):
            raise ValueError(advice)
        return text

    return AfterValidator(check)


def _free(word: str) -> str:
    """A role's name or alias that no built-in role has, and that means nothing else."""
    if plain(word) in RESERVED:
        raise ValueError("has a meaning of its own after `/incident role`. Choose another word")
    if taken := by_name(BUILT_IN).get(plain(word)):
        raise ValueError(f"stands for the {taken.noun}, who is there without it. Choose another word")
    return word


Minutes = Annotated[int, Field(strict=True, gt=0, le=10_080)]
Word = Annotated[str, _like(r"\S{1,40}", "must be one word, without blanks")]
Alias = Annotated[str, _like(r"\S(.{0,73}\S)?", "must be a word or two, without blanks at its ends")]
RoleWord = Annotated[
    str,
    _like(
        r"[^\W_]([\w &'/.+-]{0,38}[^\W_])?",
        "must be at most 40 letters, digits, blanks and & ' / . + -, such as Customer liaison",
    ),
    AfterValidator(_free),
]
Mark = Annotated[str, _like(r":[\w+'-]+:|[^\x00-\x7f]+", "must be an emoji, such as :red_circle:")]
Channel = Annotated[
    str,
    _like(r"#?[^\W_A-Z][^\WA-Z]*(-[^\WA-Z]*)*", "must be a channel's name in lowercase, such as incidents"),
]
Person = Annotated[
    str,
    _like(
        r"[UWS][A-Z0-9]{2,}|@\S+|\S+@\S+|everyone",
        "must be a member id (U012AB3CD), a handle (@dana) or an e-mail address",
    ),
]
Key = Annotated[
    str,
    _like(
        r"[a-z0-9][a-z0-9_-]{0,39}",
        "must be at most 40 lowercase letters, digits, - and _, such as payments",
    ),
]
Slug = Annotated[
    str,
    _like(r"[a-z0-9][a-z0-9-]{0,39}", "must be at most 40 lowercase letters, digits and -, such as payments"),
]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _SeverityTable(_Table):
    name: Annotated[Word, Field(max_length=20)]
    meaning: Annotated[str, Field(min_length=1, max_length=150)]
    mark: Mark = ":large_yellow_circle:"
    aliases: tuple[Word, ...] = ()
    update_every_minutes: Minutes | None = None
    post_mortem: Annotated[bool, Field(strict=True)] = False
    diagnose_on_declare: Annotated[bool, Field(strict=True)] = False
    roles: tuple[str, ...] = ()


class _RoleTable(_Table):
    name: RoleWord
    duty: Annotated[str, _like(r"\S(.{0,73}\S)?", "must be one line of at most 75 characters")]
    aliases: tuple[RoleWord, ...] = ()


class _PolicyTable(_Table):
    time_zone: str = "UTC"
    announce_in: Annotated[Channel, Field(max_length=81)] = "incidents"
    assumed_severity: str
    ladder: tuple[Person, ...] = ()
    monitor_minutes: Minutes = 15
    monitor_minutes_after_fix_forward: Minutes = 60
    watch_every_minutes: Minutes = 5
    warn_before_minutes: Minutes = 5
    call_after_minutes: Minutes = 5
    snooze_minutes: Minutes = 10
    post_mortem_days: Annotated[int, Field(strict=True, gt=0, le=60)] = 3
    codes_url: Page | None = None
    runbooks_url: Page | None = None
    role: tuple[_RoleTable, ...] = ()
    severity: tuple[_SeverityTable, ...]

    @field_validator("time_zone")
    @classmethod
    def _exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            near = difflib.get_close_matches(name, available_timezones(), n=1)
            raise ValueError(
                f"there is no such time zone; write a name such as {near[0] if near else 'Europe/Berlin'}"
            ) from None
        return name

    @field_validator("severity")
    @classmethod
    def _differ(cls, severities: tuple[_SeverityTable, ...]) -> tuple[_SeverityTable, ...]:
        if not 1 <= len(severities) <= 10:  # noqa: PLR2004 - more than a menu of choices holds well
            raise ValueError("must be one to ten tables, each headed [[severity]]")
        words = (word for s in severities for word in (s.name, *s.aliases))
        if twice := _twice(map(plain, words)):
            raise ValueError(f"{twice} stands for two severities, or twice for one. Keep it once")
        return severities

    @field_validator("role")
    @classmethod
    def _roles_differ(cls, roles: tuple[_RoleTable, ...]) -> tuple[_RoleTable, ...]:
        if len(roles) > 6:  # noqa: PLR2004 - more than people keep apart, and than the card holds well
            raise ValueError("must be at most six tables, each headed [[role]]")
        words = (word for role in roles for word in (role.name, *role.aliases))
        if twice := _twice(map(plain, words)):
            raise ValueError(f"{twice} stands for two roles, or twice for one. Keep it once")
        return roles

    @model_validator(mode="after")
    def _assumes_one(self) -> Self:
        names = [s.name for s in self.severity]
        if self.assumed_severity not in names:
            raise ValueError(f"assumed_severity: must be one of {', '.join(names)}")
        return self

    @model_validator(mode="after")
    def _needs_roles_that_there_are(self) -> Self:
        known = by_name(_roles(self.role))
        for number, severity in enumerate(self.severity, 1):
            for word in severity.roles:
                if plain(word) not in known:
                    raise ValueError(f"severity[{number}].roles: {_no_such_role(word, known)}")
        return self


def _no_such_role(word: str, known: Mapping[str, Role]) -> str:
    near = difflib.get_close_matches(plain(word), known, n=1)
    hint = f" Did you mean {known[near[0]].label}?" if near else ""
    labels = ", ".join(dict.fromkeys(role.label for role in known.values()))
    return f"there is no role “{word:.60}”.{hint} There are: {labels}"


def _twice(words: Iterable[str]) -> str:
    """The words that stand there more than once, for people."""
    seen = list(words)
    return ", ".join(sorted({f"“{word}”" for word in seen if seen.count(word) > 1}))


class _LinkTable(_Table):
    title: Annotated[str, Field(min_length=1, max_length=100)]
    url: HttpUrl


Count = Annotated[int, Field(strict=True, gt=0, le=20)]


class CheckTable(_Table):
    """A standing check as the operator writes it."""

    target: Annotated[str, Field(min_length=1, max_length=60)]
    every: Every
    name: Word | None = None
    retry: Retry = timedelta(minutes=1)
    bad_from: Literal["critical", "warn"] = "critical"
    bad_after: Count = 3
    bad_for: Lasting = timedelta()
    good_after: Count = 2
    severity: str | None = None


class _ServiceTable(_Table):
    name: Annotated[str, Field(min_length=1, max_length=75)]
    slug: Slug | None = None
    aliases: tuple[Alias, ...] = ()
    links: tuple[_LinkTable, ...] = ()
    depends_on: tuple[str, ...] = ()
    probes: tuple[dict[str, Any], ...] = ()
    mitigations: tuple[dict[str, Any], ...] = ()
    checks: tuple[CheckTable, ...] = ()


class _ServicesTable(_Table):
    services: dict[Key, _ServiceTable] = {}

    @model_validator(mode="after")
    def _differ(self) -> Self:
        rows = self.services.items()
        words = ({w.casefold() for w in (key, row.name, *row.aliases)} for key, row in rows)
        if twice := _twice(word for own in words for word in sorted(own)):
            raise ValueError(f"services: {twice} stands for two services. Keep it with one")
        if fault := wrong({key: row.depends_on for key, row in self.services.items()}):
            raise ValueError(f"services.{fault}")
        return self


def policy(folder: Path) -> Policy:
    """The team's rules. Raises Misconfigured."""
    path = folder / "policy.toml"
    table = checked(path, _PolicyTable, read(path))
    roles = _roles(table.role)
    return Policy(
        severities=tuple(_severity(severity, by_name(roles)) for severity in table.severity),
        assumed=table.assumed_severity,
        time_zone=ZoneInfo(table.time_zone),
        announce_in=table.announce_in.lstrip("#"),
        ladder=table.ladder,
        monitor=timedelta(minutes=table.monitor_minutes),
        monitor_fix_forward=timedelta(minutes=table.monitor_minutes_after_fix_forward),
        watch_every=timedelta(minutes=table.watch_every_minutes),
        warn_before=timedelta(minutes=table.warn_before_minutes),
        call_after=timedelta(minutes=table.call_after_minutes),
        snooze=timedelta(minutes=table.snooze_minutes),
        retrospective_days=table.post_mortem_days,
        roles=roles,
        codes_url=str(table.codes_url or ""),
        runbooks_url=str(table.runbooks_url or ""),
    )


def _roles(tables: tuple[_RoleTable, ...]) -> tuple[Role, ...]:
    return (*BUILT_IN, *(Role(table.name, table.duty, table.aliases) for table in tables))


def _severity(table: _SeverityTable, roles: Mapping[str, Role]) -> Severity:
    cadence = timedelta(minutes=table.update_every_minutes) if table.update_every_minutes else None
    return Severity(
        table.name,
        table.meaning,
        table.mark,
        table.aliases,
        cadence,
        retrospective=table.post_mortem,
        diagnose=table.diagnose_on_declare,
        roles=tuple(roles[plain(word)] for word in table.roles),
    )


def services(folder: Path) -> tuple[Catalogue, dict[str, tuple[dict[str, Any], ...]]]:
    """The services, and for each key its probes' tables as they stand. Raises Misconfigured."""
    table = _services(folder)
    found = {key: _service(key, row) for key, row in table.services.items()}
    return Catalogue(found), {key: row.probes for key, row in table.services.items()}


def mitigations(folder: Path) -> dict[str, tuple[dict[str, Any], ...]]:
    """For each service's key the tables of what may be done to it, as they stand. Raises Misconfigured."""
    return {key: row.mitigations for key, row in _services(folder).services.items()}


def checks(folder: Path) -> dict[str, tuple[CheckTable, ...]]:
    """For each service's key its standing checks. Raises Misconfigured."""
    return {key: row.checks for key, row in _services(folder).services.items()}


def _services(folder: Path) -> _ServicesTable:
    path = folder / "services.toml"
    return checked(path, _ServicesTable, read(path))


def _service(key: str, row: _ServiceTable) -> Service:
    short = row.slug or slug(row.name) or slug(key)
    links = tuple(Link(link.title, str(link.url)) for link in row.links)
    return Service(key, row.name, short, row.aliases, links, row.depends_on)
