"""Memory over time: a trend needs three samples over ten minutes, and begins anew with the container."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from diagnostics.probes.docker.containers import Container, read
from diagnostics.probes.docker.section import Limits
from diagnostics.probes.docker.trend import Growth, Trend, judged
from incidents.evidence import Finding, Health

BEGAN = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MB = 1024**2
STATE = {"Status": "running", "StartedAt": BEGAN.isoformat(), "FinishedAt": "0001-01-01T00:00:00Z"}
API: Container = read(
    {"Id": "1", "Name": "/api", "Image": "sha256:1", "State": STATE, "HostConfig": {"Memory": 1024 * MB}}
)


def after(*samples: tuple[float, float]) -> Growth | None:
    """The growth after samples, by minutes and megabytes."""
    trend = Trend()
    for minutes, used in samples:
        trend.note(API, BEGAN + timedelta(minutes=minutes), int(used * MB))
    return trend.growth(API)


def said(grows: Growth | None, used: int = 700) -> tuple[Finding, ...]:
    assert grows
    return judged("shop app", Limits(), [(API, used * MB, grows)])


def test_memory_that_grows_towards_its_limit_is_told_with_the_time_left() -> None:
    (finding,) = said(after((0, 600), (5, 625), (10, 650), (20, 700)))
    assert finding.sentence == "api grows by 300 MB an hour and reaches its limit of 1.0 GB in 64 min."
    assert finding.health is Health.CRITICAL
    assert finding.chart
    (series,) = finding.chart.series
    assert [used / MB for _, used in series.points] == [600, 625, 650, 700]
    assert finding.chart.levels[0].value == 1024 * MB
    assert finding.chart.reaches
    assert round((finding.chart.reaches - finding.chart.end) / 60) == 65
    assert not finding.chart.telling


def test_slow_growth_is_a_warning_and_slower_growth_none() -> None:
    (finding,) = said(after((0, 640), (30, 670), (60, 700)))
    assert finding.health is Health.WARN
    assert not said(after((0, 690), (60, 695), (120, 700)))


def test_two_samples_or_less_than_ten_minutes_are_no_trend() -> None:
    assert after((0, 100), (20, 900)) is None
    assert after((0, 100), (4, 500), (8, 900)) is None
    assert after() is None


def test_memory_that_falls_or_stays_is_no_trend() -> None:
    assert not said(after((0, 700), (10, 600), (20, 500)))
    assert not said(after((0, 700), (10, 700), (20, 700)))


def test_a_container_without_a_limit_has_nothing_to_reach() -> None:
    grows = after((0, 600), (10, 650), (20, 700))
    assert grows
    assert judged("shop app", Limits(), [(replace(API, memory_limit=0), 700 * MB, grows)]) == ()


def test_samples_close_together_count_once() -> None:
    assert after((0, 1), (0.1, 2), (0.2, 3), (20, 900)) is None


def test_a_container_that_was_started_again_begins_anew_and_is_told() -> None:
    trend, again = Trend(), replace(API, started_at=BEGAN + timedelta(minutes=15))
    assert trend.restarted([API], BEGAN) == {}
    for minutes, used in ((0, 600), (10, 650)):
        trend.note(API, BEGAN + timedelta(minutes=minutes), used * MB)
    trend.note(again, BEGAN + timedelta(minutes=20), 700 * MB)
    assert trend.growth(again) is None
    assert trend.restarted([again], BEGAN + timedelta(minutes=20)) == {"1": 1200}
    assert trend.restarted([again], BEGAN + timedelta(minutes=21)) == {}
