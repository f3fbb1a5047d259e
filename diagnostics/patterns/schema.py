"""The facts that there are: what every family can see, under the names by which patterns ask for it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum

from diagnostics.code import WORD, Described
from diagnostics.logs import codes as log_codes
from diagnostics.probe import AnyFamily

CONDITION = "condition"  # the unit of what is true or false
LOGS = "logs"  # the word for what all logs of a service say, whatever family read them
OTHER = "other_"  # before a family's word: what the service's other targets of that family say


class Aspect(StrEnum):
    """What there is to know of every code, besides its figures."""

    SEEN = "seen"  # it was found, well or ill
    ILL = "ill"  # it is a warning or critical
    HEALTH = "health"  # ok, warn, critical, unknown, or absent where it was looked for and not found


class Spoken(StrEnum):
    """What sentences may show of a finding, and conditions may not ask for."""

    SENTENCE = "sentence"
    NEXT_STEP = "next_step"


ASPECTS = {Aspect.SEEN: CONDITION, Aspect.ILL: CONDITION, Aspect.HEALTH: WORD}
SPOKEN = {Spoken.SENTENCE: WORD, Spoken.NEXT_STEP: WORD}


@dataclass(frozen=True, slots=True)
class Schema:
    """Every fact that can be known.

    Attributes:
        codes: what each family can see, by the family's word and by that of its other targets; what logs
            say, also by a word of their own.
        units: of each fact that conditions may ask for, by its name.
        titles: of each fact, what people call it.
        probes: the kind of probe that tells them, as in services.toml, by the family's word.
    """

    codes: Mapping[str, tuple[Described, ...]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    probes: Mapping[str, str] = field(default_factory=dict)

    def readers(self, words: AbstractSet[str]) -> frozenset[str]:
        """The families' words behind these; behind `logs` those of all families that read any."""
        shared = {each.code for each in self.codes.get(LOGS, ())}
        reading = {word for word in self.probes if any(each.code in shared for each in self.codes[word])}
        return frozenset(words & self.probes.keys() | (reading if LOGS in words else set()))

    @property
    def kinds(self) -> Mapping[str, type]:
        """Whether a condition meets a bool, a float or a str there."""
        return {name: _kind(unit) for name, unit in self.units.items()}

    @property
    def spoken(self) -> Mapping[str, str]:
        """The units of all that a sentence may show."""
        more = (
            f"{word}.{each.fact}.{name}"
            for word, codes in self.codes.items()
            for each in codes
            for name in SPOKEN
        )
        return {**self.units, **dict.fromkeys(more, WORD)}


def schema(families: Iterable[AnyFamily]) -> Schema:
    """The facts of these families."""
    families = tuple(families)
    own = {family.word: family.codes for family in families}
    others = {f"{OTHER}{word}": codes for word, codes in own.items()}
    codes = own | others | {LOGS: log_codes.CODES}
    rows = tuple(row for word, described in codes.items() for each in described for row in _facts(word, each))
    return Schema(
        codes=codes,
        units={name: unit for name, unit, _ in rows},
        titles={name: title for name, _, title in rows},
        probes={family.word: family.kind for family in families},
    )


def slug(figure: str) -> str:
    """A figure's name as part of a fact's: "idle in transaction" is `idle_in_transaction`."""
    plain = re.sub(r"[^a-z0-9]+", "_", figure.lower()).strip("_")
    return f"_{plain}" if plain[:1].isdigit() else plain


def _facts(word: str, each: Described) -> Iterator[tuple[str, str, str]]:
    for aspect, unit in ASPECTS.items():
        yield f"{word}.{each.fact}.{aspect}", unit, each.title
    for figure, unit in each.figures.items():
        yield f"{word}.{each.fact}.{slug(figure)}", unit, f"{figure} ({each.title})"


def _kind(unit: str) -> type:
    match unit:
        case "condition":
            return bool
        case "word":
            return str
        case _:
            return float
