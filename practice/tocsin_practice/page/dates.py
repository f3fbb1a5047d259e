"""Moments in words: Slack's date tokens, times of day and day dividers, on the viewer's clock."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from tocsin_practice.page.viewer import Viewer

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
TOKEN = re.compile(r"\{([a-z_]+)\}")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def fill(template: str, moment: float, viewer: Viewer) -> str | None:
    """The template of a `<!date>` with its tokens filled in; None if it holds a token nobody knows."""
    found = TOKEN.findall(template)
    if not found or any(name not in TOKENS for name in found):
        return None
    there, here = viewer.clock(moment), viewer.clock(viewer.now)
    return TOKEN.sub(lambda match: TOKENS[match.group(1)](there, here), template)


def time_of_day(moment: datetime) -> str:
    """As `2:45 PM`."""
    return f"{moment.hour % 12 or 12}:{moment.minute:02} {'AM' if moment.hour < 12 else 'PM'}"  # noqa: PLR2004  # noon


def short_time(moment: datetime) -> str:
    """As `2:45`, for the narrow column beside a message of the same author."""
    return f"{moment.hour % 12 or 12}:{moment.minute:02}"


def day_divider(moment: datetime, here: datetime) -> str:
    """As `Today`, `Yesterday` or `Tuesday, February 18th`."""
    near = _near(moment, here)
    if near:
        return near.capitalize()
    year = f", {moment.year}" if moment.year != here.year else ""
    return f"{WEEKDAYS[moment.weekday()]}, {MONTHS[moment.month - 1]} {_ordinal(moment.day)}{year}"


def full(moment: datetime) -> str:
    """As `Tuesday, February 18th, 2014 at 2:45:01 PM`, for a tooltip."""
    return f"{_long(moment)} at {_time_secs(moment)}"


def ago(moment: datetime, here: datetime) -> str:
    """As `5 minutes ago` or `in 2 hours`, in the largest unit that helps."""
    seconds = (here - moment).total_seconds()
    distance = abs(seconds)
    if distance < MINUTE:
        return "just now" if seconds >= 0 else "in a moment"
    for unit, length in (("day", DAY), ("hour", HOUR), ("minute", MINUTE)):
        if distance >= length:
            count = int(distance // length)
            amount = f"{count} {unit}{'' if count == 1 else 's'}"
            return f"{amount} ago" if seconds >= 0 else f"in {amount}"
    return "just now"


def _near(moment: datetime, here: datetime) -> str | None:
    days = (moment.date() - here.date()).days
    return {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)


def _ordinal(day: int) -> str:
    if day in {11, 12, 13}:
        return f"{day}th"
    return f"{day}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th') }"


def _num(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d")


def _date(moment: datetime) -> str:
    return f"{MONTHS[moment.month - 1]} {_ordinal(moment.day)}, {moment.year}"


def _short(moment: datetime) -> str:
    return f"{MONTHS[moment.month - 1][:3]} {moment.day}, {moment.year}"


def _long(moment: datetime) -> str:
    return f"{WEEKDAYS[moment.weekday()]}, {_date(moment)}"


def _time_secs(moment: datetime) -> str:
    clock, half = time_of_day(moment).split()
    return f"{clock}:{moment.second:02} {half}"


TOKENS: Mapping[str, Callable[[datetime, datetime], str]] = {
    "date_num": lambda there, _: _num(there),
    "date": lambda there, _: _date(there),
    "date_short": lambda there, _: _short(there),
    "date_long": lambda there, _: _long(there),
    "date_pretty": lambda there, here: _near(there, here) or _date(there),
    "date_short_pretty": lambda there, here: _near(there, here) or _short(there),
    "date_long_pretty": lambda there, here: _near(there, here) or _long(there),
    "day_divider_pretty": day_divider,
    "time": lambda there, _: time_of_day(there),
    "time_secs": lambda there, _: _time_secs(there),
    "ago": ago,
}
