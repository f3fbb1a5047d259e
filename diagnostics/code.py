"""What a code of a finding stands for: one entry that rules refer to, people read and tests hold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

WORD = "word"  # the unit of a figure that is a text


@dataclass(frozen=True, slots=True)
class Described:
    """One condition that a family of probes can see.

    Attributes:
        code: the member of the family's enum; its name is how rules refer to it (`pg.slots`), its value is
            printed beside the finding (`PG103`).
        title: what is seen, in a few words.
        figures: the names of the figures that its finding may carry, each with its unit: "s", "ms", "%",
            "bytes", "" for a plain number, `WORD` for a text.
        meaning: why it matters.
        next_step: what to do, in general terms; a finding says it with its own names.
        probe: the id of the one probe that can say it. When that probe has answered without saying it, rules
            know that it is not so; where no probe is named, they know it when all of the target's have.
        lasting: the one of its figures that says for how many seconds it has been so; often none does.
        traced: that figure comes from a course over time, so that it was not so before. Others tell the age
            of what there is now: a wait that is given up, or a run that ends, makes room for the next.
    """

    code: StrEnum
    title: str
    figures: Mapping[str, str] = field(default_factory=dict)
    meaning: str = ""
    next_step: str = ""
    probe: str = ""
    lasting: str = ""
    traced: bool = False

    @property
    def fact(self) -> str:
        """How rules call it within its family, such as "slots"."""
        return self.code.name.lower()


def told_by(codes: Iterable[Described], by: Mapping[str, Iterable[StrEnum]]) -> tuple[Described, ...]:
    """The same codes, each with the one probe that can say it.

    Args:
        codes: what a family describes.
        by: the codes of each probe's own; those of none stay as they are.
    """
    probes = {code: probe for probe, own in by.items() for code in own}
    return tuple(replace(each, probe=probes.get(each.code, each.probe)) for each in codes)


class Watched(StrEnum):
    """What is said of any probe, of whatever family, that gave no answer of its own."""

    TIMED_OUT = "XX001"
    FAILED = "XX002"


WATCHED = (
    Described(
        Watched.TIMED_OUT,
        "a look that took too long",
        meaning="What it looks for is not known to be fine.",
        next_step="Ask again in a moment. If it stays so, look at the machine itself.",
    ),
    Described(
        Watched.FAILED,
        "a look that failed",
        meaning="What it looks for is not known to be fine.",
        next_step="Ask again in a moment. If it stays so, look at the machine itself.",
    ),
)
