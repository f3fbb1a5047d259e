"""All verbs, by every word that calls them."""

from __future__ import annotations

import difflib

from handlers.verbs import (
    checklists,
    checks,
    clues,
    command,
    declaring,
    ending,
    mitigate,
    people,
    progress,
    reading,
    times,
)
from handlers.verbs.verb import FreeVerb, Takes, Verb

VERBS = (
    Verb("ack", "I'm on it", people.acknowledge, Takes.NOTHING),
    Verb("role", "Assign a role", people.role, Takes.AN_ARGUMENT, people.is_role, names_people=True),
    Verb("handover", "Hand over", command.hand_over, certain=command.is_handover, names_people=True),
    Verb("expert", "Bring in an expert", command.expert, certain=command.names_somebody, names_people=True),
    Verb("time", "Correct a time", times.time, certain=times.is_time),
    Verb("began", "Say when it began", times.began, certain=times.is_beginning),
    Verb("detected", "Say who saw it", clues.detected, certain=clues.is_detected),
    Verb("suspect", "Name the suspect", clues.suspect),
    Verb("roles", "See the roles", people.roles, Takes.NOTHING),
    Verb("update", "Post update", progress.update, calls_people=True),
    Verb("nothing-new", "Nothing new", progress.nothing_new, Takes.NOTHING),
    Verb("snooze", "Snooze", progress.snooze, Takes.NOTHING),
    Verb("severity", "Change severity", progress.severity, Takes.AN_ARGUMENT, progress.is_severity),
    Verb("service", "Name the service", progress.service, Takes.AN_ARGUMENT, progress.is_service),
    Verb("note", "Add a note", progress.note, calls_people=True),
    Verb("mitigate", "Mitigate", mitigate.mitigate, certain=mitigate.is_mitigation),
    Verb("rollback-or-fix", "Rollback or fix", mitigate.rollback_or_fix, Takes.NOTHING),
    Verb("checklist", "See the checklists", checklists.checklist, Takes.AN_ARGUMENT, checklists.is_checklist),
    Verb("tick", "Tick a step", checklists.tick, Takes.AN_ARGUMENT, checklists.is_step),
    Verb("untick", "Untick a step", checklists.untick, Takes.AN_ARGUMENT, checklists.is_step),
    Verb("restored", "Service restored", ending.restored, Takes.NOTHING, ending.is_fix),
    Verb("relapse", "It failed again", ending.relapse, calls_people=True),
    Verb("resolve", "Resolve", ending.resolve, calls_people=True),
    Verb("reopen", "Reopen", ending.reopen, calls_people=True),
    Verb("false-alarm", "False alarm", ending.false_alarm, calls_people=True),
    Verb("status", "See the status", reading.status, Takes.NOTHING),
    Verb("timeline", "See the timeline", reading.timeline, Takes.NOTHING),
    Verb("report", "Write the draft", reading.report, Takes.NOTHING),
)
FREE = (
    FreeVerb("declare", "Declare", declaring.declare, Takes.WORDS),
    FreeVerb("list", "List incidents", reading.listed),
    FreeVerb("checks", "List the checks", checks.checked, Takes.WORDS),
    FreeVerb("help", "Help", reading.helped),
)
_OTHER_WORDS = {
    "acknowledge": "ack",
    "assign": "role",
    "hand-over": "handover",
    "hand_over": "handover",
    "times": "time",
    "started": "began",
    "detection": "detected",
    "suspected": "suspect",
    "first-suspect": "suspect",
    "nothing_new": "nothing-new",
    "nothingnew": "nothing-new",
    "failed-again": "relapse",
    "resolved": "resolve",
    "false_alarm": "false-alarm",
    "falsealarm": "false-alarm",
    "mitigation": "mitigate",
    "mitigations": "mitigate",
    "rollback-or-forward": "rollback-or-fix",
    "fix-or-rollback": "rollback-or-fix",
    "checklists": "checklist",
    "steps": "checklist",
    "draft": "report",
    "postmortem": "report",
    "post-mortem": "report",
    "open": "list",
    "?": "help",
    "start": "declare",
}
_NEAR = 0.8
_TITLES = frozenset(
    {"check", "deleted", "export", "timer", "timers", "timed", "handler", "ticket", "tickets", "ticks"}
    | {"migrate", "migrated", "migrating", "migration", "migrations"}
)
"""Words that begin titles, however near they are to a verb."""
_BY_NAME: dict[str, Verb | FreeVerb] = {verb.name: verb for verb in (*VERBS, *FREE)}


def verb(word: str) -> Verb | FreeVerb | None:
    """The verb that a word calls."""
    plain = word.casefold()
    return _BY_NAME.get(_OTHER_WORDS.get(plain, plain))


def _swapped(word: str) -> str:
    """The verb of which two letters changed places, such as `hepl`."""
    return next((name for name in _BY_NAME if name != word and sorted(name) == sorted(word)), "")


def near(word: str, *, alone: bool = False) -> str:
    """The verb that a word was probably meant to be; empty if none is near.

    A short word that begins a longer line is too likely a title's; `alone` says that nothing follows it.
    """
    plain = word.casefold()
    if swapped := _swapped(plain):
        return swapped
    found = difflib.get_close_matches(plain, _BY_NAME, n=1, cutoff=_NEAR)
    likely = alone or (len(word) > len("role") and plain not in _TITLES)
    return found[0] if found and likely else ""
