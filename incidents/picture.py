"""Which findings get a picture under a verdict, and what each picture shows besides the measurements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from incidents.charts import Chart, Moment
from incidents.evidence import Examination, Finding, Health
from incidents.model import Incident

MOST = 2  # pictures under one verdict; more would be leafed through rather than read
_ILL = frozenset({Health.WARN, Health.CRITICAL})


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture that is to be drawn.

    Attributes:
        target: what was looked at, such as "payments db".
        title: the finding's sentence.
        moments: those that fall into the chart's time, oldest first.
    """

    target: str
    title: str
    chart: Chart
    moments: tuple[Moment, ...] = ()


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
    moments = (*_onset(incident), *(moment for each in seen.findings for moment in each.moments))
    return tuple(
        Picture(finding.target, finding.sentence, chart, _within(chart, moments))
        for finding, chart in list(chosen.values())[:MOST]
    )


def _onset(incident: Incident | None) -> tuple[Moment, ...]:
    if incident is None:
        return ()
    if incident.began_at:
        return (Moment("it began", incident.began_at.timestamp()),)
    return (Moment("declared", incident.declared_at.timestamp()),)


def _within(chart: Chart, moments: tuple[Moment, ...]) -> tuple[Moment, ...]:
    """Each once, oldest first."""
    inside = {moment for moment in moments if chart.begin <= moment.at <= chart.end}
    return tuple(sorted(inside, key=lambda moment: moment.at))
