"""Patterns against facts: every state of a clause, scores, ties, coverage, and what explains what."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from diagnostics.causes import Rules
from diagnostics.look import Collected, Look
from diagnostics.patterns.reading import read_patterns
from diagnostics.run import Progress
from diagnostics.verdict import judge
from incidents.errors import Misconfigured
from incidents.evidence import Cause, Confidence, Examination, Figure, Finding, Health
from tests.diagnostics.rules import RULES, SCHEMA

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SLOTS, CONNECTS, WAITS = "pg.pool_utilisation", "pg.connect", "pg.lock_roots"
PATTERN = """
- code: FULL
  title: too full
  layer: database
  about: pg
  required:
    - when: "{required}"
      says: it is so
  supporting:
    - when: "{supporting}"
      weight: {weight}
      says: "{{pg.slots.taken}} are taken"
  contradicting:
    - when: "{contradicting}"
      weight: 0.20
      says: it is not so
  sentence: "{{pg.slots.taken}} of it is taken: too full"
  next_step: Ask {{pg.idle_in_transaction.application}}.
  next_probe: Look at the rest.
  runbook: https://wiki.example.com/full
  action: pg.end_idle
  explains: [{explains}]
"""


def rules(folder: Path, *patterns: str) -> Rules:
    (folder / "x.yaml").write_text("\n".join(patterns), encoding="utf-8")
    return Rules(read_patterns(folder, SCHEMA), SCHEMA)


def pattern(**parts: str) -> str:
    usual = {
        "required": "pg.slots.taken >= 80",
        "supporting": "false",
        "weight": "0.10",
        "contradicting": "false",
        "explains": "",
    }
    return PATTERN.format(**(usual | parts))


def slots(taken: int | None, health: Health = Health.WARN) -> Finding:
    return Finding("PG103", SLOTS, "payments db", health, "It is so.", (Figure("taken", taken, "%"),))


def look(
    *findings: Finding, answered: tuple[str, ...] = (), word: str = "pg", target: str = "payments db"
) -> Look:
    progress = Progress(findings=findings, answered=frozenset(answered), done_at=1.0, broken=True)
    return Look(target, target.split(maxsplit=1)[0], word, progress, alone=False)


def judged(rules: Rules, *looks: Look) -> Examination:
    return judge(Collected("payments", NOW, 1.0, looks), rules)


def only(examination: Examination) -> Cause:
    (cause,) = examination.causes
    return cause


def test_what_is_required_and_so_makes_a_cause(tmp_path: Path) -> None:
    cause = only(judged(rules(tmp_path, pattern()), look(slots(90), answered=(SLOTS,))))
    assert (cause.code, cause.score, cause.confidence) == ("FULL", 50, Confidence.LOW)
    assert cause.sentence == "payments db: 90 % of it is taken: too full."
    assert (cause.held, cause.against, cause.evidence) == (("it is so",), (), ("PG103",))
    assert (cause.coverage, cause.missing, cause.next_probe) == (100, (), "")
    assert cause.next_step == "Ask ?."
    assert (cause.runbook, cause.actions) == ("https://wiki.example.com/full", ("pg.end_idle",))


def test_what_is_required_and_not_so_rules_it_out(tmp_path: Path) -> None:
    seen = judged(rules(tmp_path, pattern()), look(slots(10)))
    assert (seen.causes, seen.untested) == ((), ())


@pytest.mark.parametrize("finding", [slots(None), None])
def test_what_is_required_and_not_known_at_all_is_no_news(tmp_path: Path, finding: Finding | None) -> None:
    seen = judged(rules(tmp_path, pattern()), look(*filter(None, (finding,))))
    assert (seen.causes, seen.untested) == ((), ())


def test_what_is_half_known_is_not_tested_and_never_ruled_out(tmp_path: Path) -> None:
    half = pattern().replace(
        "      says: it is so\n", "      says: it is so\n    - {when: pg.refused.seen, says: it is refused}\n"
    )
    seen = judged(rules(tmp_path, half), look(slots(90)))
    assert seen.causes == ()
    assert seen.untested == ("payments db: too full (not known: nothing listens at the database's address)",)


@pytest.mark.parametrize(
    ("taken", "sure"), [("0.10", Confidence.LOW), ("0.15", Confidence.MEDIUM), ("0.35", Confidence.HIGH)]
)
def test_what_speaks_for_it_adds_to_the_score(tmp_path: Path, taken: str, sure: Confidence) -> None:
    cause = only(judged(rules(tmp_path, pattern(supporting="pg.slots.ill", weight=taken)), look(slots(90))))
    assert (cause.score, cause.confidence) == (50 + round(100 * float(taken)), sure)
    assert cause.held == ("it is so", "90 % are taken")


def test_what_speaks_against_it_takes_from_the_score(tmp_path: Path) -> None:
    cause = only(judged(rules(tmp_path, pattern(contradicting="pg.slots.taken > 85")), look(slots(90))))
    assert (cause.score, cause.against) == (30, ("it is not so",))


def test_a_score_stays_within_its_bounds(tmp_path: Path) -> None:
    most = pattern(supporting="true", weight="0.9")
    assert only(judged(rules(tmp_path, most), look(slots(90)))).score == 95


def test_what_is_not_known_changes_no_score_but_the_coverage(tmp_path: Path) -> None:
    unknown = pattern(supporting="pg.refused.seen", contradicting="http.answers.ill")
    cause = only(judged(rules(tmp_path, unknown), look(slots(90))))
    assert (cause.score, cause.checked, cause.signs, cause.coverage) == (50, 1, 3, 33)
    assert cause.missing == ("nothing listens at the database's address", "an answer of success")
    assert cause.next_probe == "Look at the rest."


def test_a_code_that_its_probe_did_not_say_is_not_there(tmp_path: Path) -> None:
    absent = pattern(supporting="!pg.refused.seen && pg.refused.health == 'absent'", weight="0.20")
    cause = only(judged(rules(tmp_path, absent), look(slots(90), answered=(CONNECTS,))))
    assert (cause.score, cause.coverage) == (70, 100)


def test_a_code_of_no_certain_probe_is_not_there_when_the_whole_target_was_seen(tmp_path: Path) -> None:
    found = rules(tmp_path, pattern(supporting="!pg.locked_out.seen"))
    broken = look(slots(90), answered=(SLOTS, CONNECTS))
    whole = Look("payments db", "payments", "pg", Progress(findings=(slots(90),), done_at=1.0))
    assert [only(judged(found, each)).coverage for each in (broken, whole)] == [66, 100]


def test_a_finding_whose_health_is_unknown_is_seen_but_neither_ill_nor_well(tmp_path: Path) -> None:
    unknown = slots(90, Health.UNKNOWN)
    ill = rules(tmp_path, pattern(supporting="pg.slots.ill", contradicting="pg.slots.health == 'unknown'"))
    assert (only(judged(ill, look(unknown))).score, only(judged(ill, look(unknown))).coverage) == (30, 66)


def test_other_families_facts_are_the_services_worst(tmp_path: Path) -> None:
    found = rules(tmp_path, pattern(supporting="http.answers.ill", weight="0.20"))
    well = Finding("HT001", "http.health", "payments web", Health.OK, "It answers.")
    late = Finding("HT001", "http.health", "payments api", Health.WARN, "It answers late.")
    api = look(late, word="http", target="payments api")
    web = look(well, word="http", target="payments web")
    other = look(late, word="http", target="orders api")
    blind = look(word="http", target="payments shop")
    db = look(slots(90))
    assert only(judged(found, db, web, api)).score == 70
    assert only(judged(found, db, web)).score == 50
    assert only(judged(found, db, web)).coverage == 100
    assert only(judged(found, db, web, blind)).coverage == 66
    assert only(judged(found, db, other)).coverage == 66


def test_of_several_ways_in_which_a_cause_shows_the_surest_is_said(tmp_path: Path) -> None:
    weak, strong = pattern(), pattern(supporting="pg.slots.ill", weight="0.20")
    assert only(judged(rules(tmp_path, weak, strong), look(slots(90)))).score == 70


def test_causes_stand_by_score_and_at_a_tie_the_deeper_first(tmp_path: Path) -> None:
    low, app = pattern(weight="0.05", supporting="true"), pattern(weight="0.10", supporting="true")
    app = app.replace("FULL", "SLOW").replace("layer: database", "layer: app")
    host = app.replace("SLOW", "HOST").replace("layer: app", "layer: host")
    seen = judged(rules(tmp_path, low, app, host), look(slots(90)))
    assert [(cause.code, cause.score) for cause in seen.causes] == [("HOST", 60), ("SLOW", 60), ("FULL", 55)]


def test_a_cause_explains_what_follows_from_it_and_what_follows_from_that(tmp_path: Path) -> None:
    sure = pattern(supporting="true", weight="0.20", explains="SLOW")
    slow = pattern(supporting="true", weight="0.30", explains="LATE").replace("FULL", "SLOW")
    late = pattern(supporting="true").replace("FULL", "LATE").replace("layer: database", "layer: app")
    late = late.replace("taken: too full", "taken: too late")
    seen = judged(rules(tmp_path, sure, slow, late), look(slots(90)))
    assert only(seen).code == "FULL"
    assert [each.rpartition(" ")[2] for each in only(seen).symptoms] == ["full.", "late."]


def test_a_cause_that_shows_on_targets_of_several_kinds_is_one_cause(tmp_path: Path) -> None:
    db = pattern(supporting="true", weight="0.20").replace("{{", "{").replace("}}", "}")
    api = db.replace("about: pg", "about: http").replace("pg.slots.taken >= 80", "http.refused.seen")
    refused = Finding("HT020", "http.health", "payments api", Health.CRITICAL, "Nothing listens.")
    seen = judged(
        rules(tmp_path, db, api), look(slots(90)), look(refused, word="http", target="payments api")
    )
    assert [len(cause.symptoms) for cause in seen.causes] == [1]
    two = judged(rules(tmp_path, db), look(slots(90)), look(slots(95), target="payments copy"))
    assert len(two.causes) == 2


@pytest.mark.parametrize(
    ("layer", "weight", "named"),
    [
        ("app", "0.20", ["FULL"]),  # a likely cause below explains what is merely seen
        ("host", "0.20", ["FULL", "SEEN"]),  # what is seen deeper cannot follow from it
        ("app", "0.05", ["SEEN", "FULL"]),  # a guess explains nothing
    ],
)
def test_what_is_merely_seen_gives_way_to_a_likely_cause(
    tmp_path: Path, layer: str, weight: str, named: list[str]
) -> None:
    cause = pattern(supporting="true", weight=weight)
    symptom = pattern(supporting="true").replace("FULL", "SEEN")
    symptom = symptom.replace("layer: database", f"layer: {layer}\n  symptom: true")
    seen = judged(rules(tmp_path, cause, symptom), look(slots(90)))
    assert [each.code for each in seen.causes] == named


def test_what_is_merely_seen_is_not_said_again_where_the_cause_rests_on_the_same(tmp_path: Path) -> None:
    cause = pattern(supporting="true", weight="0.20")
    seen_too = pattern().replace("FULL", "SEEN").replace("layer: database", "layer: app\n  symptom: true")
    other = Finding("PG102", "pg.idle_in_txn", "payments db", Health.WARN, "It is idle.")
    rests_on_more = seen_too.replace("pg.slots.taken >= 80", "pg.idle_in_transaction.seen")
    told = [
        only(judged(rules(tmp_path, cause, merely), look(slots(90), other))).symptoms
        for merely in (seen_too, rests_on_more)
    ]
    assert [len(symptoms) for symptoms in told] == [0, 1]


def test_causes_that_explain_each_other_are_both_said(tmp_path: Path) -> None:
    one = pattern(supporting="true", weight="0.20", explains="SLOW")
    two = pattern(supporting="true", weight="0.20", explains="FULL").replace("code: FULL", "code: SLOW")
    assert len(judged(rules(tmp_path, one, two), look(slots(90))).causes) == 2


def test_a_cause_that_shows_in_two_layers_can_follow_from_what_lies_below_the_higher(tmp_path: Path) -> None:
    host = pattern(explains="SLOW").replace("layer: database", "layer: platform")
    both = [
        pattern().replace("FULL", "SLOW").replace("layer: database", f"layer: {at}") for at in ("app", "host")
    ]
    assert len(rules(tmp_path, host, *both).patterns) == 3


def test_where_nothing_was_found_no_shipped_pattern_names_a_cause() -> None:
    whole = Progress(done_at=1.0)
    looks = tuple(Look(f"payments {word}", "payments", word, whole, alone=False) for word in SCHEMA.codes)
    seen = judged(RULES, *looks)
    assert (seen.causes, seen.untested) == ((), ())


def test_evidence_that_looks_like_a_pattern_is_only_shown(tmp_path: Path) -> None:
    named_so = (Figure("application", "{pg.slots.taken} || true"),)
    hostile = Finding("PG102", "pg.idle_in_txn", "payments db", Health.WARN, "x", named_so)
    named = rules(tmp_path, pattern(supporting="pg.idle_in_transaction.application == 'reports'"))
    cause = only(judged(named, look(slots(90), hostile)))
    assert cause.next_step == "Ask {pg.slots.taken} || true."
    assert cause.score == 50


@pytest.mark.parametrize("word", ["docker", "k8s"])
def test_what_logs_say_counts_wherever_they_are_kept(tmp_path: Path, word: str) -> None:
    named = rules(tmp_path, pattern(supporting="logs.log_pool_timeout.seen"))
    timeouts = Finding("LG111", f"{word}.logs", "payments app", Health.CRITICAL, "7 lines speak of it.")
    read = look(timeouts, answered=(f"{word}.logs",), word=word, target="payments app")
    assert only(judged(named, look(slots(90)), read)).evidence == ("PG103", "LG111")
    quiet = look(answered=(f"{word}.logs",), word=word, target="payments app")
    assert only(judged(named, look(slots(90)), quiet)).coverage == 100
    assert only(judged(named, look(slots(90)))).missing == ("an exhausted connection pool",)


def test_no_pattern_is_about_logs_by_themselves(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="unknown kind of target 'logs'"):
        rules(tmp_path, pattern().replace("about: pg", "about: logs"))
