"""What is different from the look before: what has come, what has gone, and which figures have moved."""

from collections.abc import Iterator, Sequence

from diagnostics.look import Look
from diagnostics.wording import capital, with_unit
from incidents.evidence import Finding, Health
from incidents.looked import Looked
from incidents.quoting import cut

MOST = 6  # changes that are said
ILL = frozenset({Health.WARN, Health.CRITICAL})


def changes(pairs: Sequence[tuple[Look, Looked]]) -> tuple[str, ...]:
    """Sentences about what has changed, the worst of each target first; none while one is still looked at.

    Args:
        pairs: each target with the look before at it.
    """
    if any(look.progress.done_at is None for look, _ in pairs):
        return ()
    said = (look.prefix + sentence for look, before in pairs for sentence in _changes(look, before))
    return tuple(said)[:MOST]


def _changes(look: Look, before: Looked) -> Iterator[str]:
    now, then = _by_code(look.progress.findings), _by_code(before.findings)
    for code, finding in now.items():
        if finding.health in ILL and not _ill(then.get(code)):
            yield f"New: {cut(finding.sentence, 200)}"
        elif finding.health is Health.UNKNOWN and _ill(then.get(code)):
            yield f"Not known any more: {cut(finding.sentence, 200)}"
        elif finding.health in ILL or _ill(then.get(code)):
            yield from _moved(then[code], finding)
    for code, finding in then.items():
        if finding.health in ILL and code not in now and not look.progress.unseen:
            yield f"Gone: {cut(finding.sentence, 200)}"


def _by_code(findings: Sequence[Finding]) -> dict[tuple[str, str], Finding]:
    """The worst of each code and probe."""
    found: dict[tuple[str, str], Finding] = {}
    for finding in sorted(findings, key=lambda each: each.health.rank):
        found.setdefault((finding.code, finding.probe), finding)
    return found


def _ill(finding: Finding | None) -> bool:
    return finding is not None and finding.health in ILL


def _moved(then: Finding, now: Finding) -> Iterator[str]:
    """The first figure that differs, which is the deciding one; or that it is well again."""
    figures = {figure.name: figure for figure in then.figures}
    for figure in now.figures:
        old = figures.get(figure.name)
        if old and _number(old.value) and _number(figure.value) and old.value != figure.value:
            numbers = [with_unit(float(each.value or 0), figure.unit) for each in (old, figure)]
            well = "" if now.health in ILL else ", which is well"
            yield f"{capital(figure.name)}: {numbers[0]} → {numbers[1]}{well}."
            return
    if now.health is Health.OK:
        yield f"Well again: {cut(now.sentence, 200)}"


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
