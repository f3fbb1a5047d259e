"""What patterns can ask of the other targets of the same kind, and the one that comes with Tocsin."""

from pathlib import Path

import pytest

from diagnostics.look import Look
from diagnostics.run import Progress
from incidents.errors import Misconfigured
from incidents.evidence import Finding, Health
from tests.diagnostics.patterns.test_judging import judged, pattern, rules
from tests.diagnostics.rules import RULES

GONE = ("TP010", Health.CRITICAL, "stripe takes no connection.")
SILENT = ("TP011", Health.CRITICAL, "mailgun gives no answer.")
WELL = ("TP001", Health.OK, "maps answers 200.")
DOWN = ("TP016", Health.CRITICAL, "It answers 503.")
INCIDENT = ("TP003", Health.CRITICAL, "Its status page tells of an incident.")
Said = tuple[str, Health, str]


def party(name: str, *said: Said) -> Look:
    target = f"shop {name}"
    findings = tuple(Finding(code, "third_party.health", target, ill, words) for code, ill, words in said)
    progress = Progress(findings=findings, answered=frozenset({"third_party.health"}), done_at=1.0)
    return Look(target, "shop", "third_party", progress, alone=False)


def others(*parties: Look, service: str = "shop") -> list[Look]:
    return [Look(each.target, service, each.facts, each.progress, alone=False) for each in parties]


@pytest.mark.parametrize(
    ("parties", "named"),
    [
        (others(party("stripe", GONE), party("mailgun", SILENT)), ["EGRESS"]),
        (others(party("stripe", GONE), party("mailgun", SILENT), party("maps", GONE)), ["EGRESS"]),
        (others(party("stripe", GONE)), ["THIRD_PARTY_OUTAGE"]),
        (others(party("stripe", GONE), party("maps", WELL)), ["THIRD_PARTY_OUTAGE"]),
        (others(party("stripe", DOWN), party("mailgun", DOWN)), ["THIRD_PARTY_OUTAGE"] * 2),
    ],
)
def test_several_third_parties_that_fail_at_once_are_one_cause(parties: list[Look], named: list[str]) -> None:
    assert [cause.code for cause in judged(RULES, *parties).causes] == named


def test_one_that_answers_speaks_against_the_way_out() -> None:
    parties = (party("stripe", GONE), party("mailgun", SILENT), party("maps", WELL))
    first = judged(RULES, *parties).causes[0]
    assert first.code == "THIRD_PARTY_OUTAGE"


def test_a_page_that_tells_of_their_own_trouble_speaks_against_it() -> None:
    causes = judged(RULES, party("stripe", GONE, INCIDENT), party("mailgun", GONE, INCIDENT)).causes
    assert causes[0].code == "THIRD_PARTY_OUTAGE"


def test_what_another_service_cannot_reach_says_nothing_of_this_one() -> None:
    looks = (*others(party("stripe", GONE)), *others(party("mailgun", GONE), service="blog"))
    assert {cause.code for cause in judged(RULES, *looks).causes} == {"THIRD_PARTY_OUTAGE"}


def test_without_others_it_is_known_that_none_of_them_is_ill(tmp_path: Path) -> None:
    made = rules(tmp_path, pattern(required="!other_pg.slots.seen && pg.slots.seen"))
    finding = Finding("PG103", "pg.pool_utilisation", "shop db", Health.WARN, "It is full.")
    progress = Progress(findings=(finding,), answered=frozenset({"pg.pool_utilisation"}), done_at=1.0)
    seen = judged(made, Look("shop db", "shop", "pg", progress, alone=True))
    assert [cause.code for cause in seen.causes] == ["FULL"]


def test_no_pattern_is_about_others_by_themselves(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured):
        rules(tmp_path, pattern().replace("about: pg", "about: other_pg"))
