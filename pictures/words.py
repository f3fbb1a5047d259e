"""Values, times and titles as a picture and its alternative text say them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from incidents.charts import Chart, Level, Series
from incidents.picture import Picture

ALT = 1000  # characters that Slack takes of an alternative text
TITLE = 150
HUNDRED = 100
TEN = 10
DAY = 86_400.0
KIB = 1024


def value(number: float, unit: str) -> str:
    """A value by its unit: "1.4 GB" (of 1,024), "2.5 %", "120 ms", "1,200"."""
    match unit:
        case "bytes":
            return _bytes(number)
        case "%":
            return f"{_digits(number)} %"
        case "s":
            return f"{_digits(number * 1000)} ms" if number < 1 else f"{_digits(number)} s"
        case _:
            return _digits(number)


def _digits(number: float) -> str:
    """Two or three digits that count."""
    if number == int(number) or number >= HUNDRED:
        return f"{number:,.0f}"
    return f"{number:.1f}".removesuffix(".0") if number >= TEN else f"{number:.2g}"


def _bytes(number: float) -> str:
    if not number:
        return "0"
    for unit in ("bytes", "kB", "MB", "GB"):
        if number < KIB:
            return f"{_digits(number)} {unit}"
        number /= KIB
    return f"{_digits(number)} TB"


def clock(at: float, zone: tzinfo, *, span: float = 0.0) -> str:
    """A time of day; with the day where the span in seconds is longer than one."""
    form = "%d %b %H:%M" if span > DAY else "%H:%M"
    return f"{datetime.fromtimestamp(at, zone):{form}}"


def zone_name(chart: Chart, zone: tzinfo) -> str:
    """The time zone as people call it at the chart's end, such as "CET" or "UTC-03"."""
    name = datetime.fromtimestamp(chart.end, zone).tzname() or str(zone)
    return f"UTC{name}" if name[:1] in {"+", "-"} else name


def title(picture: Picture) -> str:
    """The finding's sentence, shortened."""
    line = " ".join(f"{picture.target}: {picture.title}".split())
    return line if len(line) <= TITLE else f"{line[: TITLE - 1].rstrip()}…"


def level(chart: Chart, line: Level, zone: tzinfo) -> str:
    """A limit with its value, and when it will be reached."""
    said = f"{line.name}: {value(line.value, chart.unit)}"
    if chart.reaches is None or line is not chart.levels[0]:
        return said
    span = chart.reaches - chart.begin
    return f"{said}, reached at {clock(chart.reaches, zone, span=span)} if it goes on"


def alternative(picture: Picture, zone: tzinfo) -> str:
    """What the picture shows, in sentences with its figures."""
    said = " ".join(_alternative(picture, zone))
    return said if len(said) <= ALT else f"{said[: ALT - 1]}…"


def _alternative(picture: Picture, zone: tzinfo) -> Iterator[str]:
    chart = picture.chart
    span = chart.end - chart.begin
    begin, end = (clock(at, zone, span=span) for at in (chart.begin, chart.end))
    yield f"{title(picture)}"
    measure = chart.measure[:1].upper() + chart.measure[1:]
    yield f"{measure} from {begin} to {end} {zone_name(chart, zone)}."
    for series in chart.series:
        if series.points:
            yield _course(series, chart, zone, span)
    for line in chart.levels:
        yield f"{level(chart, line, zone)}."
    for mark in picture.marks:
        yield f"{mark.name}: {clock(mark.at, zone, span=span)}."


def _course(series: Series, chart: Chart, zone: tzinfo, span: float) -> str:
    first, last = series.points[0][1], series.points[-1][1]
    at, most = max(series.points, key=lambda point: point[1])
    said = f"{series.name}: {value(first, chart.unit)} at first, {value(last, chart.unit)} at last"
    return f"{said}, at most {value(most, chart.unit)} at {clock(at, zone, span=span)}."
