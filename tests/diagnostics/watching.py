"""A PostgreSQL watched over a time that the test tells."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from diagnostics.probe import Care, TargetName, watch
from diagnostics.probes.postgres.patient import PostgresPatient
from diagnostics.probes.postgres.section import PostgresSection
from diagnostics.redaction import Redactor
from incidents.evidence import Finding
from tests.diagnostics.conftest import at_once
from tests.diagnostics.rules import undescribed


@dataclass(slots=True)
class Watched:
    """The patient, and what its clock that only rises says, in seconds."""

    patient: PostgresPatient
    now: float = 0.0

    async def findings(self, probe: str, at: float) -> tuple[Finding, ...]:
        """What this way of looking finds then."""
        self.now = at
        (way,) = (each for each in self.patient.probes if each.id == probe)
        outcome = await watch(self.patient, way)
        assert undescribed(outcome.findings) == []
        return outcome.findings

    async def tell(self, probe: str, at: float) -> Finding:
        """The first thing that it finds then."""
        return (await self.findings(probe, at))[0]


@asynccontextmanager
async def watched(dsn: str, **section: object) -> AsyncIterator[Watched]:
    """The database at that address; what its section of services.toml says besides."""
    settings = PostgresSection.model_validate(
        {"kind": "postgres", "name": "db", "dsn": dsn, "keepalive": 3600} | section
    )

    def monotonic() -> float:
        return found.now

    name = TargetName("payments", "db", "postgres")
    found = Watched(PostgresPatient(name, settings, Care(at_once, Redactor()), monotonic=monotonic))
    await found.patient.open()
    try:
        yield found
    finally:
        await found.patient.close()
