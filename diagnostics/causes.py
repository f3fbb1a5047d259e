"""Which causes the facts speak for: each pattern is judged for each target that it is about."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from diagnostics.facts import known, known_of_logs, known_of_others, known_together
from diagnostics.further import Reach
from diagnostics.look import Collected, Look
from diagnostics.patterns.pattern import Layer, Pattern
from diagnostics.patterns.schema import Schema
from diagnostics.score import MEDIUM
from diagnostics.spreading import Spreading, spread
from diagnostics.suspect import Suspect
from diagnostics.upstream import Upstream, shared
from diagnostics.wording import listed
from incidents.evidence import Cause
from incidents.mitigation import ROLLBACK

UNTESTED = 3  # causes that could not be tested are named; more would hide the verdict
REQUESTS = "prom.traffic.of_the_usual"
CROWDED = frozenset({"TRAFFIC_SPIKE"})


@dataclass(frozen=True, slots=True)
class Rules:
    """What findings are judged by; without patterns no cause is named."""

    patterns: tuple[Pattern, ...] = ()
    schema: Schema = field(default_factory=Schema)


NONE = Rules()


def causes(collected: Collected, rules: Rules) -> tuple[tuple[Cause, ...], tuple[str, ...]]:
    """The causes that the facts speak for, and sentences about those that may be so but could not be tested.

    What several services share comes first, then the surest cause; at a tie the one that lies deeper. What
    follows from another cause of the same service, or of one that it depends on, stands among that one's
    symptoms. A change that speaks for a surer cause, which offers to take it back, is told by that cause.
    """
    looks = collected.looks
    reach = Reach(collected.configured, frozenset(look.target for look in looks))
    suspects = [suspect for look in looks for suspect in _suspects(look, looks, rules, reach)]
    holding = _one_of_each([suspect for suspect in suspects if suspect.holds])
    holding.sort(key=lambda suspect: suspect.rank)
    alone = [each for each in holding if not any(_tells_of(other, each) for other in holding)]
    related = _Related(collected.upstream, alone)
    roots = [each for each in alone if not related.explained(each)] or alone
    told = [(root, related.reached(root, roots)) for root in roots]
    told.sort(key=lambda pair: -len(_hit(*pair)))
    found = shared([(root.look.service, _told(root, reached)) for root, reached in told], MEDIUM)
    said = {(suspect.look.target, suspect.pattern.code) for suspect in holding}
    open_ = [s for s in suspects if s.partly and (s.look.target, s.pattern.code) not in said]
    open_ = [s for s in open_ if not any(_tells_of(cause, s) for cause in holding)]
    return found, tuple(map(_untested, open_[:UNTESTED]))


def _suspects(look: Look, looks: Sequence[Look], rules: Rules, reach: Reach) -> Iterator[Suspect]:
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
        yield Suspect(pattern, look, facts, rules.schema, verdicts, reach)


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


def _tells_of(cause: Suspect, change: Suspect) -> bool:
    """Whether the change is part of why a surer cause is likely, and is taken back with it."""
    sure = cause.score >= MEDIUM and cause.score > change.score
    together = cause.look.service == change.look.service and ROLLBACK in cause.pattern.actions
    below = change.pattern.layer is Layer.CHANGE is not cause.pattern.layer
    itself = set(change.found(change.pattern.required[:1]))
    part = bool(itself) and itself <= set(cause.evidence)
    return sure and together and below and part and not _explains(change, cause)


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
        traced=root.traced,
        hit={name: _longest(each for each in reached if each.look.service == name) for name in hit},
        requests=None if asked is None else float(asked),
    )


def _longest(suspects: Iterable[Suspect]) -> float | None:
    return max((each.lasting for each in suspects if each.lasting is not None), default=None)


def _said_by(root: Suspect, other: Suspect) -> bool:
    """Whether what is merely seen rests on nothing but what the cause of the same target rests on."""
    merely = other.pattern.symptom and other.look is root.look
    return merely and set(other.evidence) <= set(root.evidence)


def _untested(suspect: Suspect) -> str:
    missing = listed(suspect.unknown) or "some of its facts"
    return f"{suspect.look.prefix}{suspect.pattern.title} (not known: {missing})"
