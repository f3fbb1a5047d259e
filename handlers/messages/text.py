"""Slack's markup: text made safe, cut to length, people and times written as Slack shows them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from incidents.texts import naming, with_people, with_times

ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_PERSON = re.compile(r"[UW][A-Z0-9]{2,}")
_GROUP = re.compile(r"S[A-Z0-9]{5,}")
_ENTITY = re.compile(r"(<[^>]*|&[a-z]{0,3})$")
_HALF_NAMED = re.compile(r"@\{[^{}\s]*$")
_LIKE = {"*": "\u2217", "~": "\u223c", "`": "\u02cb", "_": "\u02cd"}
_MARK = re.compile(r"[*~`]|(?<!\w)_|_(?!\w)")
_CODE = re.compile(r"`+")
_LED = 100  # characters of what a sentence is about


def escaped(text: str, limit: int = 3000) -> str:
    """Anybody's text, made harmless; at most `limit` characters as sent, cut with “…”.

    Only the people whom it names are called, and its times are written for the reader's own clock: both are
    as long as what stands for them in the text.
    """
    parts: list[str] = []
    room = limit
    for character in text:
        part = ESCAPES.get(character, character)
        room -= len(part)
        parts.append(part)
        if room < 0:
            return _called(_trimmed(parts, limit))
    return _called("".join(parts))


def _trimmed(parts: list[str], limit: int) -> str:
    while parts and sum(map(len, parts)) > limit - 1:
        parts.pop()
    return _HALF_NAMED.sub("", "".join(parts)) + "…"


def _called(safe: str) -> str:
    return with_people(with_times(safe, clock), lambda who: f"<@{who}>" if is_person(who) else naming(who))


def one_line(text: str, limit: int = 300) -> str:
    """As `escaped`, on one line."""
    return escaped(" ".join(text.split()), limit)


def title(text: str, limit: int = 300) -> str:
    """As `one_line`, for a title that may stand in bold: its own marks are shown, and emphasise nothing."""
    return one_line(unmarked(text), limit)


def unmarked(text: str) -> str:
    """With look-alikes for the marks that could begin or end emphasis, since Slack has no escape for them."""
    return _MARK.sub(lambda found: _LIKE[found[0]], text)


def plain(text: str, limit: int) -> str:
    """For plain-text places, where nothing is escaped: one line, cut with “…”."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def guarded(markup: str, limit: int) -> str:
    """Markup cut to length without leaving half a mention or half an entity."""
    if len(markup) <= limit:
        return markup
    return _ENTITY.sub("", markup[: limit - 1]) + "…"


def counted(number: int, thing: str) -> str:
    """A number with its noun, such as “1 finding”."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def code(text: str, limit: int = 200) -> str:
    """Text to be typed, in a code span."""
    unquoted = _CODE.sub("'", text)
    return f"`{one_line(unquoted, limit)}`"


def is_person(who: str) -> bool:
    """Whether that is a member's id."""
    return bool(_PERSON.fullmatch(who))


def is_name(who: str) -> bool:
    """Whether that is a handle or an address, by which a member can be found."""
    return "@" in who


def mention(who: str) -> str:
    """A person, a group or everyone, so that they are called; any other name as text."""
    if who == "everyone":
        return "<!channel>"
    if is_person(who):
        return f"<@{who}>"
    return f"<!subteam^{who}>" if _GROUP.fullmatch(who) else escaped(who, 100)


def room(identity: str) -> str:
    """A link to a channel."""
    return f"<#{identity}>"


def link(url: str, label: str) -> str:
    """A link with a label; a bar or bracket in the address would end it early."""
    safe = url.replace("|", "%7C").replace(">", "%3E").replace("<", "%3C").replace("&", "&amp;")
    return f"<{safe}|{one_line(label, 150)}>"


def led(subject: str, said: str) -> tuple[str, str]:
    """What a sentence is about, and the rest: named once where the sentence itself begins with it."""
    name = one_line(subject, 100)
    head, sign, rest = said.partition(": ")
    itself = f"{head} ".casefold().startswith(f"{name} ".casefold())
    return (head, rest) if sign and itself and len(head) <= _LED else (name, said)


def when(at: datetime) -> str:
    """Day and time in the reader's own clock."""
    return _date(at, "{date_short_pretty} at {time}", "%Y-%m-%d %H:%M UTC")


def clock(at: datetime) -> str:
    """The time of day in the reader's own clock, for what is near."""
    return _date(at, "{time}", "%H:%M UTC")


def second(at: datetime) -> str:
    """As `clock`, to the second, where two times may lie within one minute."""
    return _date(at, "{time_secs}", "%H:%M:%S UTC")


def day(at: datetime) -> str:
    """A day of the team's own calendar, in its time zone: the same for whoever reads it."""
    return f"{at:%a %Y-%m-%d}"


def _date(at: datetime, form: str, fallback: str) -> str:
    return f"<!date^{int(at.timestamp())}^{form}|{at.astimezone(UTC):{fallback}}>"
