"""Where a service's changes are known, kept ready to be asked."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from diagnostics.probe import Care, Probe, TargetName
from diagnostics.probes.change import Moment
from diagnostics.probes.deploys import findings, git
from diagnostics.probes.deploys.described import GITHUB
from diagnostics.probes.deploys.github import GitHub
from diagnostics.probes.deploys.section import DeploysSection
from diagnostics.probes.remote import RemoteError
from diagnostics.probes.unasked import unasked
from incidents.evidence import Finding

DEADLINE = 3.0  # seconds
SEVERAL = 5.5  # seconds, where requests follow each other


def now() -> datetime:
    """The time of day, UTC."""
    return datetime.now(UTC)


class DeploysPatient:
    """The changes of one service.

    Args:
        name: what it is called.
        section: its settings.
        care: not needed, since nothing is sampled.
        clock: the time of day, UTC; ages are told relative to it.
    """

    def __init__(
        self,
        name: TargetName,
        section: DeploysSection,
        care: Care,  # noqa: ARG002 -- every family's patient is made with one
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._name = name
        self._section = section
        self._clock = clock
        self._github = GitHub(section) if section.github else None
        self._probes = tuple(self._ways(None))

    @property
    def name(self) -> TargetName:
        """What it is called."""
        return self._name

    @property
    def probes(self) -> Sequence[Probe]:
        """The ways to look at it, in order."""
        return self._probes

    def before(self, onset: datetime) -> Sequence[Probe]:
        """The same, told to when something began."""
        return tuple(self._ways(onset))

    def explain(self, probe: Probe, error: Exception) -> Finding | None:
        """What a failed look shows."""
        match error:
            case RemoteError():
                return unasked(str(self._name), probe, GITHUB, error)
            case git.GitError():
                return findings.unread(str(self._name), self._section, probe, error)
            case _:
                return None

    async def open(self) -> None:
        """Nothing; the first look opens the connection."""

    async def close(self) -> None:
        """Let go of the connection."""
        if self._github:
            await self._github.close()

    def _ways(self, onset: datetime | None) -> Iterator[Probe]:
        section = self._section
        if github := self._github:
            yield Probe(findings.DEPLOYS, "deploys", lambda: self._deploys(github, onset), SEVERAL)
        if repository := section.repository:
            yield Probe(findings.COMMITS, "commits", lambda: self._cloned(repository, onset), SEVERAL)
        elif github:
            yield Probe(findings.COMMITS, "commits", lambda: self._commits(github, onset), DEADLINE)
        if github:
            yield Probe(findings.BUILDS, "builds", lambda: self._builds(github), SEVERAL)

    async def _deploys(self, github: GitHub, onset: datetime | None) -> tuple[Finding, ...]:
        found = await github.deploys()
        return findings.deploys(str(self._name), self._section, found, Moment(self._clock(), onset))

    async def _builds(self, github: GitHub) -> tuple[Finding, ...]:
        """As they are now, whenever it began: they are what one can go back to."""
        found = await github.builds()
        return (findings.builds(str(self._name), self._section, found, Moment(self._clock())),)

    async def _commits(self, github: GitHub, onset: datetime | None) -> tuple[Finding, ...]:
        moment = Moment(self._clock(), onset)
        found = await github.commits(moment.at)
        return findings.commits(str(self._name), self._section, found, None, moment)

    async def _cloned(self, repository: str, onset: datetime | None) -> tuple[Finding, ...]:
        moment = Moment(self._clock(), onset)
        known = await git.history(repository, self._section.branch, moment.at)
        return findings.commits(str(self._name), self._section, known.commits, known.fetched, moment)
