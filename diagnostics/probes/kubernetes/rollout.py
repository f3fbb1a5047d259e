"""Rollouts of the deployments behind a service: the newest revision, its age, its images; is it stuck?

Pure. Ages are relative to a moment that is given: an incident's onset, otherwise now.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from lightkube.models.apps_v1 import DeploymentCondition
from lightkube.resources.apps_v1 import Deployment, ReplicaSet

from diagnostics.probes.change import Moment, Strength, strength
from diagnostics.probes.kubernetes import ids
from diagnostics.probes.kubernetes.codes import Code
from diagnostics.probes.kubernetes.section import Limits
from diagnostics.probes.kubernetes.seen import seconds
from incidents.charts import Mark
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

PROBE = ids.ROLLOUT
REVISION = "deployment.kubernetes.io/revision"
CAUSE = "kubernetes.io/change-cause"
LONG = 160  # characters
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a deployment; `at` is when its ReplicaSet was made, even if it came back later."""

    number: int
    at: datetime | None
    images: tuple[str, ...]
    wanted: int
    ready: int
    cause: str


@dataclass(frozen=True, slots=True)
class Rollout:
    """A deployment as it stands.

    Attributes:
        at: when its newest revision was rolled out; None if that is not known.
        rollback: the newest revision is an older one that came back.
        since: when it last made progress.
        failed: why it is stuck, in Kubernetes' words; empty if it is not.
        noticed: the controller has seen the newest specification.
    """

    name: str
    revisions: tuple[Revision, ...]
    at: datetime | None
    rollback: bool
    wanted: int
    updated: int
    available: int
    replicas: int
    since: datetime | None
    failed: str
    paused: bool
    noticed: bool

    @property
    def complete(self) -> bool:
        """Whether all pods are of the newest revision and serve."""
        return self.noticed and self.replicas == self.updated == self.wanted and self.available >= self.wanted


def owners(replica_sets: Sequence[ReplicaSet]) -> tuple[str, ...]:
    """The names of the deployments that these ReplicaSets belong to."""
    return tuple(dict.fromkeys(name for each in replica_sets if (name := _owner(each))))


def rollout(deployment: Deployment, replica_sets: Sequence[ReplicaSet]) -> Rollout:
    """The deployment with its revisions, the newest first."""
    meta, spec, status = deployment.metadata, deployment.spec, deployment.status
    name = (meta and meta.name) or "?"
    mine = [each for each in replica_sets if _owner(each) == name]
    revisions = tuple(sorted((_revision(each) for each in mine), key=lambda each: -each.number))
    conditions = {each.type: each for each in (status and status.conditions) or ()}
    progressing, failure = conditions.get("Progressing"), conditions.get("ReplicaFailure")
    rollback = _came_back(revisions)
    moved = progressing.lastUpdateTime if progressing else None
    wanted = spec.replicas if spec.replicas is not None else 1
    return Rollout(
        name=name,
        revisions=revisions,
        at=moved if rollback else (revisions[0].at if revisions else None),
        rollback=rollback,
        wanted=wanted,
        updated=(status and status.updatedReplicas) or 0,
        available=(status and status.availableReplicas) or 0,
        replicas=(status and status.replicas) or 0,
        since=moved,
        failed=_failed(progressing, failure),
        paused=bool(spec.paused),
        noticed=((status and status.observedGeneration) or 0) >= ((meta and meta.generation) or 0),
    )


def judged(target: str, seen: Rollout, limits: Limits, moment: Moment) -> Finding:
    """The finding about a deployment's newest revision.

    Args:
        target: what was asked.
        seen: the deployment.
        limits: when a rollout is stuck.
        moment: the time to which its age is told.
    """
    still = seconds(seen.since, moment.now)
    late = not seen.complete and not seen.paused and still is not None and still >= limits.rollout_stuck
    sure = strength(moment.minutes(seen.at), medium=limits.rollout_recent / MINUTE)
    if seen.failed or late:
        health = Health.CRITICAL if seen.failed else Health.WARN
        return _finding(target, seen, moment, sure, Code.ROLLOUT_STUCK, health)
    code = Code.ROLLOUT if seen.complete else Code.ROLLING
    return _finding(target, seen, moment, sure, code, Health.OK)


def _finding(
    target: str, seen: Rollout, moment: Moment, sure: Strength | None, code: Code, health: Health
) -> Finding:
    age = moment.minutes(seen.at)
    images = _images(seen)
    return Finding(
        code=code,
        probe=PROBE,
        target=target,
        health=health,
        sentence=_sentence(seen, code, moment),
        figures=(
            Figure("deployment", seen.name),
            Figure("revision", seen.revisions[0].number if seen.revisions else None),
            Figure("minutes since rollout", age, "min"),
            Figure("minutes ago", moment.ago(seen.at), "min"),
            Figure("came", moment.came(seen.at)),
            Figure("strength", sure),
            Figure("image", images[0]),
            Figure("image before", images[1]),
            Figure("wanted", seen.wanted),
            Figure("updated", seen.updated),
            Figure("available", seen.available),
            Figure("reason", seen.failed or None),
            Figure("rollback", "yes" if seen.rollback else "no"),
        ),
        meaning=_meaning(code, sure),
        next_step=_next(seen, code, sure),
        table=tuple(_table(seen)),
        marks=(Mark(f"rollout of {_number(seen)}", seen.at.timestamp()),) if seen.at else (),
    )


def _sentence(seen: Rollout, code: Code, moment: Moment) -> str:
    number = _number(seen)
    ago = f" {moment.told(seen.at)}"
    count = f"{seen.updated} of {seen.wanted} pods are of it, {seen.available} serve"
    match code:
        case Code.ROLLOUT_STUCK:
            why = f": {quoted(seen.failed.rstrip('.'), LONG)}" if seen.failed else ""
            return f"The rollout of {seen.name} to {number}, begun{ago}, is stuck ({count}){why}."
        case Code.ROLLING:
            state = "is paused" if seen.paused else "is on its way"
            return f"A rollout of {seen.name} to {number} {state}, begun{ago}; {count}."
        case _:
            back = "went back to" if seen.rollback else "was rolled out to"
            return f"{seen.name} {back} {number}{ago}{_change(seen)}."


def _number(seen: Rollout) -> str:
    return f"revision {seen.revisions[0].number}" if seen.revisions else "its newest revision"


def _change(seen: Rollout) -> str:
    new, old = _images(seen)
    return f", image {quoted(new, 80)} after {quoted(old, 80)}" if new and old and new != old else ""


def _images(seen: Rollout) -> tuple[str | None, str | None]:
    said = [", ".join(each.images) or None for each in seen.revisions[:2]]
    return (said[0] if said else None, said[1] if len(said) > 1 else None)


def _meaning(code: Code, sure: Strength | None) -> str:
    if code is Code.ROLLOUT_STUCK:
        return "The new pods do not come up; the old ones may still serve."
    if code is Code.ROLLING:
        return "Some pods are of the old revision and some of the new one."
    return "A fault that began soon after it was likely brought by it." if sure else ""


def _next(seen: Rollout, code: Code, sure: Strength | None) -> str:
    if code is Code.ROLLOUT_STUCK:
        return f"kubectl rollout undo deployment/{seen.name} goes back; the pods below say why they fail."
    if code is Code.ROLLING:
        return f"kubectl rollout status deployment/{seen.name} follows it."
    return "Compare with when the trouble began; if it fits, roll back." if sure else ""


def _table(seen: Rollout) -> Iterator[tuple[str, ...]]:
    yield ("revision", "made", "images", "wanted", "ready", "change cause")
    for each in seen.revisions[:10]:
        made = f"{each.at:%Y-%m-%d %H:%M} UTC" if each.at else "?"
        images = quoted(", ".join(each.images), LONG)
        yield (str(each.number), made, images, str(each.wanted), str(each.ready), quoted(each.cause, LONG))


def _owner(each: ReplicaSet) -> str:
    owned = (each.metadata and each.metadata.ownerReferences) or ()
    return next((owner.name for owner in owned if owner.kind == "Deployment"), "")


def _revision(each: ReplicaSet) -> Revision:
    meta, spec, status = each.metadata, each.spec, each.status
    notes = (meta and meta.annotations) or {}
    number = notes.get(REVISION, "")
    template = spec.template
    containers = (template and template.spec and template.spec.containers) or ()
    made = meta.creationTimestamp if meta else None
    return Revision(
        number=int(number) if number.isascii() and number.isdigit() else 0,
        at=made if isinstance(made, datetime) else None,
        images=tuple(container.image or "?" for container in containers),
        wanted=spec.replicas or 0,
        ready=(status and status.readyReplicas) or 0,
        cause=notes.get(CAUSE, ""),
    )


def _came_back(revisions: Sequence[Revision]) -> bool:
    """Whether the newest revision's ReplicaSet is older than another: `rollout undo` takes it up again."""
    made = [each.at for each in revisions if each.at]
    return bool(made) and revisions[0].at is not None and revisions[0].at < max(made)


def _failed(progressing: DeploymentCondition | None, failure: DeploymentCondition | None) -> str:
    if failure and failure.status == "True":
        return f"{failure.reason}: {failure.message}"
    if progressing and progressing.status == "False":
        return f"{progressing.reason}: {progressing.message}"
    return ""
