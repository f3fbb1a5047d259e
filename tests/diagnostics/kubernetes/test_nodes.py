"""What Kubernetes says of the nodes on which a service runs, and what if the role may not read it."""

from incidents.evidence import Health
from tests.diagnostics.kubernetes.standin import Thing, event, section, serving, well
from tests.diagnostics.remote import figures, looked_at, one


def of_node(reason: str, node: str) -> Thing:
    """A warning about a node, as kubelets and controllers write it."""
    about = {"involvedObject": {"kind": "Node", "name": node, "uid": node}}
    return event(reason, node, message=f"Node {node}: {reason}") | about


async def test_trouble_of_a_node_that_carries_the_service_is_seen() -> None:
    async with serving() as api:
        well(api)
        api.put("events of nodes", of_node("SystemOOM", "node-1"), of_node("NodeNotReady", "node-9"))
        finding = one(await looked_at(section(api)), "K8200")
    assert finding.health is Health.WARN
    assert finding.sentence.startswith(
        "1 warning within 30 min, SystemOOM 1 time, last 2 min ago about node-1"
    )
    assert figures(finding)["reason"] == "SystemOOM"


async def test_what_is_said_of_other_things_there_is_not_the_services() -> None:
    async with serving() as api:
        well(api)
        api.put("events of nodes", event("FailedMount", "node-1"))
        finding = one(await looked_at(section(api)), "K8200")
    assert (finding.health, figures(finding)["warnings"]) == (Health.OK, 0)


async def test_a_role_that_may_not_read_it_loses_only_that_and_the_grant_is_named() -> None:
    async with serving() as api:
        well(api)
        api.nodes_told = False
        api.put("events", event("FailedMount", f"{_pod(api.things)}"))
        finding = one(await looked_at(section(api)), "K8200")
    assert finding.health is Health.WARN
    assert "FailedMount" in finding.sentence
    assert finding.sentence.endswith("grant list events in the namespace default.")


async def test_a_service_in_the_namespace_default_is_asked_about_once() -> None:
    async with serving() as api:
        well(api)
        await looked_at(section(api))
        assert sum("/namespaces/default/" in path for path in api.asked) == 1


def _pod(things: dict[str, list[Thing]]) -> str:
    return str(things["pods"][0]["metadata"]["name"])
