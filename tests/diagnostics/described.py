"""Holds what is seen against what a family says that it can see."""

from collections.abc import Iterable

from diagnostics.code import WORD, Described, Watched
from incidents.evidence import Examination, Finding

OURS = frozenset(Watched)  # of the watch over all probes, not of any family


def assert_described(findings: Iterable[Finding], codes: Iterable[Described]) -> None:
    """Every finding has a described code and carries described figures only, each in its unit."""
    known = {str(described.code): described for described in codes}
    for finding in findings:
        if finding.code in OURS:
            continue
        figures = known[finding.code].figures
        assert {figure.name for figure in finding.figures} <= set(figures), finding
        for figure in finding.figures:
            word = figures[figure.name] == WORD
            assert figure.value is None or isinstance(figure.value, str) is word, figure
            assert figure.unit == ("" if word else figures[figure.name]), figure


def codes(examination: Examination) -> set[str]:
    """The codes of everything that was found."""
    return {finding.code for finding in examination.findings}


def coded(examination: Examination, code: str) -> Finding:
    """The one finding of that code."""
    (finding,) = (finding for finding in examination.findings if finding.code == code)
    return finding
