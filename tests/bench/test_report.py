"""The table, the JSON, and when a target is met."""

import json
from dataclasses import replace

import pytest

from bench.figures import AllOf, AtMost, Figure, Missing, Target, Unit, amount
from bench.report import Report


def figure(value: float, unit: Unit = Unit.MILLISECONDS, target: Target | None = None) -> Figure:
    return Figure(section="One declare", what="acknowledged", value=value, unit=unit, target=target)


@pytest.mark.parametrize(
    ("value", "target", "met"),
    [
        (150.0, AtMost(150), True),
        (150.1, AtMost(150), False),
        (50, AllOf(50), True),
        (49, AllOf(50), False),
        (7.0, None, None),
    ],
)
def test_a_target_is_met_up_to_its_limit_or_by_all(value: float, target: Target, *, met: bool | None) -> None:
    assert figure(value, target=target).met is met


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (112.7, Unit.MILLISECONDS, "113 ms"),
        (0.456, Unit.SECONDS, "0.46 s"),
        (2.04, Unit.CALLS, "2.0 call times"),
        (50, Unit.COUNT, "50"),
        (117.6, Unit.MEGABYTES, "118 MB"),
        (0.94, Unit.PERCENT, "0.9 %"),
    ],
)
def test_an_amount_reads_as_people_write_it(value: float, unit: Unit, written: str) -> None:
    assert amount(value, unit) == written


def test_the_table_stands_in_columns_under_its_headings() -> None:
    report = Report(
        {"cores": "2"},
        [
            replace(figure(212.0, target=AtMost(300)), samples=[240, 212, 198]),
            Figure(section="One declare", what="on record", value=49, unit=Unit.COUNT, target=AllOf(50)),
            Figure(section="At rest", what="memory", value=90.0, unit=Unit.MEGABYTES, note="after the run"),
        ],
    )

    assert report.table().splitlines() == [
        "cores 2",
        "",
        "  what          figure  from-to  target          met",
        "",
        "One declare",
        "  acknowledged  212 ms  198-240  at most 300 ms  yes",
        "  on record         49           all 50          NO",
        "",
        "At rest",
        "  memory         90 MB",
        "      after the run",
        "",
        "1 of 2 targets are met.",
    ]


def test_what_could_not_be_measured_is_said_and_makes_the_report_incomplete() -> None:
    report = Report({}, [figure(1.0), Missing(section="The demo", reason="There is no demo.")])

    assert not report.complete
    assert "  not measured: There is no demo." in report.table()
    assert report.table().endswith("1 could not be measured.\n")


def test_the_json_carries_every_sample() -> None:
    measured = Figure(
        section="One declare",
        what="acknowledged",
        value=20.0,
        unit=Unit.MILLISECONDS,
        target=AtMost(300),
        samples=[18.00004, 20, 31],
    )
    read = json.loads(Report({"cores": "2"}, [measured, Missing(section="s", reason="r")]).to_json())

    assert read["setting"] == {"cores": "2"}
    assert read["rows"][0]["samples"] == [18.0, 20, 31]
    assert read["rows"][0]["target"] == "at most 300 ms"
    assert read["rows"][0]["met"] is True
    assert read["rows"][1] == {"section": "s", "not_measured": "r"}
