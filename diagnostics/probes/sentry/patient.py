"""A project at Sentry, kept ready to be asked."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from diagnostics.probe import Care, Probe, TargetName
from diagnostics.probes.change import Moment
from diagnostics.probes.remote import Fault, RemoteError
from diagnostics.probes.sentry import findings
from diagnostics.probes.sentry.codes import SENTRY
from diagnostics.probes.sentry.errors import Release, Sentry
from diagnostics.probes.sentry.section import SentrySection
from diagnostics.probes.unasked import unasked
from incidents.evidence import Finding

DEADLINE = 8.0  # seconds for three rounds of requests, each of which has its own time


def now() -> datetime:
    """The time of day, UTC."""
    return datetime.now(UTC)


class SentryPatient:
    """The new errors of one service.

    Args:
        name: what it is called.
        section: its settings.
        care: not needed, since nothing is sampled.
        clock: the time of day, UTC; ages are told relative to it.
    """

    def __init__(
        self,
        name: TargetName,
        section: SentrySection,
        care: Care,  # noqa: ARG002 -- every family's patient is made with one
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._name = name
        self._section = section
        self._clock = clock
        self._sentry = Sentry(section)
        self._probes = self._ways(None)

    @property
    def name(self) -> TargetName:
        """What it is called."""
        return self._name

    @property
    def probes(self) -> Sequence[Probe]:
        """One: errors and releases are judged together."""
        return self._probes

    def before(self, onset: datetime) -> Sequence[Probe]:
        """The same for errors that came with what began then."""
        return self._ways(onset)

    def explain(self, probe: Probe, error: Exception) -> Finding | None:
        """What a failed look shows."""
        return unasked(str(self._name), probe, SENTRY, error) if isinstance(error, RemoteError) else None

    async def open(self) -> None:
        """Nothing; the first look opens the connection."""

    async def close(self) -> None:
        """Let go of the connection."""
        await self._sentry.close()

    def _ways(self, onset: datetime | None) -> tuple[Probe, ...]:
        return (Probe(findings.PROBE, "new errors", lambda: self._look(onset), DEADLINE),)

    async def _look(self, onset: datetime | None) -> tuple[Finding, ...]:
        target, moment = str(self._name), Moment(self._clock(), onset)
        found = await self._sentry.new(moment)
        newest, missing = await self._newest(moment)
        return (*findings.judged(target, self._section, found, newest, moment), *missing)

    async def _newest(self, moment: Moment) -> tuple[Release | None, tuple[Finding, ...]]:
        """The newest release, or what kept it from us; the errors are told without it."""
        try:
            return await self._sentry.newest(moment), ()
        except RemoteError as error:
            if error.fault not in {Fault.FORBIDDEN, Fault.NOT_THERE, Fault.BROKEN}:
                raise
            return None, (unasked(str(self._name), self._probes[0], SENTRY, error),)
