"""From findings to one sentence: the cause, its deciding figures, how sure it is; or what was looked at."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from diagnostics.causes import Rules, causes
from diagnostics.facts import worst
from diagnostics.look import Collected, Look
from diagnostics.wording import capital, counted, listed
from incidents.evidence import Cause, Examination, Finding, Health

UNEXPLAINED = "No cause is known for this."
NAMED = 3  # unseen things that are named in the sentence


def judge(
    collected: Collected, rules: Rules, *, changes: tuple[str, ...] = (), since: datetime | None = None
) -> Examination:
    """The verdict over all targets that were asked for.

    Args:
        collected: what is known of each.
        rules: what it is judged by.
        changes: what is different from the look before.
        since: when that look began, UTC.
    """
    looks, over = collected.looks, collected.over
    findings = worst(finding for look in looks for finding in look.progress.findings)
    found, untested = ((), ()) if collected.sought else causes(collected, rules)
    looking = tuple(look.prefix + title for look in looks for title in look.progress.looking)
    unseen = tuple(look.prefix + reason for look in looks for reason in look.progress.unseen)
    unseen += tuple(f"{title}: the time for this look ran out" for title in looking) if over else ()
    health = _health(findings, looks, over=over and bool(looking))
    unexplained = bool(rules.patterns) and not (found or collected.sought or (looking and not over))
    return Examination(
        target=collected.target,
        started_at=collected.started_at,
        health=health,
        sentence=(_answer(looks) if collected.sought else "")
        or _sentence(looks, health, findings, found, unseen, unexplained=unexplained),
        findings=findings,
        causes=found,
        looking=() if over else looking,
        unseen=unseen,
        seconds=collected.seconds,
        masked=sum(look.progress.masked for look in looks),
        next_step="" if collected.sought else _next_step(health, findings, found),
        looked=tuple(look.prefix + title for look in looks for title in look.progress.looked),
        untested=untested,
        changes=changes,
        since=since,
        sought=collected.sought,
    )


def _answer(looks: Sequence[Look]) -> str:
    """What was found where a text was looked for; empty while nothing is known."""
    return " ".join(look.prefix + finding.sentence for look in looks for finding in look.progress.findings)


def _health(findings: tuple[Finding, ...], looks: Sequence[Look], *, over: bool) -> Health:
    blind = over or any(look.progress.broken or not look.progress.findings for look in looks)
    worst_found = findings[0].health if findings else Health.UNKNOWN
    return Health.UNKNOWN if blind and worst_found is Health.OK else worst_found


def _sentence(
    looks: Sequence[Look],
    health: Health,
    findings: tuple[Finding, ...],
    found: tuple[Cause, ...],
    unseen: tuple[str, ...],
    *,
    unexplained: bool,
) -> str:
    if found:
        return found[0].sentence
    if health in {Health.CRITICAL, Health.WARN}:
        said = findings[0].sentence if len(looks) == 1 else f"{findings[0].target}: {findings[0].sentence}"
        return f"{said} {UNEXPLAINED}" if unexplained else said
    title = capital(listed(tuple(look.target for look in looks)))
    if not findings:
        return (
            f"{title}: nothing has answered yet." if not unseen else f"{title}: nothing could be looked at."
        )
    if health is Health.UNKNOWN:
        missing = listed(tuple(reason.partition(":")[0] for reason in unseen[:NAMED]))
        named = f": {missing}" if missing else ""
        return f"{title}: nothing wrong was found, but not everything could be looked at{named}."
    return f"{title} {'looks' if len(looks) == 1 else 'look'} healthy: {_well(looks)}"


def _well(looks: Sequence[Look]) -> str:
    said = tuple(sentence for look in looks for sentence in _first_words(look))
    looked = sum(len(look.progress.looked) for look in looks)
    return f"{' '.join(said)} {counted(looked, 'thing was', 'things were')} looked at."


def _first_words(look: Look) -> Iterator[str]:
    shown = 2 if look.alone else 1
    for finding in look.progress.findings[:shown]:
        yield look.prefix + finding.sentence


def _next_step(health: Health, findings: tuple[Finding, ...], found: tuple[Cause, ...]) -> str:
    if found and found[0].next_step:
        return found[0].next_step
    if health is Health.OK:
        return "Look at what depends on it, and at what was deployed last."
    return next((finding.next_step for finding in findings if finding.next_step), "")
