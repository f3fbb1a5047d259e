"""A mail server kept ready to be looked at; nothing is kept open."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import aiosmtplib

from diagnostics.probe import Care, Probe, TargetName
from diagnostics.probes.smtp import findings
from diagnostics.probes.smtp.section import SmtpSection
from diagnostics.probes.smtp.talk import Talk, hold
from incidents.evidence import Finding

SPARE = 0.5  # seconds beyond the patience for the talk


def _utc() -> datetime:
    return datetime.now(UTC)


class SmtpPatient:
    """One mail server."""

    def __init__(
        self,
        name: TargetName,
        section: SmtpSection,
        _care: Care,
        *,
        clock: Callable[[], datetime] = _utc,
    ) -> None:
        self._name = name
        self._section = section
        self._clock = clock
        self._probes = (Probe(findings.PROBE, "the mail server", self._look, section.patience + SPARE),)

    @property
    def name(self) -> TargetName:
        """What it is called."""
        return self._name

    @property
    def probes(self) -> Sequence[Probe]:
        """One: a talk that ends before anything is sent."""
        return self._probes

    def explain(self, _probe: Probe, _error: Exception) -> Finding | None:
        """Nothing more than the watch over a probe can say."""
        return None

    async def open(self) -> None:
        """Nothing is kept open."""

    async def close(self) -> None:
        """Nothing is kept open."""

    async def _look(self) -> tuple[Finding, ...]:
        target, section, talk = str(self._name), self._section, Talk()
        broken: tuple[Finding, ...] = ()
        try:
            async with asyncio.timeout(section.patience):
                await hold(talk, section)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            broken = (findings.broken_off(target, talk, error),)
        return (*findings.judged(target, section, talk, self._clock()), *broken)
