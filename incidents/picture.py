"""Which findings get a picture under a verdict, and what each picture shows besides the measurements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from incidents.charts import Chart, Mark
from incidents.evidence import Examination, Finding, Health
from incidents.model import Incident

MARKS = 3  # besides the onset
MOST = 2  # pictures under one verdict; more would be leafed through rather than read
_ILL = frozenset({Health.WARN, Health.CRITICAL})


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture that is to be drawn.

    Attributes:
        target: what was looked at, such as "payments db".
        title: the finding's sentence.
        marks: those that fall into the chart's time, oldest first.
    """

    target: str
    title: str
    chart: Chart
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Painted:
    """A picture as a PNG image; `alt` says its figures to those who cannot see it."""

    title: str
    alt: str
    png: bytes


class Painter(Protocol):
    """Draws pictures."""

    async def paint(self, pictures: Sequence[Picture]) -> Sequence[Painted]:
        """The pictures as images.

        Raises:
            Unavailable: they could not be drawn.
        """


def pictures(seen: Examination, incident: Incident | None = None) -> tuple[Picture, ...]:
    """The pictures that say more than words, of the worst findings first; none of what is well.

    One finding of each measure is enough: others would show the same picture under another title.
    """
    chosen: dict[tuple[str, str], tuple[Finding, Chart]] = {}
    for finding in sorted(seen.findings, key=lambda each: each.health.rank):
        chart = finding.chart
        if chart and chart.telling and finding.health in _ILL:
            chosen.setdefault((finding.target, chart.measure), (finding, chart))
    marks = tuple(mark for each in seen.findings for mark in each.marks)
    return tuple(
        Picture(finding.target, finding.sentence, chart, _marks(chart, _onset(incident), marks))
        for finding, chart in list(chosen.values())[:MOST]
    )


def _onset(incident: Incident | None) -> tuple[Mark, ...]:
    if incident is None:
        return ()
    if incident.began_at:
        return (Mark("it began", incident.began_at.timestamp()),)
    return (Mark("declared", incident.declared_at.timestamp()),)


def _marks(chart: Chart, onset: tuple[Mark, ...], others: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Those within the chart's time, each once, oldest first; of many, the onset and the newest."""

    def inside(marks: tuple[Mark, ...]) -> list[Mark]:
        within = {mark for mark in marks if chart.begin <= mark.at <= chart.end}
        return sorted(within, key=lambda mark: mark.at)

    return tuple(sorted([*inside(onset), *inside(others)[-MARKS:]], key=lambda mark: mark.at))
