"""What happened to a change, in words, as the second half of a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import assert_never

from incidents.aims import lines
from incidents.mitigation import Fate, Hit, Result
from incidents.mitigation_facts import (
    EvidenceTaken,
    FixAdvised,
    GlassBroken,
    MitigationApproved,
    MitigationAsked,
    MitigationBegun,
    MitigationChecked,
    MitigationDeclined,
    MitigationDone,
    MitigationExpired,
    MitigationFact,
    MitigationFailed,
    MitigationProposed,
    MitigationVoid,
)

_NAMED = 8


def mitigated(fact: MitigationFact, name_of: Callable[[str], str]) -> str:  # noqa: C901, PLR0911, PLR0912 - one row for each kind of fact
    """What somebody did."""
    match fact:
        case FixAdvised():
            return _advised(fact)
        case MitigationAsked(_, offer):
            return f"asked for a mitigation: {offer.title} ({offer.target})"
        case MitigationVoid(_, offer, reason):
            return f"proposed nothing for {offer.target} ({offer.word}): {reason}"
        case MitigationProposed():
            return _proposed(fact, name_of)
        case MitigationApproved(_, sentence, asked_by):
            return f"approved: {_bare(sentence)} (asked for by {name_of(asked_by)})"
        case GlassBroken(_, sentence, asked_by, reason):
            asked = f"asked for by {name_of(asked_by)}"
            return f"broke the glass and approved alone: {_bare(sentence)} ({asked}). The reason: {reason}"
        case MitigationDeclined(_, sentence, asked_by, reason):
            why = f". The reason: {reason}" if reason else ""
            return f"declined: {_bare(sentence)} (asked for by {name_of(asked_by)}){why}"
        case MitigationExpired():
            return _expired(fact, name_of)
        case EvidenceTaken(_, target, health, sentence):
            return f"looked at {target} before changing it ({health}): {sentence}"
        case MitigationBegun(_, _, target, sentence):
            return f"began on {target}: {sentence}"
        case MitigationDone():
            return _done(fact, name_of)
        case MitigationFailed(_, sentence, reason, unclear):
            known = "what was changed is not known" if unclear else "nothing was changed"
            return f"did not carry out: {_bare(sentence)}; {known}: {reason}"
        case MitigationChecked(_, target, health, sentence, changed):
            return f"looked at {target} {'after the change' if changed else 'again'} ({health}): {sentence}"
        case _:
            assert_never(fact)


def _advised(fact: FixAdvised) -> str:
    said = "; ".join(fact.reasons)
    if fact.fix is None:
        return f"had the choice weighed: nothing speaks for either; to be found out: {said}"
    return f"had the choice weighed: a {fact.fix.label} is proposed, since {said}"


def _expired(fact: MitigationExpired, name_of: Callable[[str], str]) -> str:
    asked = f"asked for by {name_of(fact.asked_by)}"
    if fact.approved_by is None:
        return f"let a proposal expire: {_bare(fact.sentence)} ({asked})"
    late = "did not begin what was approved, since it had expired by then"
    return f"{late}: {_bare(fact.sentence)} ({asked}, approved by {name_of(fact.approved_by)})"


def _proposed(fact: MitigationProposed, name_of: Callable[[str], str]) -> str:
    plan = fact.plan
    found = [(aim.label, 1) for aim in plan.aims] if len(plan.aims) <= _NAMED else lines(plan.aims)
    rest = sum(number for _, number in found[_NAMED:])
    aims = "; ".join([*(line for line, _ in found[:_NAMED]), *([f"and {rest} more"] if rest else [])])
    exactly = f". Exactly these: {aims}" if aims else ""
    return f"proposed for {name_of(fact.asked_by)}: {_bare(plan.sentence)}{exactly}"


def _done(fact: MitigationDone, name_of: Callable[[str], str]) -> str:
    approved = f" and {name_of(fact.approved_by)} approved" if fact.approved_by else ""
    how = _how(fact)
    parts = [f"{how} what {name_of(fact.asked_by)} asked for{approved}: {fact.result.sentence}"]
    if change := figures(fact.result):
        parts.append(change)
    parts.append(counted(fact.result.hits))
    told = otherwise(fact.result)
    failed = [hit for hit in told if hit.fate is Fate.FAILED]
    parts += [f"failed: {hit.label}{f' ({_bare(hit.words)})' if hit.words else ''}" for hit in failed]
    left = [hit for hit in told if hit.fate is Fate.GONE]
    parts += [f"left alone: {hit.label} ({_bare(hit.words)})" for hit in left[:_NAMED]]
    if fact.resumed:
        parts.append("a first try was cut off, and this one went on")
    return "; ".join(_bare(part) for part in parts if part)


def _how(fact: MitigationDone) -> str:
    """Whether it was done; one that was cut off may have been."""
    if fact.resumed or Fate.DONE in fact.result.fates or not fact.result.hits:
        return "carried out"
    return "tried to carry out" if Fate.FAILED in fact.result.fates else "did not carry out"


def figures(result: Result) -> str:
    """Before → after, as far as they are known; what both count is said once: "44 → 0 idle sessions"."""
    if not result.before:
        return ""
    if not result.after:
        return f"{result.before} → not seen"
    if result.before == result.after:
        return f"{result.after}, as before"
    before, _, what = result.before.partition(" ")
    after, _, same = result.after.partition(" ")
    one = what == same and before.isdecimal() and after.isdecimal()
    return f"{before} → {after} {what}".rstrip() if one else f"{result.before} → {result.after}"


def otherwise(result: Result) -> list[Hit]:
    """What failed, and what was left alone for a reason, as far as the sentence does not tell it."""
    told = [hit for hit in result.hits if hit.fate is Fate.FAILED or (hit.fate is Fate.GONE and hit.words)]
    if len(result.hits) > 1:
        return told
    said = result.sentence.casefold()
    return [hit for hit in told if hit.words and _bare(hit.words).casefold() not in said]


def counted(hits: tuple[Hit, ...]) -> str:
    """Such as "44 done, 2 gone by themselves"; empty where all were done, or there was one alone."""
    if len(hits) < 2 or all(hit.fate is Fate.DONE for hit in hits):  # noqa: PLR2004 - one is no number to tell
        return ""
    found = Counter(hit.fate for hit in hits)
    words = {Fate.DONE: "done", Fate.GONE: "gone by then and left alone", Fate.FAILED: "failed"}
    return ", ".join(f"{found[fate]} {words[fate]}" for fate in Fate if found[fate])


def _bare(sentence: str) -> str:
    return sentence.rstrip(".")
