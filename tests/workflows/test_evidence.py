"""What is kept of an examination has a size, and what is worst comes first."""

from datetime import UTC, datetime

from incidents.evidence import Examination, Figure, Finding, Health
from workflows.evidence import MOST, bounded

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def finding(code: str, health: Health, rows: int) -> Finding:
    table = (("line",), *((f"{number}: {'x' * 90}",) for number in range(rows)))
    return Finding(
        code, "logs", "payments api", health, f"{code} is so.", (Figure("rows", rows),), table=table
    )


def seen(*findings: Finding) -> Examination:
    return Examination("payments api", AT, Health.CRITICAL, "It fails.", findings)


def test_what_fits_is_kept_as_it_is_the_worst_first() -> None:
    ill, well = finding("LOG1", Health.CRITICAL, 20), finding("LOG2", Health.OK, 20)
    assert bounded(seen(well, ill)).findings == (ill, well)


def test_of_too_much_the_rows_of_the_worst_are_kept_and_what_is_missing_is_said() -> None:
    ill, well = finding("LOG1", Health.CRITICAL, 900), finding("LOG2", Health.OK, 900)
    small = bounded(seen(well, ill))
    assert small.findings[0] == ill
    assert small.findings[1].sentence == "LOG2 is so."
    assert 0 < len(small.findings[1].table) < 901
    left_out = 901 - len(small.findings[1].table)
    assert small.unseen == (f"the record: 0 findings and {left_out} rows were more than the 128 kB kept",)
    assert len(repr(small).encode()) < MOST * 1.1


def test_of_very_many_findings_the_worst_are_kept() -> None:
    many = [finding(f"LOG{number}", Health.OK, 0) for number in range(2000)]
    small = bounded(seen(*many, finding("BAD", Health.CRITICAL, 0)))
    assert small.findings[0].code == "BAD"
    assert len(small.findings) < 2001
    assert len(repr(small).encode()) < MOST * 1.1
