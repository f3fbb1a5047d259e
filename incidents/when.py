"""A time as a person writes it: `13:40`, `1:40 PM`, `yesterday 23:50`, `2026-11-21 13:40`, `25 min ago`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from incidents.errors import InvalidText

EXAMPLES = "`13:40`, `yesterday 23:50`, `2026-11-21 13:40` or `25 min ago`"
_NEAR = timedelta(hours=12)
_NOON = 12
_DAYS_BACK = {"today": 0, "yesterday": 1}
_AGO = re.compile(
    r"(?=\d)(?:(?P<days>\d{1,3}) ?d(?:ays?)? ?)?(?:(?P<hours>\d{1,4}) ?h(?:rs?|ours?)? ?)?"
    r"(?:(?P<minutes>\d{1,5}) ?m(?:ins?|inutes?)? ?)?ago"
)
_CLOCK = re.compile(
    r"(?:(?P<day>today|yesterday|\d{4}-\d{2}-\d{2})(?:,? | ?t ?))?(?:at )?"
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})|(?= ?[ap]\.?m))"
    r"(?: ?(?P<half>[ap])\.?m\.?)?(?: ?(?P<utc>utc|z))?"
)


def stamp(at: datetime, zone: tzinfo) -> str:
    """Day, time and zone, such as `2026-11-21 13:40 CET`."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def read(words: str, now: datetime, zone: tzinfo) -> datetime:
    """The minute that is meant, in UTC; without `UTC` behind it, it is read in that zone.

    A time without a day is the last such time, if that is less than twelve hours ago: just after midnight
    `23:50` is yesterday's.

    Raises:
        InvalidText: it is no time, or it is still to come.
    """
    plain = " ".join(words.casefold().split())
    at = _ago(plain, now) or _on_the_clock(plain, now, zone)
    if at is None:
        raise InvalidText(
            f"I cannot read “{' '.join(words.split()):.80}” as a time. "
            f"Write it like {EXAMPLES}. Nothing was changed."
        )
    if at > now:
        raise InvalidText(
            f"{stamp(at, zone)} is still to come. Write a time that has passed, "
            f"such as {EXAMPLES}. Nothing was changed."
        )
    return at


def is_time(words: str) -> bool:
    """Whether the words have the shape of a time, whatever the zone and the hour."""
    plain = " ".join(words.casefold().split())
    return bool(_AGO.fullmatch(plain) or _CLOCK.fullmatch(plain))


def clock(at: datetime, zone: tzinfo) -> str:
    """The time of day with the zone's name, such as `14:31 in Europe/Paris`."""
    return f"{at.astimezone(zone):%H:%M} in {zone}"


def minute_of(at: datetime) -> datetime:
    """The minute in which that was, as people compare times."""
    return at.replace(second=0, microsecond=0)


def _ago(plain: str, now: datetime) -> datetime | None:
    found = _AGO.fullmatch(plain)
    if found is None:
        return None
    span = timedelta(**{unit: int(count) for unit, count in found.groupdict("0").items()})
    return minute_of(now - span)


def _on_the_clock(plain: str, now: datetime, zone: tzinfo) -> datetime | None:
    found = _CLOCK.fullmatch(plain)
    if found is None:
        return None
    zone = UTC if found["utc"] else zone
    today = now.astimezone(zone).date()
    try:
        day, clock = _day(found["day"], today), time(_hour(found), int(found["minute"] or 0))
    except ValueError:
        return None
    at = _at(day, clock, zone, now)
    if found["day"] or at <= now:
        return at
    last = _at(day - timedelta(days=1), clock, zone, now)
    return last if now - last < _NEAR else at


def _hour(found: re.Match[str]) -> int:
    """Of the day. Raises ValueError for `13 pm`."""
    hour = int(found["hour"])
    if found["half"] is None:
        return hour
    if not 1 <= hour <= _NOON:
        raise ValueError(hour)
    return hour % _NOON + (_NOON if found["half"] == "p" else 0)


def _day(word: str | None, today: date) -> date:
    if word is None or word in _DAYS_BACK:
        return today - timedelta(days=_DAYS_BACK[word] if word else 0)
    return date.fromisoformat(word)


def _at(day: date, clock: time, zone: tzinfo, now: datetime) -> datetime:
    """That time in UTC; where the clocks went back it was twice, and the last one that has passed counts."""
    wall = datetime.combine(day, clock)
    both = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    real = sorted(at for at in both if at.astimezone(zone).replace(tzinfo=None) == wall)
    if not real:
        raise InvalidText(
            f"There was no {clock:%H:%M} on {day} in {zone}: the clocks went forward over it. "
            "Write another time. Nothing was changed."
        )
    return max((at for at in real if at <= now), default=real[0])
