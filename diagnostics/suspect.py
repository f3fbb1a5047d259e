"""A pattern as it stands for one target: whether it holds, how surely, and what is said of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from diagnostics.code import Described
from diagnostics.further import Reach, further
from diagnostics.look import Look
from diagnostics.patterns.expression import Value
from diagnostics.patterns.pattern import Clause, Pattern
from diagnostics.patterns.schema import Schema, slug
from diagnostics.score import BASE, bounded, confidence
from diagnostics.wording import capital
from incidents.evidence import Cause

MISSING = 4  # facts that are named of each


@dataclass(frozen=True, slots=True, eq=False)
class Suspect:
    """A pattern as it stands for one target, with whether each of its clauses is so, if that is known."""

    pattern: Pattern
    look: Look
    facts: Mapping[str, Value]
    schema: Schema
    verdicts: Mapping[Clause, bool | None]
    reach: Reach

    @property
    def holds(self) -> bool | None:
        """Whether all that it requires is so; None if that is not known."""
        required = [self.verdicts[clause] for clause in self.pattern.required]
        return False if False in required else None if None in required else True

    @property
    def partly(self) -> bool:
        """Whether something that it requires is so, and nothing is not."""
        return self.holds is None and any(self.verdicts[clause] for clause in self.pattern.required)

    @property
    def score(self) -> int:
        """Hundredths."""
        gained = sum(clause.weight for clause in self._so(self.pattern.required + self.pattern.supporting))
        lost = sum(clause.weight for clause in self._so(self.pattern.contradicting))
        return bounded(BASE + gained - lost)

    @property
    def rank(self) -> tuple[int, int, str]:
        """The smaller stands first: by score, then by depth."""
        return -self.score, self.pattern.layer.depth, self.pattern.about

    @property
    def missing(self) -> tuple[str, ...]:
        """What was not to be had, as people call it."""
        names = (name for clause in self._undecided for name in self._unknown(clause))
        return tuple(dict.fromkeys(self.schema.titles[name] for name in names))

    @property
    def next_probe(self) -> str:
        """Where to look for what was not to be had; the pattern's own words for it go before ours."""
        if not self._undecided:
            return ""
        told = self.pattern.next_probe.filled(self.facts, self.schema.spoken)
        required = self.pattern.required
        telling = sorted(self._undecided, key=lambda each: (each not in required, -each.weight))
        words = [{name.partition(".")[0] for name in self._unknown(each)} for each in telling]
        return told or further(self.look.service, words, self.reach, self.schema)

    @property
    def _undecided(self) -> list[Clause]:
        return [clause for clause in self.pattern.clauses if self.verdicts[clause] is None]

    def _unknown(self, clause: Clause) -> list[str]:
        return [name for name in clause.when.names if name not in self.facts]

    def cause(self, symptoms: tuple[str, ...]) -> Cause:
        """As it is said."""
        pattern, units = self.pattern, self.schema.spoken
        score = self.score
        return Cause(
            code=pattern.code,
            sentence=self.sentence,
            confidence=confidence(score),
            evidence=self.evidence,
            next_step=pattern.next_step.filled(self.facts, units),
            title=pattern.title,
            score=score,
            checked=len(self.verdicts) - len(self._undecided),
            signs=len(self.verdicts),
            held=tuple(self._said(pattern.required + pattern.supporting)),
            against=tuple(self._said(pattern.contradicting)),
            missing=self.missing[:MISSING],
            symptoms=symptoms,
            next_probe=self.next_probe,
            runbook=pattern.runbook,
            actions=pattern.actions,
        )

    @property
    def sentence(self) -> str:
        """The verdict with its figures, in one sentence; of what speaks neither for nor against it, none."""
        beside = _codes(self.pattern.clauses) - _codes(self._so(self.pattern.clauses))
        said = self.pattern.sentence.filled(self.facts, self.schema.spoken, beside=beside)
        return f"{self.look.prefix}{capital(said.rstrip('.'))}."

    def _so(self, clauses: Sequence[Clause]) -> list[Clause]:
        return [clause for clause in clauses if self.verdicts[clause]]

    def _said(self, clauses: Sequence[Clause]) -> Iterator[str]:
        for clause in self._so(clauses):
            yield clause.says.filled(self.facts, self.schema.spoken).rstrip(".")

    @property
    def evidence(self) -> tuple[str, ...]:
        """The codes that were found among those that the clauses which are so ask for."""
        return self.found(self.pattern.clauses)

    def found(self, clauses: Sequence[Clause]) -> tuple[str, ...]:
        """The codes that were found among those that these clauses ask for, as far as they are so."""
        return tuple(each.code.value for _, each in self._found(clauses))

    @property
    def lasting(self) -> float | None:
        """Seconds for which what speaks for it has been so at least; None where nothing tells."""
        return max(self._lasting(), default=(None, False))[0]

    @property
    def traced(self) -> bool:
        """Whether it was not so before that."""
        return max(self._lasting(), default=(None, False))[1]

    def _lasting(self) -> Iterator[tuple[float, bool]]:
        for word, each in self._found(self.pattern.clauses):
            seconds = self.facts.get(f"{word}.{each.fact}.{slug(each.lasting)}") if each.lasting else None
            if seconds is not None:
                yield float(seconds), each.traced

    def _found(self, clauses: Sequence[Clause]) -> Iterator[tuple[str, Described]]:
        asked = _codes(self._so(clauses))
        for word, codes in self.schema.codes.items():
            for each in codes:
                if (fact := f"{word}.{each.fact}") in asked and self.facts.get(f"{fact}.seen"):
                    yield word, each


def _codes(clauses: Sequence[Clause]) -> frozenset[str]:
    """What these ask for, such as "pg.slots"."""
    return frozenset(name.rpartition(".")[0] for clause in clauses for name in clause.when.names)
