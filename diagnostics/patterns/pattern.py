"""A pattern: a cause, what must be so for it, what speaks for and against it, and what to say and do."""

from dataclasses import dataclass
from enum import StrEnum

from diagnostics.patterns.expression import Expression
from diagnostics.patterns.schema import OTHER
from diagnostics.patterns.template import Template


class Layer(StrEnum):
    """Where a cause lies, the lowest first: a lower one explains those above it, never the other way."""

    CHANGE = "change"  # a deploy, a setting, or more traffic than usual
    HOST = "host"
    PLATFORM = "platform"  # containers and what runs them
    NETWORK = "network"  # names, certificates, ways
    DATABASE = "database"
    CACHE = "cache"
    EXTERNAL = "external"  # other people's services, mail among them
    APP = "app"
    PROXY = "proxy"

    @property
    def depth(self) -> int:
        """0 is the lowest."""
        return list(Layer).index(self)


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition of a pattern.

    Attributes:
        when: what must hold.
        says: the sentence about it when it holds.
        weight: hundredths that it adds to the score, or takes from it where it contradicts.
    """

    when: Expression
    says: Template
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way in which a cause shows.

    Attributes:
        code: of the cause; several patterns may have the same, each a way in which it shows.
        title: the cause in a few words.
        layer: where it lies.
        about: the family's word of whose targets each is judged.
        required: all must hold; one that does not rules the cause out.
        supporting: what speaks for it.
        contradicting: what speaks against it.
        sentence: the verdict with its figures.
        next_step: what to do.
        next_probe: what to look at when facts are missing.
        runbook: where the procedure stands: an address, or a file of the folder of runbooks.
        actions: what can be done about it where that is configured, such as "pg.end_idle", the likeliest to
            help first; may be empty.
        explains: codes of causes in the same service that follow from this one.
        symptom: it says what is seen rather than why; whatever likely cause is not above it explains it.
    """

    code: str
    title: str
    layer: Layer
    about: str
    required: tuple[Clause, ...]
    supporting: tuple[Clause, ...]
    contradicting: tuple[Clause, ...]
    sentence: Template
    next_step: Template
    next_probe: Template
    runbook: str
    actions: tuple[str, ...]
    explains: frozenset[str]
    symptom: bool = False

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """All of them."""
        return self.required + self.supporting + self.contradicting

    @property
    def of_several(self) -> bool:
        """Whether it needs several targets of one family, so that it is one cause of them all."""
        return any(name.startswith(OTHER) for clause in self.required for name in clause.when.names)
