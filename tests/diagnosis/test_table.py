"""The table of `make diagnosis`: what counts as right, and a small part of it on real components."""

import contextlib
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest

from incidents.evidence import Cause, Confidence, Examination, Health
from tests.diagnosis import __main__ as program
from tests.diagnosis import (
    cache,
    deploys,
    host,
    kubernetes,
    kubernetes_logs,
    mail,
    names,
    network,
    postgres,
    third_party,
    unseen_cache,
    unseen_http,
    unseen_kubernetes,
    unseen_postgres,
)
from tests.diagnosis.case import NOTHING, AbsentError, Case, Group
from tests.diagnosis.table import Outcome, as_json, drawn, judged, outcome, skipped, sums

QUICK = {
    "DNS": ("the name resolves", "NXDOMAIN"),
    "SMTP": ("a healthy mail server", "an expired certificate"),
    "TLS": ("good for 90 days", "expired, for another host"),
    "HTTP": ("healthy and ready", "alive, not ready"),
    "Redis": ("maxclients, none for us", "stopped"),
    "PostgreSQL": (
        "a leak, every slot taken",
        "a pool of 20 at rest",
        "a lock queue, its root idle",
        "frozen",
    ),
    "PostgreSQL unseen": ("an advisory lock never given back", "every slot taken by idle pools"),
    "Redis unseen": ("writes go to a replica", "ten workers wait for work"),
    "Kubernetes (stand-in)": ("three pods, well", "crashes, running at the moment", "the API is away"),
    "Kubernetes logs (stand-in)": ("names are not found, in Go", "lines that only sound bad"),
    "Kubernetes unseen (stand-in)": ("a volume that cannot be mounted", "a node shut down in order"),
    "Deploys (git, GitHub stand-in)": ("merged 6 min before", "deployed three days before"),
    "Sentry (stand-in)": ("a new error in the newest release", "no new error, all well"),
    "Host (node_exporter)": ("well, a full tmpfs beside", "unreachable"),
    "Third parties (stand-ins)": ("none of three answers", "well, its page green"),
    "HTTP unseen": ("a circle of redirects", "its own health limited", "200 with an error in its body"),
}


def seen(*causes: tuple[str, int], health: Health = Health.CRITICAL) -> Examination:
    named = tuple(Cause(code, code, Confidence.LOW, (), "", score=score) for code, score in causes)
    return Examination("shop db", datetime(2026, 11, 21, tzinfo=UTC), health, "", causes=named)


@pytest.mark.parametrize(
    ("expected", "examination", "compares"),
    [
        ("LEAK", seen(("LEAK", 90), ("LOAD", 60)), Outcome.RIGHT),
        ("LEAK", seen(("LOAD", 90), ("LEAK", 90)), Outcome.TIED),
        ("LEAK", seen(("LOAD", 90), ("LEAK", 60)), Outcome.WRONG),
        ("LEAK", seen(), Outcome.WRONG),
        (NOTHING, seen(health=Health.OK), Outcome.RIGHT),
        (NOTHING, seen(health=Health.WARN), Outcome.FALSE_ALARM),
        (NOTHING, seen(("LEAK", 50), health=Health.OK), Outcome.FALSE_ALARM),
    ],
)
def test_a_verdict_is_right_tied_wrong_or_a_false_alarm(
    expected: str, examination: Examination, compares: Outcome
) -> None:
    assert outcome(expected, examination) is compares


@pytest.mark.parametrize(
    ("seconds", "cause", "compares"),
    [
        (10.0, "LEAK", Outcome.RIGHT),
        (10.1, "LEAK", Outcome.LATE),
        (10.1, "LOAD", Outcome.WRONG),
    ],
)
def test_a_right_answer_after_ten_seconds_is_late_and_counted(
    seconds: float, cause: str, compares: Outcome
) -> None:
    row = judged("PostgreSQL", Case("a leak", cause, never), replace(seen(("LEAK", 90)), seconds=seconds))
    assert row.outcome is compares
    assert ("1 late" in sums([row])) is (compares is Outcome.LATE)


@pytest.mark.parametrize(("seconds", "code"), [(10.0, 0), (10.1, 1)])
def test_a_late_answer_makes_the_run_fail(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seconds: float, code: int
) -> None:
    async def answered(_component: object) -> Examination:
        return replace(seen(("LEAK", 90)), seconds=seconds)

    group = Group("Nothing real", lambda: contextlib.nullcontext(None), (Case("a leak", "LEAK", answered),))
    monkeypatch.setattr(program, "GROUPS", (group,))
    monkeypatch.setattr(sys, "argv", ["diagnosis", "--json", str(tmp_path / "diagnosis.json")])
    assert program.main() == code


async def never(_component: object) -> Examination:
    raise AssertionError


def test_what_was_skipped_is_said_with_what_it_needs() -> None:
    rows = [skipped("Docker", Case("paused", "CONTAINER_DOWN", never), "dockerd; apt package docker.io")]
    assert "1 skipped of 1." in drawn(rows)
    assert "Docker: needs dockerd; apt package docker.io" in drawn(rows)
    assert json.loads(as_json(rows))["rows"][0]["outcome"] == "skipped"


def test_every_kind_has_healthy_controls_and_no_case_stands_twice() -> None:
    for group in program.GROUPS:
        cases = [case.what for case in group.cases]
        assert len(set(cases)) == len(cases)
        assert any(case.cause == NOTHING for case in group.cases), group.kind


@pytest.mark.parametrize(
    "group",
    [
        names.DNS,
        mail.SMTP,
        network.TLS,
        network.HTTP,
        cache.GROUP,
        postgres.GROUP,
        unseen_postgres.GROUP,
        unseen_cache.GROUP,
        unseen_http.HTTP,
        kubernetes.GROUP,
        kubernetes_logs.GROUP,
        unseen_kubernetes.GROUP,
        deploys.DEPLOYS,
        deploys.SENTRY,
        host.HOST,
        third_party.GROUP,
    ],
)
async def test_a_part_of_the_table_is_right(group: Group, missing: Callable[[str, str], NoReturn]) -> None:
    try:
        async with group.opened() as component:
            cases = [case for case in group.cases if case.what.startswith(QUICK[group.kind])]
            assert len(cases) == len(QUICK[group.kind])
            rows = [await program.row_of(group.kind, case, component) for case in cases]
    except AbsentError as absent:
        component, _, package = str(absent).partition("; ")
        missing(component, package)
    assert {row.outcome for row in rows} == {Outcome.RIGHT}, drawn(rows)
