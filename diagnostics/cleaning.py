"""What a probe brought, freed of secrets: at once where it is little, in a thread where it is much."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from diagnostics.probe import Outcome
from diagnostics.redaction import Redaction, redacted, redacted_finding
from incidents.evidence import Finding

LITTLE = 20_000  # characters that are freed in some milliseconds, about as long as a thread takes to begin


@dataclass(frozen=True, slots=True)
class Clean:
    """What can be shown of an outcome, and how many secrets were taken out of it."""

    findings: tuple[Finding, ...]
    unseen: str
    masked: int


async def cleaned(redaction: Redaction, outcome: Outcome) -> Clean:
    """The outcome without secrets; while much of it is freed, other work goes on."""
    if sum(map(len, _texts(outcome))) <= LITTLE:
        return _cleaned(redaction, outcome)
    return await asyncio.to_thread(_cleaned, redaction, outcome)


def _cleaned(redaction: Redaction, outcome: Outcome) -> Clean:
    found = [redacted_finding(redaction, finding) for finding in outcome.findings]
    unseen = redacted(redaction, outcome.unseen)
    masked = sum(masked for _, masked in found) + unseen.masked
    return Clean(tuple(finding for finding, _ in found), unseen.text if outcome.unseen else "", masked)


def _texts(outcome: Outcome) -> Iterator[str]:
    yield outcome.unseen
    for finding in outcome.findings:
        yield from (finding.sentence, finding.meaning, finding.next_step)
        yield from (figure.value for figure in finding.figures if isinstance(figure.value, str))
        for row in finding.table:
            yield from row
