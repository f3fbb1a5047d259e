"""Numbers of payment cards, told from other numbers by their issuer, length, grouping and check digit."""

import re
from collections.abc import Iterator

from diagnostics.redaction_spans import Span, Text

# in one piece, or in the groups that are printed on cards, always with the same mark between them
_CARD = re.compile(
    r"""(?<![\w.\-])(?<!\d[+,])(?:(?=[2-6])
    (?:\d{13,19}|\d{4}(?P<four>[ \-.+])\d{4}(?P=four)\d{4}(?P=four)\d{1,7}
    |3[0-9]\d{2}(?P<six>[ \-.+])\d{6}(?P=six)\d{4,5}))(?![\w\-]|[.,]\d)""",
    re.VERBOSE,
)
_ISSUED = re.compile(
    r"""4(?:\d{12}|\d{15}|\d{18}) | 5[1-5]\d{14} | 2(?:2[2-9]|[3-6]\d|7[01]|720)\d{12,13} | 3[47]\d{13}
    | 3(?:0[0-5]|[689]\d)\d{11} | 35\d{14} | 6(?:011|4[4-9]\d|5\d\d)\d{12,15} | 62\d{14,17}
    | (?:5[0678]|6[37])\d{10,17}""",
    re.VERBOSE,
)
_OF_AN_ID = re.compile(
    r"""(?i)(?:id|offset|lsn|seq|sequence|trace|span|time|stamp|ts)["']?(?:\s?[=:#]\s?|\s)["']?$"""
)
_OF_A_CARD = re.compile(r"(?i)card|pan\b|\bcc\b")
_REACH = 32  # characters before a number that say what it is


def cards(text: Text) -> Iterator[Span]:
    """Every number that a card may have, unless the name before it says that it is an id."""
    for match in _CARD.finditer(text.whole):
        before = text.whole[max(0, match.start() - _REACH) : match.start()]
        named = match.group().isdigit() and _OF_AN_ID.search(before) and not _OF_A_CARD.search(before)
        if not named and is_card(match.group()):
            yield Span(match.start(), match.end(), "card")


def is_card(number: str) -> bool:
    """Whether an issuer gives out such numbers and the check digit is right (Luhn)."""
    digits = "".join(character for character in number if character.isdigit())
    if not _ISSUED.fullmatch(digits):
        return False
    values = [int(digit) for digit in reversed(digits)]
    doubled = (sum(divmod(2 * value, 10)) for value in values[1::2])
    return (sum(values[::2]) + sum(doubled)) % 10 == 0
