"""A service on Kubernetes, looked at through the API."""

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from lightkube.resources.core_v1 import Event, Pod
from pydantic import ValidationError

from diagnostics.hold import Hold
from diagnostics.logs.findings import Told
from diagnostics.probe import Care, GoneError, Probe, SkippedError, TargetName
from diagnostics.probes.change import Moment
from diagnostics.probes.kubernetes import events, ids, pods, rollout, use
from diagnostics.probes.kubernetes.cluster import Cluster, CredentialsError
from diagnostics.probes.kubernetes.failure import LOST, explain
from diagnostics.probes.kubernetes.reading import LogReader
from diagnostics.probes.kubernetes.section import KubernetesSection
from diagnostics.probes.kubernetes.seen import seconds, seen
from diagnostics.probes.remote import GOOD, Fault, RemoteError
from incidents.evidence import Finding, Sought

DEADLINE = 3.0  # seconds; more than one request may take
SEVERAL = 4.5  # seconds, where several requests follow each other
DEPLOYMENTS = 5  # behind one selector
READING = 9.0  # seconds


def now() -> datetime:
    """The time of day, UTC."""
    return datetime.now(UTC)


class KubernetesPatient:
    """The pods of one service with what Kubernetes says about them.

    Args:
        name: what it is called.
        section: its settings.
        care: what it is to be looked at with.
        clock: the time of day, UTC; ages are told relative to it.
    """

    def __init__(
        self,
        name: TargetName,
        section: KubernetesSection,
        care: Care,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._name = name
        self._section = section
        self._clock = clock
        self._cluster = Cluster(section)
        self._logs = LogReader(section, section.logs, self._cluster, care.redaction)
        self._lost = False
        self._use = Hold()
        self._probes = self._ways(None)

    @property
    def name(self) -> TargetName:
        """What it is called."""
        return self._name

    @property
    def probes(self) -> Sequence[Probe]:
        """The ways to look at it, in order."""
        return self._probes

    def before(self, onset: datetime) -> Sequence[Probe]:
        """The same, with rollouts told to that moment."""
        return self._ways(onset)

    def search(self, sought: Sought) -> Probe:
        """Where that text stands in the logs."""
        look = functools.partial(self._found, sought)
        return Probe(ids.SEARCH, f"“{sought.text}” in the logs", look, READING, part=ids.LOGS)

    def explain(self, probe: Probe, error: Exception) -> Finding | None:
        """What a failed look shows."""
        if isinstance(error, CredentialsError) or (isinstance(error, RemoteError) and error.fault in LOST):
            self._lost = True
        return explain(str(self._name), self._section, probe, error)

    async def open(self) -> None:
        """Nothing; the first look opens the connection."""

    async def close(self) -> None:
        """Let go of the connection."""
        await self._cluster.close()
        await self._logs.close()

    def _ways(self, onset: datetime | None) -> tuple[Probe, ...]:
        return (
            Probe(pods.PROBE, "pods", self._pods, DEADLINE),
            Probe(rollout.PROBE, "rollouts", lambda: self._rollouts(onset), SEVERAL),
            Probe(events.PROBE, "warnings of Kubernetes", self._events, SEVERAL),
            Probe(use.PROBE, "memory and CPU of pods", self._uses, DEADLINE),
            Probe(ids.READ, "pod logs", self._told, READING, sampled=True, part=ids.LOGS),
        )

    async def _pods(self) -> tuple[Finding, ...]:
        self._lost = False
        found = [seen(pod) for pod in await self._cluster.pods()]
        return pods.judged(str(self._name), self._section, found, self._clock())

    async def _rollouts(self, onset: datetime | None) -> tuple[Finding, ...]:
        self._reached()
        sets = await self._cluster.replica_sets()
        names = rollout.owners(sets)
        if not names:
            raise SkippedError("no deployment owns these pods")
        found = [rollout.rollout(await self._cluster.deployment(name), sets) for name in names[:DEPLOYMENTS]]
        moment = Moment(self._clock(), onset)
        return tuple(rollout.judged(str(self._name), each, self._section.limits, moment) for each in found)

    async def _events(self) -> tuple[Finding, ...]:
        self._reached()
        names = self._cluster.names
        if not names:
            raise SkippedError("what they would be about is not known")
        warnings = await self._cluster.warnings()
        of_nodes = await self._node_warnings()
        limits, moment = self._section.limits, self._clock()
        found = events.reasons((*warnings, *(of_nodes or ())), names | self._cluster.nodes, limits, moment)
        return (events.judged(str(self._name), found, limits, moment, nodes=of_nodes is not None),)

    async def _node_warnings(self) -> tuple[Event, ...] | None:
        """What is said of the service's nodes; None where the role may not read it."""
        try:
            return await self._cluster.node_warnings()
        except RemoteError as error:
            if error.fault is Fault.FORBIDDEN:
                return None
            raise

    async def _uses(self) -> tuple[Finding, ...]:
        self._reached()
        listed = self._cluster.known_pods
        if not listed:
            raise SkippedError("no pod is known")
        try:
            said = await self._cluster.use()
        except RemoteError as error:
            if error.fault in {Fault.NOT_THERE, Fault.BROKEN}:
                return (use.absent(str(self._name), 0 if error.fault is Fault.NOT_THERE else error.status),)
            raise
        return self._judged(said, listed)

    def _judged(self, said: Sequence[Mapping[str, object]], listed: Sequence[Pod]) -> tuple[Finding, ...]:
        target, limits = str(self._name), self._section.limits
        try:
            measured = [use.Measurement.model_validate(dict(each)) for each in said]
        except ValidationError:
            return (use.absent(target, GOOD),)
        newest = max((each.timestamp for each in measured), default=None)
        age = seconds(newest, self._clock())
        if age is not None and age > limits.metrics_age:
            return (use.stale(target, age),)
        return use.judged(target, use.uses(listed, measured), limits, self._use)

    async def _told(self) -> tuple[Finding, ...]:
        return await self._logs.told(Told(str(self._name), ids.READ, self._section.logs), self._clock())

    async def _found(self, sought: Sought) -> tuple[Finding, ...]:
        at = Told(str(self._name), ids.SEARCH, self._section.logs)
        return await self._logs.answered(at, sought, self._clock())

    def _reached(self) -> None:
        if self._lost:
            raise GoneError("the Kubernetes API cannot be asked")
