"""Which findings get a picture: of what is wrong, with enough of a course, each measure once, two at most."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from incidents.charts import Chart, Level, Mark, Series
from incidents.evidence import Examination, Finding, Health
from incidents.picture import pictures
from tests.incidents.story import declared

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def chart(points: int = 30, measure: str = "memory", value: float = 1.0) -> Chart:
    begin = NOON.timestamp() - 60 * (points - 1)
    series = Series("app", tuple((begin + 60 * n, value * n) for n in range(points)))
    return Chart(measure, "bytes", (series,), (Level("limit", 50.0),))


def finding(health: Health = Health.WARN, drawn: Chart | None = None, sentence: str = "It grows.") -> Finding:
    return Finding("DK301", "docker.trend", "payments app", health, sentence, chart=drawn)


def seen(*findings: Finding) -> Examination:
    return Examination("payments", NOON, Health.WARN, "It grows.", findings)


def test_a_finding_that_is_ill_and_was_measured_gets_a_picture() -> None:
    (picture,) = pictures(seen(finding(drawn=chart()), finding()))
    assert (picture.target, picture.title) == ("payments app", "It grows.")
    assert picture.chart == chart()
    assert picture.marks == ()


@pytest.mark.parametrize("health", [Health.OK, Health.UNKNOWN])
def test_what_is_well_or_unknown_gets_none(health: Health) -> None:
    assert pictures(seen(finding(health, chart()))) == ()


@pytest.mark.parametrize("nothing", [chart(7), chart(value=0.0), Chart("memory", "bytes", ())])
def test_too_few_points_or_nothing_at_all_get_none(nothing: Chart) -> None:
    assert not nothing.telling
    assert pictures(seen(finding(drawn=nothing))) == ()


def test_the_worst_comes_first_each_measure_once_and_two_are_enough() -> None:
    shown = pictures(
        seen(
            finding(drawn=chart(measure="errors"), sentence="Errors."),
            finding(drawn=chart(measure="latency"), sentence="Slow."),
            finding(Health.CRITICAL, chart(), sentence="Leak."),
            finding(Health.CRITICAL, chart(), sentence="Leak again."),
        )
    )
    assert [picture.title for picture in shown] == ["Leak.", "Errors."]


def test_moments_of_all_that_was_looked_at_are_marked_within_the_time_shown() -> None:
    at = NOON.timestamp()
    deployed = replace(
        finding(Health.OK),
        target="payments deploys",
        marks=(Mark("deploy b", at - 600), Mark("deploy a", at - 7200), Mark("deploy c", at + 60)),
    )
    incident = replace(declared().incident, declared_at=NOON - timedelta(minutes=5))
    (picture,) = pictures(seen(deployed, finding(drawn=chart())), incident)
    assert picture.marks == (Mark("deploy b", at - 600), Mark("declared", at - 300))


def test_when_it_began_is_marked_rather_than_when_it_was_declared() -> None:
    incident = replace(declared().incident, declared_at=NOON, began_at=NOON - timedelta(minutes=20))
    (picture,) = pictures(seen(finding(drawn=chart())), incident)
    assert picture.marks == (Mark("it began", NOON.timestamp() - 1200),)
