"""Rolls a deployment back to the revision before, as `kubectl rollout undo` does."""

from incidents.errors import Refused
from incidents.mitigation import Plan, Result
from incidents.quoting import quoted
from mitigations.action import Action, Draft
from mitigations.kubernetes.cluster import EXACT, Cluster, Patch, Workload, images_of, revision_of
from mitigations.kubernetes.rollout import Change, aim_of, looked_up, rolled
from mitigations.wire import Json

HASH = "pod-template-hash"  # written by the controller; it belongs to the replica set, not to the template


async def plan(cluster: Cluster, _cap: int) -> Draft:
    """The revision before the present one."""
    now = await looked_up(cluster)
    earlier = [each for each in await cluster.revisions(now) if revision_of(each) < now.revision]
    if not earlier:
        raise Refused(f"{cluster.workload} has no earlier revision to go back to.")
    old = max(earlier, key=revision_of)
    number = revision_of(old)
    return Draft(
        sentence=f"Roll {cluster.workload} back from revision {now.revision} ({now.images}) to {number} "
        f"({images_of(old)}).",
        effect="Its pods are replaced by those of that revision, as its strategy has it. What the newer one "
        "has changed in a database stays. Deploying again takes it back.",
        aims=(aim_of(cluster, now, ("revision", str(number)), ("revision uid", old["metadata"]["uid"])),),
        before=_figure(now),
    )


def _figure(now: Workload) -> str:
    return f"{now.images}, {now.state}"


async def carry_out(cluster: Cluster, planned: Plan) -> Result:
    """Want the template of that revision again."""

    async def reverted(now: Workload, more: tuple[str, ...]) -> Patch:
        for each in await cluster.revisions(now):
            if (str(revision_of(each)), each["metadata"]["uid"]) == more:
                same = {"op": "test", "path": "/metadata/resourceVersion", "value": now.version}
                return Patch(
                    EXACT, [same, {"op": "replace", "path": "/spec/template", "value": _template(each)}]
                )
        raise Refused(f"Revision {quoted(more[0], 20)} of {cluster.workload} is gone. Nothing was changed.")

    return await rolled(
        cluster, planned, Change("rolled back", reverted, ("revision", "revision uid"), _figure)
    )


def _template(told: Json) -> Json:
    template = told["spec"]["template"]
    meta = dict(template.get("metadata") or {})
    meta["labels"] = {key: value for key, value in (meta.get("labels") or {}).items() if key != HASH}
    return {**template, "metadata": meta}


UNDO = Action("k8s.undo", "undo", "Roll back to the revision before", plan, carry_out, 1, rollback=True)
