"""The age of the last good backup, by a configured query to Prometheus; no backup is touched."""

from collections.abc import Sequence

from diagnostics.probe import Care, Probe, TargetName
from diagnostics.probes.backup.codes import UNSEEN, Code
from diagnostics.probes.backup.section import BackupSection
from diagnostics.probes.http.getter import Getter
from diagnostics.probes.http.unanswered import Asked, Unanswered, finding
from diagnostics.probes.prometheus.api import Api
from diagnostics.wording import duration
from incidents.evidence import Figure, Finding, Health

PROBE = "backup.age"
DEADLINE = 3.0  # seconds; more than the client waits for one answer
HOUR = 3600.0
SKEW = 300.0  # seconds that clocks may differ by


class BackupPatient:
    """The backups of one service."""

    def __init__(self, name: TargetName, section: BackupSection, _care: Care) -> None:
        self._name = name
        self._section = section
        self._getter = Getter(section.headers)
        self._api = Api(section.prometheus, self._getter)
        self._probes = (Probe(PROBE, "the last backup", self._look, DEADLINE),)

    @property
    def name(self) -> TargetName:
        """What it is called."""
        return self._name

    @property
    def probes(self) -> Sequence[Probe]:
        """One: the age."""
        return self._probes

    def explain(self, probe: Probe, error: Exception) -> Finding | None:
        """What Prometheus said instead; that says nothing of the backups."""
        if not isinstance(error, Unanswered):
            return None
        code = Code[error.fault.name]
        asked = Asked(code, probe.id, str(self._name), "Prometheus, asked for the last backup,", UNSEEN)
        return finding(asked, error, health=Health.UNKNOWN)

    async def open(self) -> None:
        """Nothing to do: the client is made when something is asked."""

    async def close(self) -> None:
        """Close the client."""
        await self._getter.close()

    async def _look(self) -> tuple[Finding, ...]:
        """By Prometheus' own clock, so that ours does not matter."""
        found = await self._api.instant(f"time() - ({self._section.query}\n)")
        ages = [series.value for series in found if series.value is not None]
        if not ages or min(ages) < -SKEW:
            return (self._none(len(ages)),)
        return (self._aged(max(ages), len(ages)),)

    def _aged(self, age: float, count: int) -> Finding:
        health, said = self._health(age), duration(max(age, 0))
        oldest = f"The oldest of {count} last backups" if count > 1 else "The last good backup"
        bad = health is not Health.OK
        return Finding(
            code=Code.AGE,
            probe=PROBE,
            target=str(self._name),
            health=health,
            sentence=f"{oldest} is {said} old.",
            figures=(Figure("age", round(age), "s"), Figure("backups", count)),
            meaning="What was written since then would be lost with the data." if bad else "",
            next_step="Look at the log of the backup's job, and start it by hand." if bad else "",
        )

    def _health(self, age: float) -> Health:
        if age > self._section.critical_hours * HOUR:
            return Health.CRITICAL
        return Health.WARN if age > self._section.warn_hours * HOUR else Health.OK

    def _none(self, count: int) -> Finding:
        why = "lies in the future" if count else "is not told"
        return Finding(
            code=Code.NO_TIME,
            probe=PROBE,
            target=str(self._name),
            health=Health.UNKNOWN,
            sentence=f"The time of the last backup {why}: its query gives no Unix time that can be.",
            figures=(Figure("backups", count),),
            meaning=UNSEEN,
            next_step="Check the query in services.toml, and whether the backup's job reports its time.",
        )
