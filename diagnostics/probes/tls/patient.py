"""A TLS port kept ready to be looked at; nothing is kept open."""

import ssl
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from diagnostics.probe import Care, Probe, TargetName
from diagnostics.probes.tls import findings, handshake
from diagnostics.probes.tls.section import TlsSection
from diagnostics.probes.unreached import certificate_error
from incidents.evidence import Finding

DEADLINE = 9.5  # seconds for three handshakes at most, side by side with no others


def _utc() -> datetime:
    return datetime.now(UTC)


class TlsPatient:
    """One port and its certificates, judged by the clock of this machine."""

    def __init__(
        self,
        name: TargetName,
        section: TlsSection,
        _care: Care,
        *,
        clock: Callable[[], datetime] = _utc,
    ) -> None:
        self._name = name
        self._section = section
        self._clock = clock
        self._probes = (Probe(findings.PROBE, "certificates", self._look, DEADLINE),)

    @property
    def name(self) -> TargetName:
        """What it is called."""
        return self._name

    @property
    def probes(self) -> Sequence[Probe]:
        """One: what its certificates say."""
        return self._probes

    def explain(self, _probe: Probe, _error: Exception) -> Finding | None:
        """Nothing more than the watch over a probe can say."""
        return None

    async def open(self) -> None:
        """Nothing is kept open."""

    async def close(self) -> None:
        """Nothing is kept open."""

    async def _look(self) -> tuple[Finding, ...]:
        target, section = str(self._name), self._section
        try:
            return findings.judged(await self._seen())
        except (OSError, UnicodeError) as error:
            return (findings.no_handshake(target, section, error),)
        except ValueError:
            return (findings.unreadable(target, section),)

    async def _seen(self) -> findings.Sight:
        target, section, now = str(self._name), self._section, self._clock()
        try:
            return findings.Sight(target, section, now, await handshake.verified(section))
        except ssl.SSLError as error:
            fault = certificate_error(error)
            if fault is None:
                raise
        chain = await handshake.unverified(section)
        wrong = fault.verify_code in handshake.HOST_CODES
        fits = not wrong and (not chain or await handshake.fits_host(section, chain[0]))
        return findings.Sight(target, section, now, chain, fault, fits)
