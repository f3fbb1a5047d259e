"""What is kept on the timeline of an examination: the sentences of its findings, worst first."""

from __future__ import annotations

from incidents.evidence import Examination

_KEPT = 30


def kept(seen: Examination) -> tuple[str, ...]:
    """A line for each finding; of very many only the worst."""
    worst = sorted(seen.findings, key=lambda finding: finding.health.rank)[:_KEPT]
    return tuple(f"{finding.code} {finding.health.value}: {finding.sentence}" for finding in worst)
