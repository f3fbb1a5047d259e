"""From measurements to a PNG image, readable on a phone. Only the process that draws loads it."""

from __future__ import annotations

import io
import re
import textwrap
from contextlib import AbstractContextManager
from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from math import nan
from statistics import median
from typing import Literal, TypeAlias

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, DateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, Locator, MaxNLocator, MultipleLocator

from incidents.charts import Chart, Series
from incidents.picture import Picture
from pictures import words

Side: TypeAlias = Literal["left", "right"]

WIDE, HIGH, DPI = 7.2, 4.8, 100  # inches; Slack on a phone shows it at half its size
FONT = "DejaVu Sans"  # it comes with the library
SMALL, NORMAL, LARGE = 13, 14, 15  # points
LINE = 50  # characters of the title
NAME, MARK = 46, 30  # and of a series' and a mark's name
# Okabe and Ito's colours, which people with any kind of colour vision tell apart; the first is the loudest.
COLOURS = ("#D55E00", "#0072B2", "#B9D9EB", "#009E73", "#CC79A7", "#E69F00")
LINES = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00")  # the light one is for areas only
INK, FAINT, LIMIT = "#1D1C1D", "#616061", "#000000"
GAP = 4  # times the usual distance between two measurements
AHEAD = 1.0  # how far to look ahead, in times of what was measured
LETTER = 0.0165  # of the width of the axes, what a letter of a small label takes
ROW = 17  # points from one row of labels to the next
TICKS = 5
MINUTES = 20 * 60.0  # shorter spans show seconds
UNITED = re.compile(r"(?<=\d) (?=(?:%|bytes|kB|MB|GB|TB|ms|s|min|h)(?!\w))")


def draw(picture: Picture, zone: tzinfo) -> bytes:
    """The picture as a PNG image."""
    file = io.BytesIO()
    with styled():
        figure(picture, zone).savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


def styled() -> AbstractContextManager[None]:
    """What comes from systems is text and never a formula."""
    return mpl.rc_context({"text.parse_math": False, "font.family": FONT, "font.size": NORMAL})


def figure(picture: Picture, zone: tzinfo) -> Figure:
    """The picture before it becomes an image."""
    chart = picture.chart
    made = Figure(figsize=(WIDE, HIGH), dpi=DPI, layout="constrained", facecolor="white")
    FigureCanvasAgg(made)
    heading = textwrap.fill(UNITED.sub("\N{NO-BREAK SPACE}", _drawable(words.title(picture))), LINE)
    made.suptitle(heading, x=0.015, ha="left", fontsize=LARGE, fontweight="bold", color=INK, linespacing=1.15)
    axes = made.add_subplot()
    _measurements(axes, chart)
    _ahead(axes, chart)
    _frame(axes, chart, zone)
    _levels(axes, chart, zone)
    _marks(axes, picture)
    if len(chart.series) > 1:
        longest = max(len(series.name) for series in chart.series)
        short = sum(len(series.name) + len("[ ]") for series in chart.series) <= LINE
        columns = len(chart.series) if short else 2 if longest < NAME // 2 else 1
        made.legend(loc="outside lower left", ncols=columns, fontsize=SMALL, frameon=False)
    return made


def _measurements(axes: Axes, chart: Chart) -> None:
    names = [_drawable(_cut(series.name, NAME)) for series in chart.series]
    if not chart.stacked:
        for series, name, colour in zip(chart.series, names, LINES, strict=False):
            times, values = _with_gaps(series)
            axes.plot(times, values, color=colour, linewidth=2.6, label=name)
        return
    columns = [_with_gaps(series) for series in chart.series[: len(COLOURS)]]
    axes.stackplot(
        columns[0][0], *(values for _, values in columns), labels=names, colors=COLOURS, linewidth=0
    )


def _with_gaps(series: Series) -> tuple[list[float], list[float]]:
    """Times and values; where nothing was measured for long, nothing is drawn."""
    usual = median([after - before for (before, _), (after, _) in pairwise(series.points)] or [0.0])
    times, values = [], []
    for place, (at, value) in enumerate(series.points):
        if place and at - series.points[place - 1][0] > GAP * usual:
            times.append(_day((series.points[place - 1][0] + at) / 2))
            values.append(nan)
        times.append(_day(at))
        values.append(value)
    return times, values


def _ahead(axes: Axes, chart: Chart) -> None:
    """Where the first series is going."""
    if chart.reaches is None or not chart.levels or not chart.series[0].points:
        return
    at, value = chart.series[0].points[-1]
    if chart.reaches > at:
        ends = [_day(at), _day(chart.reaches)]
        axes.plot(ends, [value, chart.levels[0].value], color=COLOURS[0], linewidth=2, linestyle=(0, (2, 2)))


def _frame(axes: Axes, chart: Chart, zone: tzinfo) -> None:
    span = chart.end - chart.begin
    last = min(max(chart.reaches or 0, chart.end), chart.end + AHEAD * span)
    axes.set_xlim(_day(chart.begin), _day(last))
    axes.set_ylim(0, 1.16 * max(_most(chart), *(level.value for level in chart.levels), 0))
    locator = AutoDateLocator(tz=zone, minticks=3, maxticks=5)  # type: ignore[no-untyped-call]  # dates have no types
    axes.xaxis.set_major_locator(locator)
    form = "%d %b %H:%M" if last - chart.begin > words.DAY else "%H:%M" if span > MINUTES else "%H:%M:%S"
    axes.xaxis.set_major_formatter(DateFormatter(form, tz=zone))  # type: ignore[no-untyped-call]  # as above
    axes.yaxis.set_major_locator(_ticks(chart, axes.get_ylim()[1]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.value(value, chart.unit)))
    axes.set_xlabel(f"time ({words.zone_name(chart, zone)})", fontsize=SMALL, color=FAINT)
    axes.set_ylabel(_drawable(chart.measure), fontsize=SMALL, color=FAINT)
    axes.tick_params(labelsize=SMALL, colors=FAINT, length=3)
    axes.grid(axis="y", color="#E8E8E8", linewidth=1)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _ticks(chart: Chart, top: float) -> Locator:
    """Round values; of bytes those that are round by 1,024."""
    if chart.unit != "bytes":
        return MaxNLocator(nbins=TICKS, integer=chart.unit == "", steps=[1, 2, 2.5, 5, 10])
    step = 1.0
    while top / step > TICKS:
        step *= 2
    return MultipleLocator(step)


def _most(chart: Chart) -> float:
    """The highest value that is drawn."""
    if not chart.stacked:
        return max(value for series in chart.series for _, value in series.points)
    sums: dict[float, float] = {}
    for series in chart.series:
        for at, value in series.points:
            sums[at] = sums.get(at, 0.0) + value
    return max(sums.values())


def _levels(axes: Axes, chart: Chart, zone: tzinfo) -> None:
    for level in chart.levels:
        axes.axhline(level.value, color=LIMIT, linewidth=1.6, linestyle=(0, (5, 2)))
        axes.annotate(
            _drawable(words.level(chart, level, zone)),
            (0, level.value),
            xycoords=("axes fraction", "data"),
            xytext=(4, 3),
            textcoords="offset points",
            fontsize=SMALL,
            color=INK,
            path_effects=[withStroke(linewidth=4, foreground="white")],
        )


def _marks(axes: Axes, picture: Picture) -> None:
    """Lines from the bottom to their labels, which stand above the frame and do not touch each other."""
    begin, end = axes.get_xlim()
    rows: list[list[tuple[float, float]]] = []  # from where to where labels stand, of each row
    for mark in picture.marks:
        at, name = _day(mark.at), _drawable(_cut(mark.name, MARK))
        row, side = _room(rows, (at - begin) / (end - begin), len(name), last=mark is picture.marks[-1])
        axes.axvline(at, color=INK, linewidth=1.6)
        axes.annotate(
            name,
            (at, 1),
            xycoords=("data", "axes fraction"),
            xytext=(4 if side == "left" else -4, 2 + ROW * row),
            textcoords="offset points",
            ha=side,
            fontsize=SMALL,
            color=INK,
        )
        axes.annotate(
            "",
            (at, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, ROW * (row + 1)),
            textcoords="offset points",
            arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0},
        )


def _room(
    rows: list[list[tuple[float, float]]], place: float, letters: int, *, last: bool
) -> tuple[int, Side]:
    """In which row and on which side of its line a label stands; what it takes is noted in `rows`.

    Labels stand to the left of their lines, the last one to the right, as long as there is room.
    """
    wide = LETTER * (letters + 1)
    right = place + wide <= 1 if last else place < wide
    label = (place, place + wide) if right else (place - wide, place)
    row = next((row for row in range(len(rows)) if _free(rows, row, place, label)), len(rows))
    rows[row : row + 1] = [[*(rows[row] if row < len(rows) else []), label]]
    return row, "left" if right else "right"


def _free(rows: list[list[tuple[float, float]]], row: int, place: float, label: tuple[float, float]) -> bool:
    """Whether the label touches no other of that row, and its line none of those below."""
    crossed = any(left < place < right for below in rows[:row] for left, right in below)
    return not crossed and all(label[1] <= left or label[0] >= right for left, right in rows[row])


def _day(at: float) -> float:
    """Seconds since the epoch as the library counts time."""
    return float(date2num(datetime.fromtimestamp(at, tz=UTC)))  # type: ignore[no-untyped-call]  # as above


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _drawable(text: str) -> str:
    """The text with what the font cannot show left as a question mark."""
    font = get_font(findfont(FONT))
    return "".join(letter if letter == "\n" or font.get_char_index(ord(letter)) else "?" for letter in text)
