"""The post-mortem draft, written from the record as Markdown: blameless, and honest about what is missing."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from incidents.catalogue import Catalogue
from incidents.ending_facts import Resolved
from incidents.facts import Diagnosed, Entry
from incidents.mitigation_facts import EvidenceTaken, MitigationChecked
from incidents.model import Incident
from incidents.policy import Policy
from incidents.story import story
from incidents.texts import with_people, with_times
from incidents.times import times
from incidents.values import Clue
from incidents.when import stamp
from incidents.wording import duration

_OPEN = "_To be written._"
_HTML = re.compile(r"<(?=[A-Za-z/!?])")
_MARK = re.compile(r"[#>|]|[-+*]\s|[-*_=]+$|```|~~~|\[[^\]]+\]:")
_NUMBERED = re.compile(r"(\d{1,9})[.)]")


def file_name(incident: Incident) -> str:
    """Such as `post-mortem-INC-2026-001.md`."""
    return f"post-mortem-{incident.reference}.md"


def draft(
    incident: Incident,
    entries: Sequence[Entry],
    policy: Policy,
    catalogue: Catalogue,
    name_of: Callable[[str], str],
) -> str:
    """The draft. Times are written in the policy's time zone, people by `name_of`."""

    def at(time: datetime) -> str:
        return stamp(time, policy.time_zone)

    parts = [
        f"# Post-mortem: {_plain(incident.title)}",
        "_Blameless: it asks how the system let this happen, not who did it._",
        _section("Metadata", _metadata(incident, policy, catalogue, at, name_of)),
        _section("Summary", _summaries(incident, entries, at)),
        _section("Impact", [_paragraph(incident.impact)]),
        _section("Times", _times(incident)),
        _section("Timeline", _timeline(incident, entries, name_of, at)),
        _section("What diagnosis showed", _evidence(entries)),
        _section("Five whys", [f"{n}. Why? {_OPEN}" for n in range(1, 6)]),
        _section("Contributing factors", [f"- {_OPEN}"]),
        _section("What went well", [f"- {_OPEN}"]),
        _section("What to improve", [f"- {_OPEN}"]),
        _section("Action items", ["| what | owner | due |", "|---|---|---|", f"| {_OPEN} | | |"]),
    ]
    timed = with_times("\n\n".join(parts) + "\n", at)
    return with_people(timed, lambda who: _plain(name_of(who)))


async def draft_with_names(
    incident: Incident,
    entries: Sequence[Entry],
    policy: Policy,
    catalogue: Catalogue,
    names: Callable[[Iterable[str]], Awaitable[Mapping[str, str]]],
) -> str:
    """The draft, with everybody in it called by the name that `names` knows."""
    met: dict[str, str] = {}
    draft(incident, entries, policy, catalogue, lambda who: met.setdefault(who, who))
    called = await names(met)
    return draft(incident, entries, policy, catalogue, lambda who: called.get(who, who))


def _section(title: str, lines: Iterable[str]) -> str:
    return f"## {title}\n\n" + "\n".join(lines)


def _metadata(
    incident: Incident,
    policy: Policy,
    catalogue: Catalogue,
    at: Callable[[datetime], str],
    name_of: Callable[[str], str],
) -> list[str]:
    service = catalogue.get(incident.service)
    owed = draft_due(incident.resolved_at, policy) if incident.resolved_at else None
    roles = [
        f"- {_plain(role.label)}: {name_of(incident.roles[role]) if role in incident.roles else 'nobody'}"
        for role in policy.roles_with(incident.roles)
    ]
    return [
        f"- Reference: {incident.reference}",
        f"- Severity: {incident.severity}",
        f"- Service: {service.name if service else 'not named'}",
        f"- Began: {at(incident.began_at) if incident.began_at else 'not recorded'}",
        f"- Detected: {at(incident.detected)}{'' if incident.detected_at else ' (declared)'}",
        f"- Detected by: {_plain(incident.detected_by) or 'not recorded'}",
        f"- First suspect: {_plain(incident.clues.get(Clue.SUSPECT, '')) or 'not recorded'}",
        f"- Declared: {at(incident.declared_at)} by {name_of(incident.declared_by)}",
        f"- Restored: {at(incident.restored_at) if incident.restored_at else 'not recorded'}",
        *([f"- Fix: {incident.fix.label}"] if incident.fix else []),
        f"- Resolved: {at(incident.resolved_at) if incident.resolved_at else 'not yet'}",
        *roles,
        *(f"- Expert: {name_of(who)} ({_plain(about)})" for who, about in incident.experts.items()),
        *([f"- Draft due: {owed:%Y-%m-%d}"] if owed else []),
    ]


def _summaries(incident: Incident, entries: Sequence[Entry], at: Callable[[datetime], str]) -> Iterator[str]:
    """What it was; below, what was said of it each time before it was reopened."""
    yield _paragraph(incident.summary)
    for entry in entries:
        if isinstance(entry.fact, Resolved) and entry.fact.summary != incident.summary:
            yield f"\nResolved before, {at(entry.happened_at)}: {_plain(entry.fact.summary)}"


def _times(incident: Incident) -> list[str]:
    return [
        f"- {name}: {duration(span) if span is not None else 'not known'}"
        for name, span in times(incident).rows()
    ]


def _timeline(
    incident: Incident,
    entries: Sequence[Entry],
    name_of: Callable[[str], str],
    at: Callable[[datetime], str],
) -> list[str]:
    return [f"- {_plain(told)}" for told in story(incident, entries, name_of, at)] or [_OPEN]


def _evidence(entries: Sequence[Entry]) -> list[str]:
    found = [e.fact for e in entries if isinstance(e.fact, Diagnosed | EvidenceTaken | MitigationChecked)]
    return [f"- {_plain(fact.target)} ({fact.health}): {_plain(fact.sentence)}" for fact in found] or [
        "- Nothing was looked at with `/diagnose`."
    ]


def _plain(text: str) -> str:
    """On one line and without HTML, so that what people typed cannot start a heading, table or comment."""
    return _HTML.sub(r"\\<", " ".join(text.split()))


def _paragraph(text: str) -> str:
    """Text that stands at the start of a line, where a mark would make a heading, list or table of it."""
    plain = _plain(text)
    if numbered := _NUMBERED.match(plain):
        return f"{numbered[1]}\\{plain[numbered.end(1) :]}"
    return (f"\\{plain}" if _MARK.match(plain) else plain) or _OPEN


def draft_due(resolved_at: datetime, policy: Policy) -> datetime:
    """When the draft is due: working days counted in the policy's time zone."""
    return add_working_days(resolved_at.astimezone(policy.time_zone), policy.retrospective_days)


def add_working_days(start: datetime, days: int) -> datetime:
    """That many working days (Monday to Friday) later."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5  # noqa: PLR2004 - Saturday is 5
    return day
