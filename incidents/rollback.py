"""Roll back or fix forward: the questions to ask before, and what follows from the answers, with reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from incidents.evidence import Finding
from incidents.mitigation_facts import FixAdvised
from incidents.model import Incident
from incidents.moment import Moment, still_open
from incidents.policy import Policy
from incidents.values import Fix
from incidents.work import Decision

_SEVERE = 2  # the policy's first two severities
_LATELY = frozenset({"minutes since deploy", "minutes since rollout"})  # figures of findings about changes
_JUST, _HOUR = 10, 60  # minutes


class Deployed(StrEnum):
    """When the last deploy was, before it began."""

    JUST_BEFORE = "less than 10 min before it began"
    BEFORE = "10 to 60 min before it began"
    LONG_BEFORE = "longer before, or after it began"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class LastChange:
    """The last deploy as probes see it; `words` are empty where none does."""

    deployed: Deployed = Deployed.UNKNOWN
    words: str = ""


class Cause(StrEnum):
    """What is known of the cause."""

    SMALL = "known, and mended in less than 20 lines"
    LARGE = "known, but the change is larger"
    UNCLEAR = "not clear yet"


class Duration(StrEnum):
    """How long a fix takes until it is deployed."""

    SHORT = "up to 30 min"
    LONG = "over 30 min"
    UNCLEAR = "nobody can say"


class Harm(StrEnum):
    """What a rollback would do."""

    NONE = "nothing: migrations are backward-compatible"
    MORE = "more harm than the fault: data, or migrations"
    UNKNOWN = "not known"


class Size(StrEnum):
    """How much the deploy brought."""

    FEW = "few changes"
    MANY = "many changes"


@dataclass(frozen=True, slots=True)
class Answers:
    """What people answered."""

    deployed: Deployed
    cause: Cause
    duration: Duration
    harm: Harm
    size: Size


def last_change(findings: Iterable[Finding]) -> LastChange:
    """The last deploy or rollout among what was found, told to when the incident began."""
    for finding in findings:
        figures = {figure.name: figure.value for figure in finding.figures}
        ages = [figures[name] for name in _LATELY & figures.keys()]
        if figures.get("came") == "after":
            return LastChange(Deployed.LONG_BEFORE, finding.sentence)
        if ages and isinstance(ages[0], int | float):
            return LastChange(_when(ages[0]), finding.sentence)
    return LastChange()


def _when(minutes: float) -> Deployed:
    if minutes < _JUST:
        return Deployed.JUST_BEFORE
    return Deployed.BEFORE if minutes <= _HOUR else Deployed.LONG_BEFORE


def advise(incident: Incident, now: Moment, answers: Answers) -> Decision:
    """Propose one of the two with its reasons, or say what has to be found out first; people decide."""
    still_open(incident)
    back, forward = tuple(_back(incident, now.policy, answers)), tuple(_forward(answers))
    fix = _weighed(answers, len(back), len(forward))
    match fix:
        case Fix.ROLLBACK:
            fact = FixAdvised(fix, back, forward)
        case Fix.FORWARD:
            fact = FixAdvised(fix, forward, back)
        case None:
            fact = FixAdvised(None, tuple(_open(answers)))
        case _:
            assert_never(fix)
    return now.decide(incident, [fact], [now.tell(fact)])


def _weighed(answers: Answers, back: int, forward: int) -> Fix | None:
    """What cannot be rolled back safely, or was not deployed, is fixed forward; else the reasons count.

    Where nothing is known of a deploy, there may be nothing to roll back.
    """
    if answers.harm is Harm.MORE or answers.deployed is Deployed.LONG_BEFORE:
        return Fix.FORWARD
    if (answers.deployed, answers.harm, answers.size) == (Deployed.UNKNOWN, Harm.UNKNOWN, Size.FEW):
        mended = answers.cause is Cause.SMALL or answers.duration is Duration.SHORT
        return Fix.FORWARD if mended else None
    return Fix.ROLLBACK if back >= forward else Fix.FORWARD


def _open(answers: Answers) -> Iterator[str]:
    """What would tell."""
    yield "when the last deploy was, and whether it came before it began"
    yield "whether a rollback would do harm"
    if answers.cause is Cause.UNCLEAR:
        yield "what the cause is"
    if answers.duration is Duration.UNCLEAR:
        yield "how long a fix would take"


def _back(incident: Incident, policy: Policy, answers: Answers) -> Iterator[str]:
    if answers.deployed is Deployed.JUST_BEFORE:
        yield "a deploy less than 10 min before it began is likely to have brought it"
    elif answers.deployed is Deployed.BEFORE:
        yield "a deploy within the hour before it began may have brought it"
    if answers.cause is Cause.UNCLEAR:
        yield "the cause is not clear, and a rollback works without knowing it"
    if answers.duration is not Duration.SHORT:
        yield "a fix takes over 30 min, or nobody can say how long"
    if incident.severity in {severity.name for severity in policy.severities[:_SEVERE]}:
        yield f"{incident.severity} asks for the fastest way back"
    if answers.size is Size.MANY:
        yield "the deploy brought many changes, any of which may be to blame"
    if answers.harm is Harm.NONE:
        yield "migrations are backward-compatible, so a rollback is safe"


def _forward(answers: Answers) -> Iterator[str]:
    if answers.harm is Harm.MORE:
        yield "a rollback would do more harm than the fault"
    elif answers.harm is Harm.UNKNOWN:
        yield "nobody knows yet whether a rollback is safe"
    if answers.deployed is Deployed.LONG_BEFORE:
        yield "no deploy came shortly before it, so a rollback would not help"
    if answers.cause is Cause.SMALL:
        yield "the cause is known and small"
    if answers.duration is Duration.SHORT:
        yield "a fix can be deployed within 30 min"
