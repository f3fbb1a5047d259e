"""Looks at one configured target, and holds its findings against what its family says of itself."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from diagnostics.confidential import secrets
from diagnostics.examine import Examiner
from diagnostics.probe import Patient, Target
from diagnostics.redaction import Redactor
from diagnostics.registry import family
from diagnostics.targets import read_targets
from incidents.evidence import Examination, Finding

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


def ago(**span: float) -> str:
    """A time before now, as interfaces write it."""
    return (NOW - timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")


async def looked_at(
    section: Mapping[str, object], *then: Callable[[], None], onset: datetime | None = None
) -> Examination:
    """The last complete examination of one target of the service payments; `then` happens before each more.

    With an onset it is asked for in an incident that began then.

    Every finding is checked to carry only codes and figures that its family describes.
    """
    targets = tuple(at_now(target) for target in read_targets("payments", [section], environ={}))
    passed = [0.0]
    async with Examiner(
        {"payments": targets},
        clock=lambda: NOW,
        redactor=Redactor(secrets(targets)),
        monotonic=lambda: passed[0],
        patience=30,
    ) as examiner:
        for happens in (lambda: None, *then):
            happens()
            name = str(section["name"])
            seen = [each async for each in examiner.examine(name, "payments", onset=onset)]
            passed[0] += 100  # the next look shares no run
    for finding in seen[-1].findings:
        described(str(section["kind"]), finding)
    return seen[-1]


def at_now(target: Target) -> Target:
    """The target, for whose patient it is always now."""
    made: Callable[..., Patient] = target.family.patient
    at_now = functools.partial(made, clock=lambda: NOW)
    return replace(target, family=replace(target.family, patient=at_now))


def described(kind: str, finding: Finding) -> None:
    """Assert that rules and people can look the finding up."""
    found = family(kind)
    assert found is not None
    if finding.code.startswith("XX"):
        return
    codes = {each.code.value: each for each in found.codes}
    entry = codes[finding.code]
    for figure in finding.figures:
        assert figure.name in entry.figures, f"{finding.code} does not describe {figure.name!r}"
        assert figure.value is None or entry.figures[figure.name] == (
            "word" if isinstance(figure.value, str) else figure.unit
        ), f"{finding.code}: {figure}"


def codes(examination: Examination) -> dict[str, str]:
    """The health of each code that was found."""
    return {finding.code: finding.health.value for finding in reversed(examination.findings)}


def one(examination: Examination, code: str) -> Finding:
    """The one finding of a code."""
    (finding,) = (finding for finding in examination.findings if finding.code == code)
    return finding


def figures(finding: Finding) -> dict[str, object]:
    """Its figures by name."""
    return {figure.name: figure.value for figure in finding.figures}
