"""A pattern as it stands for one target: whether it holds, how surely, and what is said of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from diagnostics.code import Described
from diagnostics.further import Reach, further, unconfigured
from diagnostics.look import Look
from diagnostics.patterns.expression import Value
from diagnostics.patterns.pattern import Clause, Pattern
from diagnostics.patterns.schema import Aspect, Schema, slug
from diagnostics.score import BASE, bounded, confidence
from diagnostics.wording import capital, listed, within
from incidents.evidence import Cause

MISSING = 4  # facts that are named of each
_NONE = "no target of kind {} is configured"


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
    def unknown(self) -> tuple[str, ...]:
        """What was not to be had, as people call it."""
        return tuple(dict.fromkeys(title for titles in self._titles.values() for title in titles))[:MISSING]

    @property
    def missing(self) -> tuple[str, ...]:
        """The same, with the reason where nothing is configured that could tell it."""
        titles = self._titles
        asked = titles.pop("", ())[:MISSING]
        return (*asked, *(f"{_few(each)} ({_NONE.format(kinds)})" for kinds, each in titles.items()))

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

    @property
    def _beyond(self) -> list[Clause]:
        """Those that nobody could check, since nothing is configured that tells of them."""
        return [clause for clause in self._undecided if self._unconfigured(self._unknown(clause))]

    @property
    def _titles(self) -> dict[str, tuple[str, ...]]:
        """What was not to be had, by the kinds that would have told it; what could be asked stands first."""
        found: dict[str, dict[str, None]] = {"": {}}
        for names in map(self._unknown, self._undecided):
            kinds = self._unconfigured(names)
            told = names if kinds else [name for name in names if not self._unconfigured([name])]
            found.setdefault(kinds, {}).update(dict.fromkeys(map(self._title, told)))
        return {kinds: tuple(titles) for kinds, titles in found.items()}

    def _unconfigured(self, names: Sequence[str]) -> str:
        words = {name.partition(".")[0] for name in names}
        return unconfigured(self.look.service, words, self.reach, self.schema)

    def _title(self, name: str) -> str:
        """A figure is named only where the rest of what it belongs to is known."""
        of_code = name.rpartition(".")[0]
        itself = name if self.facts.get(f"{of_code}.{Aspect.SEEN}") else f"{of_code}.{Aspect.SEEN}"
        return within(self.schema.titles[itself])

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
            signs=len(self.verdicts) - len(self._beyond),
            held=tuple(self._said(pattern.required + pattern.supporting)),
            against=tuple(self._said(pattern.contradicting)),
            missing=self.missing,
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


def _few(titles: Sequence[str]) -> str:
    """Two of them by name; more would hide what could be asked."""
    more = f"{len(titles) - 1} more"
    return listed(tuple(titles) if len(titles) <= 2 else (titles[0], more))  # noqa: PLR2004 -- what a sentence bears


def _codes(clauses: Sequence[Clause]) -> frozenset[str]:
    """What these ask for, such as "pg.slots"."""
    return frozenset(name.rpartition(".")[0] for clause in clauses for name in clause.when.names)
