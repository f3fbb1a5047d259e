"""Counting and judging: the window against the one before, few against many, distinct errors ranked."""

from datetime import UTC, datetime, timedelta

import pytest

from diagnostics.logs.codes import CODES
from diagnostics.logs.excerpt import Excerpt, Line
from diagnostics.logs.findings import Told, last_words, told
from diagnostics.logs.kinds import ranked, shape
from diagnostics.logs.settings import LogSettings
from incidents.evidence import Finding, Health

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
AT = Told("shop app", "docker.logs", LogSettings())
FIGURES = {str(entry.code): set(entry.figures) for entry in CODES}


def excerpt(*said: tuple[float, str], source: str = "api", whole: bool = True) -> Excerpt:
    """Lines by the minutes that have passed since."""
    lines = tuple(Line(NOW - timedelta(minutes=ago), text) for ago, text in sorted(said, reverse=True))
    return Excerpt(source, lines, NOW - timedelta(minutes=30), NOW, whole)


def found(*excerpts: Excerpt) -> dict[str, Finding]:
    findings = told(AT, excerpts)
    for finding in findings:
        assert {figure.name for figure in finding.figures} <= FIGURES[finding.code]
    return {str(finding.code): finding for finding in findings}


@pytest.mark.parametrize(
    ("now", "before", "health"),
    [
        (4, 0, Health.OK),  # few
        (5, 0, Health.WARN),
        (9, 8, Health.OK),  # as before
        (16, 8, Health.WARN),  # twice as many
        (30, 60, Health.WARN),  # many in any case
    ],
)
def test_timeouts_are_a_warning_when_they_are_more_than_before_or_many(
    now: int, before: int, health: Health
) -> None:
    lines = [(1.0, "request timed out")] * now + [(20.0, "request timed out")] * before
    finding = found(excerpt(*lines))["LG102"]
    assert finding.health is health
    assert finding.sentence == (
        f"{now} lines speak of timeouts in the last 15 min ({before} in the 15 min before), from api; "
        "the last: “request timed out”."
    )


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            ("starting", "panic: index out of range", "goroutine 1 [running]:", ""),
            "panic: index out of range",
        ),
        (("ERROR one", "ERROR two", "bye"), "ERROR two"),
        (("starting", "seed file missing", ""), "seed file missing"),
    ],
)
def test_what_a_program_wrote_before_it_ended_is_its_last_error_else_its_last_line(
    lines: tuple[str, ...], said: str
) -> None:
    last = last_words(AT, excerpt(*((5 - number, text) for number, text in enumerate(lines))))
    assert last
    assert last.sentence == f"api wrote before it ended: “{said}”."
    assert {figure.name for figure in last.figures} <= FIGURES[last.code]


def test_a_program_that_wrote_nothing_has_no_last_words() -> None:
    assert last_words(AT, excerpt((1, ""), (2, "  "))) is None


def test_one_line_of_a_full_disk_is_critical_and_one_of_a_pool_a_warning() -> None:
    said = found(excerpt((1, "No space left on device"), (2, "QueuePool limit of size 5 reached")))
    assert said["LG110"].health is Health.CRITICAL
    assert said["LG111"].health is Health.WARN
    assert "/diagnose db" in said["LG111"].next_step


def test_where_the_window_before_was_not_read_nothing_is_compared() -> None:
    said = found(excerpt(*[(1.0, "connection refused")] * 5, whole=False))
    assert said["LG103"].health is Health.WARN
    assert said["LG103"].sentence.startswith(
        "5 lines speak of refused connections in the last 60 s, from api"
    )
    assert {f.name: f.value for f in said["LG103"].figures}["lines before"] is None
    assert "Older lines were left out: these reach back 60 s." in said["LG001"].sentence


def test_quiet_logs_are_one_quiet_finding() -> None:
    said = found(excerpt((1, "INFO served"), (25, "INFO served")), excerpt((2, "INFO done"), source="worker"))
    assert list(said) == ["LG001"]
    assert said["LG001"].sentence == "2 lines of api and worker in the last 15 min, none names an error."


def test_distinct_errors_are_ranked_with_their_requests() -> None:
    lines = [(n / 10, f"ERROR order {n} of user 0x{n:x} failed request_id=req-{n:06}") for n in range(12)]
    said = found(excerpt(*lines, (3, "ERROR cache is cold")))["LG002"]
    assert "13 lines name an error in the last 15 min (0 in the 15 min before), 2 kinds" in said.sentence
    assert said.table[1][:1] + said.table[1][2:4] == (
        "12", "ERROR order # of user {id} failed request_id=req-#", "req-000000"
    )  # fmt: skip


def test_a_flood_is_told_only_where_lines_were_left_out() -> None:
    burst = [(0.0, "INFO x")] * 500
    assert "LG003" not in found(excerpt(*burst))
    assert found(excerpt(*burst, whole=False))["LG003"].health is Health.WARN


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("took 12 ms for 10.0.0.7:5432", "took 9,313.5 ms for 10.1.2.3:80"),
        ("order 17 is lost", "order 100016970 is lost"),
        ("job 3f2b8c1e-7d4a-4f6e-9c3b-1a2b3c4d5e6f died", "job aaaaaaaa-0000-4f6e-9c3b-1a2b3c4d5e6f died"),
        ("2026-11-21T14:00:00.123Z commit 9f86d081884c broke", "2026-11-21 13:00:00 commit a0b1c2d3 broke"),
    ],
)  # fmt: skip
def test_lines_that_differ_in_numbers_and_identifiers_are_one_kind(one: str, other: str) -> None:
    assert shape(one) == shape(other)


def test_endless_kinds_are_counted_together() -> None:
    kinds = ranked(Line(NOW, f"ERROR {chr(0x4E00 + n)}") for n in range(3_000))
    assert len(kinds) == 1_001
    assert (kinds[-1].shape, kinds[-1].count) == ("other errors", 2_000)
