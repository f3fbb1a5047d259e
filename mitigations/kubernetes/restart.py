"""Restarts a workload as `kubectl rollout restart` does: pod by pod, as its strategy says."""

from dataclasses import replace

from incidents.mitigation import Plan, Result
from mitigations.action import Action, Draft
from mitigations.kubernetes.cluster import MERGE, Cluster, Patch, Workload
from mitigations.kubernetes.rollout import Change, aim_of, looked_up, rolled
from mitigations.wording import counted

MARK = "kubectl.kubernetes.io/restartedAt"


async def plan(cluster: Cluster, _cap: int) -> Draft:
    """The workload as it is now."""
    now = await looked_up(cluster)
    return Draft(
        sentence=f"Restart the {counted(now.wanted, 'pod')} of {cluster.workload}, as its strategy has it.",
        effect="Pods are replaced one after another; with one replica, what it serves fails until the new "
        "one is ready. What they hold only in memory is lost.",
        aims=(replace(aim_of(cluster, now), ill=now.state if now.ready < now.wanted else ""),),
        before=now.state,
    )


async def carry_out(cluster: Cluster, planned: Plan) -> Result:
    """Mark the pods' template, which replaces them."""

    async def marked(now: Workload, _more: tuple[str, ...]) -> Patch:
        template = {"metadata": {"annotations": {MARK: planned.made_at.isoformat(timespec="seconds")}}}
        return Patch(MERGE, {"metadata": {"resourceVersion": now.version}, "spec": {"template": template}})

    return await rolled(cluster, planned, Change("restarted", marked))


RESTART = Action("k8s.restart", "rollout-restart", "Restart its pods one after another", plan, carry_out, 1)
