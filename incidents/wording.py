"""The timeline in words, for every place that reads it: chat, shell, files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import assert_never

from incidents import ending_facts as ends
from incidents import facts as f
from incidents.check_facts import CheckFact, CheckTurned
from incidents.checklist_facts import ChecklistBegun, ChecklistFact, StepTicked
from incidents.facts import EVERYONE, Entry, Fact
from incidents.mitigation_facts import MitigationFact
from incidents.mitigation_wording import mitigated
from incidents.model import PersonId
from incidents.values import Clue

NameOf = Callable[[str], str]
TimeOf = Callable[[datetime], str]
_BOT = "Tocsin"


def line(entry: Entry, name_of: NameOf, write_time: TimeOf, write_link: NameOf = str) -> str:
    """One line: when, who, what."""
    who = name_of(entry.by) if entry.by else _BOT
    if isinstance(entry.fact, f.NoteAdded) and (entry.fact.author or entry.fact.link):
        return _note(entry, entry.fact, who, name_of, write_time, write_link)
    return f"{write_time(entry.at)}  {who} {_of(entry.fact, entry.by, name_of, write_time)}"


def _note(
    entry: Entry, fact: f.NoteAdded, who: str, name_of: NameOf, write_time: TimeOf, write_link: NameOf
) -> str:
    """A message as its author wrote it then, with who added it and when; a note with its link."""
    link = write_link(fact.link) if fact.link.startswith(("https://", "http://")) else ""
    if not fact.author:
        return f"{write_time(entry.at)}  {who} noted: {fact.text}{_because(link)}"
    added = f"added by {who}, {write_time(entry.at)}"
    why = "; ".join(part for part in (link, added) if part)
    return f"{write_time(entry.happened_at)}  {name_of(fact.author)} wrote: {fact.text} ({why})"


def _of(fact: Fact, by: PersonId | None, name_of: NameOf, write_time: Callable[[datetime], str]) -> str:
    match fact:
        case f.RoleAssigned(role, person, before) if person == by:
            return f"became {role.noun}{_after(before, name_of)}"
        case _:
            return said(fact, name_of, write_time)


def said(fact: Fact, name_of: NameOf, write_time: Callable[[datetime], str]) -> str:  # noqa: C901, PLR0911, PLR0912 - one row for each kind of fact
    """What somebody did, as the second half of a sentence."""
    if isinstance(fact, MitigationFact):
        return mitigated(fact, name_of)
    if isinstance(fact, CheckFact):
        return _check(fact, write_time)
    if isinstance(fact, ChecklistFact):
        return _checklist(fact)
    match fact:
        case f.Declared():
            return f"declared {fact.severity}{' (assumed)' if fact.assumed else ''}: {fact.title}"
        case f.RoomOpened():
            return _room(fact)
        case f.AnnouncementFailed():
            return f"could not announce in #{fact.channel}: {fact.reason}"
        case f.SeverityChanged():
            return _severity(fact)
        case f.ServiceNamed():
            return f"named the service: {fact.service}"
        case f.Acknowledged():
            return "is on it"
        case f.RoleAssigned():
            return f"made {name_of(fact.person)} {fact.role.noun}{_after(fact.before, name_of)}"
        case f.NotInvited():
            return f"could not bring {', '.join(map(name_of, fact.people))} into the room: {fact.reason}"
        case f.HandedOver():
            return f"asked {name_of(fact.person)} to take command: {fact.state}"
        case f.HandoverAccepted():
            return "accepted the handover of command"
        case f.HandoverWithdrawn():
            return f"withdrew the handover of command to {name_of(fact.person)}"
        case f.ExpertJoined():
            return f"brought in {name_of(fact.person)} as an expert: {fact.subject}"
        case f.ClueNamed():
            return _clue(fact)
        case f.TimeCorrected():
            return _corrected(fact, write_time)
        case f.UpdatePosted():
            return _update(fact)
        case f.UpdateAsked():
            return _asked(fact, name_of, write_time)
        case f.Snoozed():
            return f"put the update off until {write_time(fact.until)}"
        case f.NoteAdded():
            return _noted(fact, name_of)
        case f.Diagnosed():
            return f"looked at {fact.target} ({fact.health}): {fact.sentence}"
        case _:
            return _ending(fact, write_time)


def _room(fact: f.RoomOpened) -> str:
    where = "went on in a thread of" if fact.in_thread else "opened"
    return f"{where} #{fact.name}{_because(fact.refusal)}"


def _severity(fact: f.SeverityChanged) -> str:
    same = fact.before == fact.after
    return f"confirmed {fact.after}" if same else f"changed {fact.before} to {fact.after}"


def _ending(fact: ends.EndingFact, write_time: Callable[[datetime], str]) -> str:  # noqa: C901, PLR0911 - as above
    match fact:
        case ends.ServiceRestored():
            how = f" with a {fact.fix.label}" if fact.fix else ""
            return f"restored the service{how}; watching until {write_time(fact.watch_until)}"
        case ends.FixNamed():
            return _fix(fact, write_time)
        case ends.WatchEnded():
            return f"saw no relapse to the end of the watch{_because(looks(fact))}"
        case ends.WatchLooked():
            return f"looked at {fact.target} during the watch ({fact.health}): {fact.sentence}"
        case ends.NoProbes():
            why = f"{fact.service} has none" if fact.service else "no service is named"
            return f"runs no probe during the watch: {why}"
        case ends.Relapsed():
            return f"saw the service fail again{_because(fact.reason)}"
        case ends.Resolved():
            return _resolved(fact)
        case ends.FalseAlarm():
            return f"closed it as a false alarm{_because(fact.reason)}"
        case ends.Reopened():
            return f"reopened the incident{_because(fact.reason)}"
        case ends.RetrospectiveDrafted():
            return f"drafted the post-mortem {fact.name}"
        case _:
            assert_never(fact)


def _check(fact: CheckFact, write_time: TimeOf) -> str:
    if isinstance(fact, CheckTurned):
        since = write_time(fact.since)
        return f"saw the check {fact.check} turn {fact.health} (since {since}): {fact.sentence}"
    lasted = duration(fact.at - fact.since)
    return f"saw the check {fact.check} good again since {write_time(fact.at)}, after {lasted}"


def _checklist(fact: ChecklistFact) -> str:
    if isinstance(fact, ChecklistBegun):
        return f"began the checklist “{fact.title}” ({len(fact.steps)} steps)"
    did = "did" if isinstance(fact, StepTicked) else "took back"
    return f"{did} step {fact.step} of “{fact.title}”: {fact.text}"


def _resolved(fact: ends.Resolved) -> str:
    if fact.reason and fact.reason == fact.summary:
        return f"resolved the incident, skipping the watch: {fact.summary}"
    skipped = f" (watch skipped: {fact.reason})" if fact.reason else ""
    return f"resolved the incident: {fact.summary}{skipped}"


def _fix(fact: ends.FixNamed, write_time: Callable[[datetime], str]) -> str:
    until = f"; watching until {write_time(fact.watch_until)}" if fact.watch_until else ""
    before = f" (before: a {fact.before.label})" if fact.before else ""
    return f"said that it was a {fact.fix.label}{before}{until}"


def _clue(fact: f.ClueNamed) -> str:
    before = f" (before: {fact.before})" if fact.before else ""
    what = "it was detected by" if fact.which is Clue.DETECTED_BY else "the first suspect was"
    return f"recorded that {what} {fact.text}{before}"


def _corrected(fact: f.TimeCorrected, write_time: Callable[[datetime], str]) -> str:
    before = f" (before: {write_time(fact.before)})" if fact.before else ""
    return f"{fact.verb} when {fact.which.label}: {write_time(fact.at)}{before}"


def _update(fact: f.UpdatePosted) -> str:
    how = "posted an automatic update" if fact.automatic else "posted an update"
    what = "no new information" if fact.unchanged else fact.actions or fact.impact or "status only"
    return f"{how} ({fact.status.value}): {what}"


def _noted(fact: f.NoteAdded, name_of: NameOf) -> str:
    return f"added what {name_of(fact.author)} wrote: {fact.text}" if fact.author else f"noted: {fact.text}"


def _asked(fact: f.UpdateAsked, name_of: NameOf, write_time: Callable[[datetime], str]) -> str:
    people = ", ".join(name_of(person) for person in fact.people)
    names = ", ".join(who if who == EVERYONE else name_of(who) for who in fact.called)
    called = f" and called {names}" if names else ""
    return f"reminded {people} of the update due {write_time(fact.due)}{called}"


def _after(before: PersonId | None, name_of: NameOf) -> str:
    return f" after {name_of(before)}" if before else ""


def _because(reason: str) -> str:
    return f" ({reason})" if reason else ""


def looks(fact: ends.WatchEnded) -> str:
    """What the looks during a watch showed; empty where there were none."""
    if not fact.looks:
        return ""
    count = "1 look" if fact.looks == 1 else f"{fact.looks} looks"
    if fact.fine == fact.looks:
        return f"{count}, all fine" if fact.looks > 1 else f"{count}, fine"
    return f"{count}, {fact.fine or 'none'} of them fine" if fact.looks > 1 else f"{count}, not fine"


def duration(span: timedelta) -> str:
    """The largest unit that helps: "45 s", "23 min", "2 h 5 min", "3 d"."""
    seconds = max(int(span.total_seconds()), 0)
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds} s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if not hours:
        return f"{minutes} min"
    if days > 1:
        return f"{days} d"
    return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
