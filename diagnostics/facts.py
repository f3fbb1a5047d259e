"""The figures of findings under the names by which judgements ask for them; what is missing is unknown."""

from collections.abc import Iterable
from dataclasses import dataclass

from incidents.evidence import Finding, Health


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found on one target."""

    findings: tuple[Finding, ...]

    def finding(self, *codes: str) -> Finding | None:
        """The worst finding of these codes."""
        found = [finding for finding in self.findings if finding.code in codes]
        return min(found, key=lambda finding: finding.health.rank, default=None)

    def ill(self, *codes: str) -> Finding | None:
        """The worst finding of these codes that is a warning or critical."""
        finding = self.finding(*codes)
        return finding if finding and finding.health in {Health.WARN, Health.CRITICAL} else None

    def number(self, code: str, figure: str) -> float:
        """A figure of the code's finding; 0 if it is not known."""
        value = figure_of(self.finding(code), figure)
        return float(value) if isinstance(value, int | float) else 0.0

    def word(self, code: str, figure: str) -> str:
        """A word of the code's finding; empty if it is not known."""
        value = figure_of(self.finding(code), figure)
        return value if isinstance(value, str) else ""


def figure_of(finding: Finding | None, name: str) -> int | float | str | None:
    """The value of a finding's figure, or None."""
    figures = finding.figures if finding else ()
    return next((figure.value for figure in figures if figure.name == name), None)


def worst(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, worst first, otherwise in the order in which they were found."""
    return tuple(sorted(findings, key=lambda finding: finding.health.rank))
