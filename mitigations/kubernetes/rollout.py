"""Changes of a workload that start a rollout: made if nobody changed it since the plan, then waited for."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from incidents.errors import Refused, Unavailable
from incidents.mitigation import Aim, Fate, Hit, Plan, Result
from mitigations.action import identity
from mitigations.kubernetes.cluster import CONFLICT, INVALID, Cluster, Patch, Workload
from mitigations.wording import lasting

KEYS = ("uid", "generation")
STEP = 2.0  # seconds between two looks at a rollout
ATTEMPTS = 5  # how it is changes all the time while it fails; what is wanted of it does not


async def looked_up(cluster: Cluster) -> Workload:
    """The workload, to be planned for. Raises Refused, Unavailable."""
    now = await cluster.look()
    if now is None:
        raise Refused(f"There is no {cluster.workload} in {cluster.section.namespace}: nothing to do.")
    return now


def aim_of(cluster: Cluster, now: Workload, *more: tuple[str, str]) -> Aim:
    """The workload as it is wanted now."""
    label = f"{cluster.workload} in {cluster.section.namespace}, {now.state}"
    return Aim(label, ((KEYS[0], now.uid), (KEYS[1], str(now.generation)), *more))


def figure(now: Workload) -> str:
    """How it is, for a change that leaves its images as they are."""
    return now.state


@dataclass(frozen=True, slots=True)
class Change:
    """One way of changing a workload.

    Attributes:
        done: what was done then, such as "restarted".
        patch: the change, made for the workload as it is and the values of `keys` in the aim's identity.
        keys: what the identity holds beside uid and generation.
        figure: how the workload is, before and after.
    """

    done: str
    patch: Callable[[Workload, tuple[str, ...]], Awaitable[Patch]]
    keys: tuple[str, ...] = ()
    figure: Callable[[Workload], str] = figure


async def rolled(cluster: Cluster, planned: Plan, change: Change) -> Result:
    """Make the change and wait for the rollout."""
    (aim,) = planned.aims
    hit = await _changed(cluster, aim, change)
    said = f"could not be {change.done}: {hit.words}"
    if hit.fate is Fate.DONE:
        words = await back(cluster)
        hit = Hit(aim.label, Fate.FAILED if words else Fate.DONE, words)
        said = f"was {change.done}, {f'but {words}' if words else 'and all its pods are ready.'}"
    elif hit.fate is Fate.GONE:
        said = f"was left alone: {hit.words}"
    after = await cluster.look()
    return Result(
        (hit,),
        f"{cluster.workload} {said}",
        planned.before,
        change.figure(after) if after else "gone",
        well=bool(after and after.settled),
    )


async def _changed(cluster: Cluster, aim: Aim, change: Change) -> Hit:
    uid, generation, *rest = identity(aim, *KEYS, *change.keys)
    for _ in range(ATTEMPTS):
        now = await cluster.look()
        if now is None or now.uid != uid:
            return Hit(aim.label, Fate.GONE, "it is gone, or another one of that name has taken its place.")
        if str(now.generation) != generation:
            return Hit(aim.label, Fate.GONE, "somebody or something has changed it since the plan.")
        if aim.ill and now.settled:
            return Hit(aim.label, Fate.GONE, f"it was {aim.ill} when the plan was made, and is {now.state}.")
        answer = await cluster.change(await change.patch(now, tuple(rest)))
        if answer.well:
            return Hit(aim.label, Fate.DONE)
        if answer.status not in {CONFLICT, INVALID}:
            return Hit(aim.label, Fate.FAILED, cluster.reason(answer))
    return Hit(aim.label, Fate.FAILED, cluster.reason(answer))


async def back(cluster: Cluster) -> str:
    """Wait until all pods are new and ready; if they are not in time, how they are instead."""
    begun, now = time.monotonic(), await cluster.look()
    while now is not None and time.monotonic() - begun < cluster.section.ready_within:
        if now.settled:
            return ""
        await cluster.pause(STEP)
        try:
            now = await cluster.look()
        except Unavailable:
            continue  # an API that stumbles while pods start is asked again
    return f"after {lasting(time.monotonic() - begun)} it is {now.state if now else 'gone'}."
