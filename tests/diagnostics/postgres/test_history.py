"""What sessions did between looks: counted by signs of life, shown beside what is wrong."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from diagnostics.probe import Care, TargetName, watch
from diagnostics.probes.postgres.history import SAMPLE
from diagnostics.probes.postgres.patient import PostgresPatient
from diagnostics.probes.postgres.section import PostgresSection
from diagnostics.redaction import Redactor
from incidents.charts import Chart
from incidents.evidence import Examination, Finding, Health
from incidents.picture import pictures
from tests.diagnostics.conftest import as_role, at_once
from tests.diagnostics.faults import filled, leaked

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NAME = TargetName("payments", "db", "postgres")


class Clock:
    """Moves on by 30 seconds whenever it is asked."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=30)
        return self.at


@asynccontextmanager
async def patient_of(dsn: str, clock: Callable[[], datetime]) -> AsyncIterator[PostgresPatient]:
    section = PostgresSection.model_validate(
        {"kind": "postgres", "name": "db", "dsn": dsn, "keepalive": 3600}
    )
    patient = PostgresPatient(NAME, section, Care(at_once, Redactor()), clock)
    await patient.open()
    try:
        yield patient
    finally:
        await patient.close()


async def lived(patient: PostgresPatient, signs: int) -> None:
    for _ in range(signs):
        await patient.session.tend()


async def look(patient: PostgresPatient, *probes: str) -> dict[str, Finding]:
    found = [await watch(patient, probe) for probe in patient.probes if probe.id in probes]
    return {finding.code: finding for outcome in found for finding in outcome.findings}


def course(chart: Chart, state: str) -> list[float]:
    (series,) = (series for series in chart.series if series.name == state)
    return [value for _, value in series.points]


async def test_a_leak_is_shown_with_what_was_before_it(database: str) -> None:
    async with patient_of(as_role(database, "diag"), Clock()) as patient:
        await lived(patient, 9)
        async with filled(as_role(database, "app")) as count:
            found = await look(patient, "pg.pool_utilisation", "pg.idle_in_txn")
            slots, leak = found["PG103"], found["PG102"]
    assert slots.chart == leak.chart
    assert slots.chart is not None
    assert course(slots.chart, "idle in transaction") == [0.0] * 9 + [count]
    assert slots.chart.levels[0].value == 47
    times = [at for at, _ in slots.chart.series[0].points]
    assert times == [NOON.timestamp() + 30 * (n + 1) for n in range(10)]
    seen = Examination("payments db", NOON, Health.CRITICAL, "Full.", (slots, leak))
    (picture,) = pictures(seen)
    assert picture.title == slots.sentence


async def test_what_is_well_has_no_picture(database: str) -> None:
    async with patient_of(as_role(database, "diag"), Clock()) as patient:
        await lived(patient, 9)
        found = await look(patient, "pg.pool_utilisation", "pg.idle_in_txn", "pg.activity_by_state")
    assert [finding.chart for finding in found.values()] == [None, None, None]


async def test_sessions_whose_state_is_hidden_are_counted_as_others(database: str) -> None:
    async with (
        patient_of(as_role(database, "app"), Clock()) as patient,
        leaked(as_role(database, "tocsin"), 40),
    ):
        slots = (await look(patient, "pg.pool_utilisation"))["PG103"]
    assert slots.chart is not None
    assert course(slots.chart, "other")[-1] >= 40


async def test_a_sign_of_life_is_four_statements_and_what_is_old_is_forgotten(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    async with patient_of(as_role(database, "diag"), Clock()) as patient:
        reading = patient.session.reading

        @asynccontextmanager
        async def counted(probe: str) -> AsyncIterator[object]:
            async with reading(probe) as read:

                async def one(statement: str, *values: object) -> list[object]:
                    said.append(statement)
                    return await read(statement, *values)

                yield one

        monkeypatch.setattr(patient.session, "reading", counted)
        await lived(patient, 1)
        assert said[0] == SAMPLE
        assert len(said) == 4  # the others read the counters, and who is behind
        monkeypatch.undo()
        await lived(patient, 250)
        async with filled(as_role(database, "app")):
            slots = (await look(patient, "pg.pool_utilisation"))["PG103"]
    assert slots.chart is not None
    assert slots.chart.end - slots.chart.begin == 2 * 3600
