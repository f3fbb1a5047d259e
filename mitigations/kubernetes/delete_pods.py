"""Deletes a workload's pods that are not ready, so that they are made anew, perhaps on another node."""

import re
from datetime import datetime

from incidents.errors import Refused
from incidents.mitigation import Aim, Fate, Hit, Plan, Result
from incidents.texts import timing
from mitigations.action import Action, Draft, count, identity
from mitigations.kubernetes.cluster import CONFLICT, NO_LONGER, Cluster
from mitigations.kubernetes.rollout import back, looked_up
from mitigations.wire import Json
from mitigations.wording import counted

MOST = 5
KEYS = ("pod", "uid")
POD = re.compile(r"[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?")


async def plan(cluster: Cluster, cap: int) -> Draft:
    """The pods that are not ready, as they are now."""
    now = await looked_up(cluster)
    found = [pod for pod in await cluster.pods(now) if not _ready(pod) and not _leaving(pod)]
    if not found:
        raise Refused(f"All pods of {cluster.workload} are ready: nothing to delete.")
    hit = found[:cap]
    return Draft(
        sentence=f"Delete {counted(len(hit), 'pod')} of {cluster.workload} that "
        f"{'is' if len(hit) == 1 else 'are'} not ready.",
        effect="Each is asked to end and made anew. What it wrote to its own disk is lost, its log too.",
        aims=tuple(_aim(pod) for pod in hit),
        before=now.state,
        left_out=len(found) - len(hit),
    )


def _aim(pod: Json) -> Aim:
    meta, status = pod["metadata"], pod.get("status") or {}
    waits = [each.get("state", {}).get("waiting", {}) for each in status.get("containerStatuses") or ()]
    why = next((str(each["reason"]) for each in waits if each.get("reason")), str(status.get("phase", "")))
    return Aim(f"{meta['name']}, {why}", tuple(zip(KEYS, (meta["name"], meta["uid"]), strict=True)))


def _ready(pod: Json) -> bool:
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return any(each.get("type") == "Ready" and each.get("status") == "True" for each in conditions)


def _since(pod: Json) -> str:
    """Since when it is ready, if the API tells."""
    conditions = (pod.get("status") or {}).get("conditions") or ()
    times = (each.get("lastTransitionTime") for each in conditions if each.get("type") == "Ready")
    try:
        return f" since {timing(datetime.fromisoformat(str(next(times, ''))))}"
    except ValueError:
        return ""


def _leaving(pod: Json) -> bool:
    return bool(pod["metadata"].get("deletionTimestamp"))


async def carry_out(cluster: Cluster, planned: Plan) -> Result:
    """Delete those that are the same and still not ready, then wait for the workload."""
    known = [(aim, *_known(aim)) for aim in planned.aims]  # all of them are read before one is hit
    now = await looked_up(cluster)
    there = {(pod["metadata"]["name"], pod["metadata"]["uid"]): pod for pod in await cluster.pods(now)}
    hits = [await _one(cluster, aim, there.get((pod, uid)), pod, uid) for aim, pod, uid in known]
    words = await back(cluster) if count(hits, Fate.DONE) else ""
    after = await cluster.look()
    return Result(
        tuple(hits),
        f"{_summed(cluster, hits)}{f'; {words}' if words else '.'}",
        planned.before,
        after.state if after else "gone",
        well=bool(after and after.settled),
    )


def _summed(cluster: Cluster, hits: list[Hit]) -> str:
    """What was done to how many."""
    done, gone, failed = (counted(count(hits, fate), "pod") for fate in (Fate.DONE, Fate.GONE, Fate.FAILED))
    found = {hit.fate for hit in hits}
    parts = [f"{done} of {cluster.workload} deleted" if Fate.DONE in found else ""]
    parts.append(f"{gone} left alone, gone or ready since the plan" if Fate.GONE in found else "")
    parts.append(f"{failed} could not be deleted" if Fate.FAILED in found else "")
    return "; ".join(filter(None, parts))


def _known(aim: Aim) -> tuple[str, str]:
    """The pod's name and uid. Raises Refused: it is no identity that was made here."""
    pod, uid = identity(aim, *KEYS)
    if not POD.fullmatch(pod) or ".." in pod:
        raise Refused("The plan's pods cannot be read. Nothing was changed; ask for a new plan.")
    return pod, uid


async def _one(cluster: Cluster, aim: Aim, now: Json | None, pod: str, uid: str) -> Hit:
    if now is None or _leaving(now):
        return Hit(aim.label, Fate.GONE)
    if _ready(now):
        return Hit(aim.label, Fate.GONE, f"It is ready again{_since(now)}.")
    answer = await cluster.delete_pod(pod, uid)
    if answer.status in {NO_LONGER, CONFLICT}:
        return Hit(aim.label, Fate.GONE)
    return Hit(aim.label, Fate.DONE) if answer.well else Hit(aim.label, Fate.FAILED, cluster.reason(answer))


DELETE_PODS = Action(
    "k8s.delete_pods", "delete-pods", "Delete pods that are not ready", plan, carry_out, MOST
)
