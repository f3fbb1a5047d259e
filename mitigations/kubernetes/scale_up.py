"""Adds replicas to a workload, a configured step at a time and never beyond the configured number."""

from incidents.errors import Refused
from incidents.mitigation import Plan, Result
from incidents.quoting import quoted
from mitigations.action import Action, Draft, identity
from mitigations.kubernetes.cluster import MERGE, Cluster, Patch, Workload
from mitigations.kubernetes.rollout import KEYS, Change, aim_of, looked_up, rolled


async def plan(cluster: Cluster, _cap: int) -> Draft:
    """One step more than it has."""
    now, section = await looked_up(cluster), cluster.section
    if now.wanted >= section.most:
        raise Refused(
            f"{cluster.workload} has {now.wanted} replicas, and {section.most} is the most allowed."
        )
    target = min(now.wanted + section.step, section.most)
    return Draft(
        sentence=f"Scale {cluster.workload} from {now.wanted} to {target} replicas.",
        effect="More pods take up memory, processors and database connections. An autoscaler, if there is "
        "one, may scale it back. Scaling down by hand takes it back.",
        aims=(aim_of(cluster, now, ("replicas", str(target))),),
        before=now.state,
    )


async def carry_out(cluster: Cluster, planned: Plan) -> Result:
    """Want that many."""

    async def more(now: Workload, values: tuple[str, ...]) -> Patch:
        target = int(values[0]) if values[0].isdecimal() else 0
        if not now.wanted < target <= cluster.section.most:
            raise Refused(f"{quoted(values[0], 20)} replicas are not allowed now. Nothing was changed.")
        return Patch(MERGE, {"metadata": {"resourceVersion": now.version}, "spec": {"replicas": target}})

    (aim,) = planned.aims
    *_, target = identity(aim, *KEYS, "replicas")
    return await rolled(
        cluster, planned, Change(f"scaled to {quoted(target, 20)} replicas", more, ("replicas",))
    )


SCALE_UP = Action("k8s.scale_up", "scale-up", "Add replicas, within bounds", plan, carry_out, 1)
