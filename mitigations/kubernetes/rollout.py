"""Changes of a workload that start a rollout: made if nobody changed it since the plan, then waited for."""

import time
from collections.abc import Awaitable, Callable

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


async def rolled(
    cluster: Cluster,
    planned: Plan,
    patch: Callable[[Workload, tuple[str, ...]], Awaitable[Patch]],
    *more: str,
) -> Result:
    """Make the change and wait for the rollout.

    Args:
        cluster: the way to the workload.
        planned: what was approved.
        patch: the change, made for the workload as it is and the values of `more` in the aim's identity.
        more: what the identity holds beside uid and generation.
    """
    (aim,) = planned.aims
    hit = await _changed(cluster, aim, patch, more)
    if hit.fate is Fate.DONE:
        hit = Hit(aim.label, Fate.FAILED if (words := await back(cluster)) else Fate.DONE, words)
    after = await cluster.look()
    said = {
        Fate.DONE: f"{cluster.workload} was changed, and its pods are ready.",
        Fate.GONE: f"{cluster.workload} was left alone: "
        f"{hit.words or 'it is gone or was changed since the plan.'}",
        Fate.FAILED: f"{cluster.workload}: {hit.words}",
    }
    state = after.state if after else "gone"
    return Result((hit,), said[hit.fate], planned.before, state, well=bool(after and after.settled))


async def _changed(
    cluster: Cluster,
    aim: Aim,
    patch: Callable[[Workload, tuple[str, ...]], Awaitable[Patch]],
    more: tuple[str, ...],
) -> Hit:
    uid, generation, *rest = identity(aim, *KEYS, *more)
    for _ in range(ATTEMPTS):
        now = await cluster.look()
        if now is None or (now.uid, str(now.generation)) != (uid, generation):
            return Hit(aim.label, Fate.GONE)
        if aim.ill and now.settled:
            return Hit(aim.label, Fate.GONE, f"it was {aim.ill} when the plan was made, and is {now.state}.")
        answer = await cluster.change(await patch(now, tuple(rest)))
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
    return (
        f"it was changed, and after {lasting(time.monotonic() - begun)} it is {now.state if now else 'gone'}."
    )
