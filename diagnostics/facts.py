"""What is known of the targets that were looked at, fact by fact; what was not seen is left out.

A code that was found is known with its figures. One that was not found is known to be absent when the probe
that could have said it has answered (all of the target's probes, where no single one is named), and otherwise
not known.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from diagnostics.code import Described
from diagnostics.patterns.expression import Value
from diagnostics.patterns.schema import LOGS, OTHER, Aspect, Schema, Spoken, slug
from diagnostics.run import Progress
from incidents.evidence import Finding, Health

Known: TypeAlias = Mapping[str, Value]  # of one code: aspects, figures and sentences that are known
ABSENT: Known = {Aspect.SEEN: False, Aspect.ILL: False, Aspect.HEALTH: "absent"}
ILL = frozenset({Health.WARN, Health.CRITICAL})


def known(word: str, progress: Progress, schema: Schema) -> dict[str, Value]:
    """The facts of one target.

    Args:
        word: of its family.
        progress: what was found.
        schema: the facts that there are.
    """
    return _named(word, {each.fact: _of_code(each, progress) for each in schema.codes.get(word, ())})


def known_together(word: str, several: Sequence[Progress], schema: Schema) -> dict[str, Value]:
    """The facts of all targets of a family, of each code the worst; not known if one target hides it."""
    return _named(
        word,
        {
            each.fact: _worst([_of_code(each, progress) for progress in several])
            for each in schema.codes.get(word, ())
        },
    )


def known_of_others(word: str, others: Sequence[Progress], schema: Schema) -> dict[str, Value]:
    """The facts of the other targets of a family; without any, none of its codes is there."""
    if others:
        return known_together(f"{OTHER}{word}", others, schema)
    return _named(f"{OTHER}{word}", {each.fact: ABSENT for each in schema.codes.get(word, ())})


def known_of_logs(looks: Iterable[tuple[str, Progress]], schema: Schema) -> dict[str, Value]:
    """The facts of all logs that are read, wherever they are kept; of each code the worst.

    Args:
        looks: the family's word of each target of one service, and what was found there.
        schema: the facts that there are.
    """
    pairs = [(each, progress) for word, progress in looks for each in schema.codes.get(word, ())]
    return _named(
        LOGS,
        {
            shared.fact: _worst([_of_code(each, seen) for each, seen in pairs if each.code == shared.code])
            for shared in schema.codes.get(LOGS, ())
        },
    )


def worst(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, worst first, otherwise in the order in which they were found."""
    return tuple(sorted(findings, key=lambda finding: finding.health.rank))


def _named(word: str, codes: Mapping[str, Known]) -> dict[str, Value]:
    return {
        f"{word}.{fact}.{name}": value for fact, of_code in codes.items() for name, value in of_code.items()
    }


def _of_code(each: Described, progress: Progress) -> Known:
    found = worst(finding for finding in progress.findings if finding.code == each.code)
    if found:
        return _found(found[0])
    answered = each.probe in progress.answered if each.probe else progress.whole
    return ABSENT if answered else {}


def _found(finding: Finding) -> Known:
    facts: dict[str, Value] = {Aspect.SEEN: True, Aspect.HEALTH: finding.health.value}
    if finding.health is not Health.UNKNOWN:
        facts[Aspect.ILL] = finding.health in ILL
    facts[Spoken.SENTENCE] = finding.sentence
    facts[Spoken.NEXT_STEP] = finding.next_step
    for figure in finding.figures:
        match figure.value:
            case None:
                continue
            case str() as word:
                facts[slug(figure.name)] = word
            case number:
                facts[slug(figure.name)] = float(number)
    return facts


def _worst(several: Sequence[Known]) -> Known:
    """Of one code on several targets: the ill one; else unknown if one is; else one that is there."""
    ill = [each for each in several if each.get(Aspect.ILL)]
    if ill:
        return min(ill, key=lambda each: Health(str(each[Aspect.HEALTH])).rank)
    there = [each for each in several if each.get(Aspect.SEEN)]
    if not several or any(Aspect.ILL not in each for each in several):
        return {Aspect.SEEN: True} if there else {}
    return there[0] if there else several[0]
