"""`tocsin diagnose`: look at a service from the shell, keep what was seen, and judge it again later."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC
from pathlib import Path

from app import config, examining, secrecy
from app.clock import now
from app.settings import Places
from diagnostics.examine import Examiner
from diagnostics.redaction import Redactor
from diagnostics.snapshot import load, save
from diagnostics.verdict import judge
from diagnostics.wording import counted
from incidents import when
from incidents.catalogue import Catalogue
from incidents.evidence import Cause, Confidence, Examination, Finding, Health

_SURE = {
    Confidence.HIGH: "we are sure of it",
    Confidence.MEDIUM: "this is likely",
    Confidence.LOW: "this is a guess",
}


async def look(places: Places, asked: str, *, file: Path | None, began: str = "") -> str:
    """Look at what is asked for, with neither Slack nor our own database; the verdict as text.

    Args:
        places: where the operator's files are.
        asked: a service, or a service and one of its parts.
        file: where what was seen is kept, to be judged again.
        began: when the trouble did, as a person writes it (UTC); deploys and new errors are told to then.

    Raises:
        Misconfigured, Refused: what is wrong, and what to do.
        InvalidText: that is no time.
    """
    onset = when.read(began, now(), UTC) if began else None
    rules = examining.rules(places.tocsin_config)
    catalogue, probes = config.services(places.tocsin_config)
    path = places.tocsin_config / "services.toml"
    targets = examining.targets(probes, file=path, environ=os.environ)
    own = [value for name in secrecy.OWN if (value := os.environ.get(name))]
    theirs = secrecy.of_file(places.tocsin_config, os.environ)  # those for changing too, which may be unset
    async with Examiner(
        targets,
        clock=now,
        redactor=Redactor(secrecy.known([*own, *theirs], targets, {})),
        rules=rules,
        upstream=examining.upstream(catalogue),
    ) as examiner:
        service = _named(catalogue, asked)
        collected = await examiner.collect("all" if service else asked, service, onset)
    if file:
        save(file, collected)
    return drawn(judge(collected, rules))


def _named(catalogue: Catalogue, asked: str) -> str | None:
    """The key of the service that goes by exactly that key, name or alias."""
    plain = asked.casefold()
    return next(
        (
            each.key
            for each in catalogue
            if plain in {w.casefold() for w in (each.key, each.name, *each.aliases)}
        ),
        None,
    )


def again(places: Places, file: Path) -> str:
    """What was kept, judged by the patterns as they are now; the verdict as text.

    Raises:
        Misconfigured: a pattern is wrong, or the file is no snapshot.
    """
    return drawn(judge(load(file), examining.rules(places.tocsin_config)))


def drawn(seen: Examination) -> str:
    """The verdict for a terminal: the cause first, then what it rests on, then what to do."""
    return "\n".join(_lines(seen))


def _lines(seen: Examination) -> Iterator[str]:
    yield f"{seen.health.value.upper()}  {seen.target}, {seen.started_at:%Y-%m-%d %H:%M:%S} UTC"
    yield seen.sentence
    for number, cause in enumerate(seen.causes):
        yield from _cause(cause, first=number == 0)
    yield from _list("Not ruled out", seen.untested)
    yield from _list("Could not be seen", seen.unseen)
    ill = [finding for finding in seen.findings if finding.health is not Health.OK]
    yield from _list("Findings", [_finding(finding) for finding in ill])
    if not (ill and seen.causes):
        yield from _list("Looked at", seen.looked)
    if seen.next_step:
        yield f"Next: {seen.next_step}"


def _cause(cause: Cause, *, first: bool) -> Iterator[str]:
    if not first:
        yield f"Also considered: {cause.sentence}"
    checked = f"{cause.score / 100:.2f}, {cause.checked} of {counted(cause.signs, 'sign')} checked"
    yield f"  {cause.code}: {_SURE[cause.confidence]} ({checked})"
    said = cause.sentence.casefold()
    yield from _list("  Because", [held for held in cause.held if held.casefold() not in said])
    yield from _list("  Against it", cause.against)
    yield from _list("  It explains", cause.symptoms)
    yield from _list("  Not checked", cause.missing)
    if cause.next_probe:
        yield f"  To know more: {cause.next_probe.replace('/diagnose ', 'tocsin diagnose ')}"
    if cause.runbook:
        yield f"  Runbook: {_runbook(cause.runbook)}"


def _runbook(place: str) -> str:
    """Its address where the pattern says one, or else the file that comes with Tocsin."""
    return place if place.startswith(("https://", "http://")) else f"config/runbooks/{place}"


def _finding(finding: Finding) -> str:
    return f"{finding.code} {finding.health.value} {finding.target}: {finding.sentence}"


def _list(title: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        margin = title[: len(title) - len(title.lstrip())]
        yield f"{title}:"
        yield from (f"{margin}  - {item}" for item in items)
