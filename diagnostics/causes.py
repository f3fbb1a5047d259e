"""Which causes the facts speak for: each pattern is judged for each target that it is about."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from diagnostics.code import Described
from diagnostics.facts import known, known_of_logs, known_of_others, known_together
from diagnostics.look import Look
from diagnostics.patterns.expression import Value
from diagnostics.patterns.pattern import Clause, Layer, Pattern
from diagnostics.patterns.schema import Schema, slug
from diagnostics.score import BASE, MEDIUM, bounded, confidence
from diagnostics.spreading import Spreading, spread
from diagnostics.upstream import ALONE, Upstream, shared
from diagnostics.wording import capital, listed
from incidents.evidence import Cause

UNTESTED = 3  # causes that could not be tested are named; more would hide the verdict
MISSING = 4  # facts that are named of each
REQUESTS = "prom.traffic.of_the_usual"
CROWDED = frozenset({"TRAFFIC_SPIKE"})


@dataclass(frozen=True, slots=True)
class Rules:
    """What findings are judged by; without patterns no cause is named."""

    patterns: tuple[Pattern, ...] = ()
    schema: Schema = field(default_factory=Schema)


NONE = Rules()


@dataclass(frozen=True, slots=True, eq=False)
class Suspect:
    """A pattern as it stands for one target, with whether each of its clauses is so, if that is known."""

    pattern: Pattern
    look: Look
    facts: Mapping[str, Value]
    schema: Schema
    verdicts: Mapping[Clause, bool | None]

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
        undecided = (clause for clause in self.pattern.clauses if self.verdicts[clause] is None)
        names = (name for clause in undecided for name in clause.when.names if name not in self.facts)
        return tuple(dict.fromkeys(self.schema.titles[name] for name in names))

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
            coverage=100 - 100 * list(self.verdicts.values()).count(None) // len(self.verdicts),
            held=tuple(self._said(pattern.required + pattern.supporting)),
            against=tuple(self._said(pattern.contradicting)),
            missing=self.missing[:MISSING],
            symptoms=symptoms,
            next_probe=pattern.next_probe.filled(self.facts, units) if self.missing else "",
            runbook=pattern.runbook,
            action=pattern.action,
        )

    @property
    def sentence(self) -> str:
        """The verdict with its figures, in one sentence."""
        said = self.pattern.sentence.filled(self.facts, self.schema.spoken)
        return f"{self.look.prefix}{capital(said.rstrip('.'))}."

    def _so(self, clauses: Sequence[Clause]) -> list[Clause]:
        return [clause for clause in clauses if self.verdicts[clause]]

    def _said(self, clauses: Sequence[Clause]) -> Iterator[str]:
        for clause in self._so(clauses):
            yield clause.says.filled(self.facts, self.schema.spoken).rstrip(".")

    @property
    def evidence(self) -> tuple[str, ...]:
        """The codes that were found among those that the clauses which are so ask for."""
        return tuple(each.code.value for _, each in self._found())

    @property
    def lasting(self) -> float | None:
        """Seconds for which what speaks for it has been so at least; None where nothing tells."""
        told = (
            self.facts.get(f"{word}.{each.fact}.{slug(each.lasting)}")
            for word, each in self._found()
            if each.lasting
        )
        return max((float(seconds) for seconds in told if seconds is not None), default=None)

    def _found(self) -> Iterator[tuple[str, Described]]:
        so = self._so(self.pattern.clauses)
        asked = {name.rpartition(".")[0] for clause in so for name in clause.when.names}
        for word, codes in self.schema.codes.items():
            for each in codes:
                if (fact := f"{word}.{each.fact}") in asked and self.facts.get(f"{fact}.seen"):
                    yield word, each


def causes(
    looks: Sequence[Look], rules: Rules, upstream: Upstream = ALONE
) -> tuple[tuple[Cause, ...], tuple[str, ...]]:
    """The causes that the facts speak for, and sentences about those that may be so but could not be tested.

    What several services share comes first, then the surest cause; at a tie the one that lies deeper. What
    follows from another cause of the same service, or of one that it depends on, stands among that one's
    symptoms.
    """
    suspects = [suspect for look in looks for suspect in _suspects(look, looks, rules)]
    holding = _one_of_each([suspect for suspect in suspects if suspect.holds])
    holding.sort(key=lambda suspect: suspect.rank)
    related = _Related(upstream, holding)
    roots = [each for each in holding if not related.explained(each)] or holding
    told = [(root, related.reached(root, roots)) for root in roots]
    told.sort(key=lambda pair: -len(_hit(*pair)))
    found = shared([(root.look.service, _told(root, reached)) for root, reached in told], MEDIUM)
    said = {(suspect.look.target, suspect.pattern.code) for suspect in holding}
    open_ = [s for s in suspects if s.partly and (s.look.target, s.pattern.code) not in said]
    return found, tuple(map(_untested, open_[:UNTESTED]))


def _suspects(look: Look, looks: Sequence[Look], rules: Rules) -> Iterator[Suspect]:
    about = [pattern for pattern in rules.patterns if pattern.about == look.facts]
    if not about:
        return
    facts = known(look.facts, look.progress, rules.schema)
    neighbours = [other for other in looks if other.service == look.service and other.facts != look.facts]
    alike = [other.progress for other in looks if _alike(other, look)]
    facts |= known_of_others(look.facts, alike, rules.schema)
    for word in {other.facts for other in neighbours}:
        progresses = [other.progress for other in neighbours if other.facts == word]
        facts |= known_together(word, progresses, rules.schema)
    service = [(other.facts, other.progress) for other in looks if other.service == look.service]
    facts |= known_of_logs(service, rules.schema)
    for pattern in about:
        verdicts = {clause: clause.when.holds(facts) for clause in pattern.clauses}
        yield Suspect(pattern, look, facts, rules.schema, verdicts)


def _alike(other: Look, look: Look) -> bool:
    return other is not look and (other.service, other.facts) == (look.service, look.facts)


def _one_of_each(suspects: Sequence[Suspect]) -> list[Suspect]:
    """Of several patterns of one cause on one target, or on all alike, the surest."""
    best: dict[tuple[str, str], Suspect] = {}
    for suspect in suspects:
        whose = suspect.look.service if suspect.pattern.of_several else suspect.look.target
        key = (whose, suspect.pattern.code)
        if key not in best or suspect.score > best[key].score:
            best[key] = suspect
    return list(best.values())


@dataclass(frozen=True, slots=True)
class _Related:
    """What follows from what, within services and along what they depend on."""

    upstream: Upstream
    holding: Sequence[Suspect]

    def explained(self, upper: Suspect) -> bool:
        """Whether it follows from another."""
        return any(self._explains(lower, upper) for lower in self.holding)

    def reached(self, root: Suspect, roots: Sequence[Suspect]) -> list[Suspect]:
        """What follows from the root, also by way of others."""
        reached = [root]
        for cause in reached:
            reached += [
                other
                for other in self.holding
                if other not in reached and other not in roots and self._explains(cause, other)
            ]
        return reached[1:]

    def _explains(self, lower: Suspect, upper: Suspect) -> bool:
        if lower.look.service == upper.look.service:
            return _explains(lower, upper)
        below = lower.look.service in self.upstream.of(upper.look.service) and _spreads(lower, upper)
        return below and not self._at_home(upper)

    def _at_home(self, upper: Suspect) -> bool:
        """Whether its own service explains it, which then says more than another one's trouble."""
        own = (other for other in self.holding if other.look.service == upper.look.service)
        return any(_explains(other, upper) for other in own)


def _explains(lower: Suspect, upper: Suspect) -> bool:
    """Whether what is seen of one follows from the other; a guess explains nothing.

    A cause that shows on targets of several kinds is one cause: where it shows surest explains the others.
    """
    if lower is upper:
        return False
    if lower.pattern.code == upper.pattern.code:
        return lower.pattern.about != upper.pattern.about and lower.rank < upper.rank
    if lower.score < MEDIUM:
        return False
    return upper.pattern.code in lower.pattern.explains or _shows(lower, upper)


def _spreads(lower: Suspect, upper: Suspect) -> bool:
    """Whether trouble of a service follows from that of one it depends on; what its callers see does."""
    above = upper.pattern.layer.depth >= max(Layer.APP.depth, lower.pattern.layer.depth)
    return lower.score >= MEDIUM and (above or upper.pattern.code in lower.pattern.explains)


def _shows(cause: Suspect, symptom: Suspect) -> bool:
    """Whether the one says why and the other only what is seen, no lower than where the cause lies."""
    below = cause.pattern.layer.depth <= symptom.pattern.layer.depth
    return symptom.pattern.symptom and not cause.pattern.symptom and below


def _hit(root: Suspect, reached: Sequence[Suspect]) -> tuple[str, ...]:
    """The other services in which something follows from the root."""
    services = dict.fromkeys(each.look.service for each in reached)
    return tuple(sorted(service for service in services if service != root.look.service))


def _told(root: Suspect, reached: Sequence[Suspect]) -> Cause:
    cause = root.cause(tuple(each.sentence for each in reached if not _said_by(root, each)))
    hit = _hit(root, reached)
    return spread(cause, _spreading(root, reached, hit)) if hit else cause


def _spreading(root: Suspect, reached: Sequence[Suspect], hit: Sequence[str]) -> Spreading:
    spoilt = root.pattern.code in CROWDED  # then many requests are the cause, and not what follows from it
    asked = None if spoilt else root.facts.get(REQUESTS)
    return Spreading(
        service=root.look.service,
        lasting=root.lasting,
        hit={name: _longest(each for each in reached if each.look.service == name) for name in hit},
        requests=None if asked is None else float(asked),
        signs=len(root.verdicts),
    )


def _longest(suspects: Iterable[Suspect]) -> float | None:
    return max((each.lasting for each in suspects if each.lasting is not None), default=None)


def _said_by(root: Suspect, other: Suspect) -> bool:
    """Whether what is merely seen rests on nothing but what the cause of the same target rests on."""
    merely = other.pattern.symptom and other.look is root.look
    return merely and set(other.evidence) <= set(root.evidence)


def _untested(suspect: Suspect) -> str:
    missing = listed(suspect.missing[:MISSING]) or "some of its facts"
    return f"{suspect.look.prefix}{suspect.pattern.title} (not known: {missing})"
