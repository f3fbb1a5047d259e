"""What the tables of what lines speak of are made of: words, an expression, and how few lines count."""

import re
from dataclasses import dataclass
from enum import Enum

from diagnostics.logs.codes import Code


class Weight(Enum):
    """How few lines are worth a person's attention."""

    GRAVE = "one is critical"
    TELLING = "one is a warning, a few are critical"
    COMMON = "a few are a warning if they are more than before, many are in any case"


@dataclass(frozen=True, slots=True)
class Signature:
    """One thing that lines speak of.

    Attributes:
        words: any of these, in small letters.
        shape: or this.
        calm: lines that call themselves information do not count, since they may name it in passing.
        unless: lines with any of these, in small letters, speak of something else.
    """

    code: Code
    weight: Weight
    words: tuple[str, ...] = ()
    shape: "re.Pattern[str] | None" = None
    calm: bool = True
    unless: tuple[str, ...] = ()
