"""What new errors mean, by release. Pure; ages are told to a moment: now, or an incident's onset."""

from collections.abc import Iterator, Sequence

from diagnostics.probes.change import Moment, Strength
from diagnostics.probes.sentry.codes import CODES, Code
from diagnostics.probes.sentry.errors import Issue, Release
from diagnostics.probes.sentry.section import SentrySection
from diagnostics.wording import counted, duration
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

PROBE = "sentry.issues"
LONG = 120  # characters
MINUTE = 60


def judged(
    target: str, section: SentrySection, found: Sequence[Issue], newest: Release | None, moment: Moment
) -> tuple[Finding, ...]:
    """The findings about new errors: those of the newest release first.

    Args:
        target: what was asked.
        section: its settings.
        found: first seen within the window, the most frequent first.
        newest: the newest release, if it is known.
        moment: the time to which ages are told.
    """
    if not found:
        return (_nothing(target, section, newest, moment),)
    of_it = [issue for issue in found if newest and issue.release == newest.version]
    others = [issue for issue in found if issue not in of_it]
    return tuple(_both(target, section, (of_it, others), newest, moment))


def _both(
    target: str,
    section: SentrySection,
    groups: tuple[Sequence[Issue], Sequence[Issue]],
    newest: Release | None,
    moment: Moment,
) -> Iterator[Finding]:
    of_it, others = groups
    if of_it:
        yield _new(target, Code.NEW_IN_RELEASE, Health.WARN, of_it, newest, moment)
    if others:
        often = others[0].events >= section.limits.events_warn
        yield _new(target, Code.NEW_ERRORS, Health.WARN if often else Health.OK, others, newest, moment)


def _nothing(target: str, section: SentrySection, newest: Release | None, moment: Moment) -> Finding:
    within = f"within {duration(section.window * MINUTE)}"
    since = "since a quarter of an hour before it began"
    return Finding(
        code=Code.NOTHING_NEW,
        probe=PROBE,
        target=target,
        health=Health.OK,
        sentence=f"Sentry has seen no new error {since if moment.onset else within}.",
        figures=_release(newest, moment),
    )


def _new(
    target: str,
    code: Code,
    health: Health,
    found: Sequence[Issue],
    newest: Release | None,
    moment: Moment,
) -> Finding:
    described = next(each for each in CODES if each.code == code)
    first = found[0]
    return Finding(
        code=code,
        probe=PROBE,
        target=target,
        health=health,
        sentence=_sentence(code, found, moment),
        figures=(
            Figure("errors", len(found)),
            Figure("events", first.events),
            Figure("users", first.users),
            Figure("error", quoted(first.title, LONG)),
            Figure("culprit", quoted(first.culprit, LONG) or None),
            Figure("release", first.release),
            Figure("minutes since first seen", moment.minutes(first.first), "min"),
            Figure("strength", Strength.STRONG if code is Code.NEW_IN_RELEASE else None),
            *_release(newest, moment),
        ),
        meaning=described.meaning,
        next_step=described.next_step,
        table=(
            ("error", "title", "culprit", "events", "users", "first seen", "release"),
            *(_row(issue) for issue in found),
        ),
    )


def _sentence(code: Code, found: Sequence[Issue], moment: Moment) -> str:
    first = found[0]
    where = f" in {quoted(first.culprit, 80)}" if first.culprit else ""
    release = f"release {quoted(first.release, 60)}" if first.release else "an unknown release"
    newest = ", the newest" if code is Code.NEW_IN_RELEASE else ""
    lead = ": " if len(found) == 1 else ", the most frequent "
    return (
        f"{counted(len(found), 'new error')}{lead}{quoted(first.title, LONG)}{where}, "
        f"{counted(first.events, 'event')}, first seen {moment.told(first.first)} in {release}{newest}."
    )


def _row(issue: Issue) -> tuple[str, ...]:
    return (
        issue.name,
        quoted(issue.title, LONG),
        quoted(issue.culprit, LONG),
        str(issue.events),
        str(issue.users),
        f"{issue.first:%H:%M} UTC",
        issue.release or "?",
    )


def _release(newest: Release | None, moment: Moment) -> tuple[Figure, ...]:
    return (
        Figure("newest release", newest.version if newest else None),
        Figure("minutes since release", moment.minutes(newest.at) if newest else None, "min"),
    )
