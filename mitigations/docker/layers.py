"""Which services of a compose project stand on which: its layers, the lowest first. Pure."""

from collections.abc import Collection, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from incidents.errors import Refused
from mitigations.docker.container import Container
from mitigations.wording import listed

FINISHED = "service_completed_successfully"  # compose's word for a task that others wait for


def needs(depends: str) -> dict[str, str]:
    """What a label of compose says: each service with the condition that it is waited for in.

    Args:
        depends: such as "db:service_healthy:true,redis:service_started:false".
    """
    parts = [part.strip().split(":") for part in depends.split(",") if part.strip()]
    return {part[0]: part[1] if len(part) > 1 else "" for part in parts if part[0]}


def tasks(containers: Sequence[Container]) -> list[Container]:
    """Those that have done what they were made for, such as a migration; starting them would do it again."""
    awaited = {
        service
        for container in containers
        for service, condition in needs(container.depends or "").items()
        if condition == FINISHED
    }
    return [container for container in containers if container.over or container.service in awaited]


def layers(containers: Sequence[Container], order: Sequence[str]) -> list[list[Container]]:
    """The containers by layers, from the bottom up.

    Args:
        containers: of one project.
        order: its services from the bottom up, where the operator wrote them down; else their labels tell.

    Raises:
        Refused: the order is not known, leaves one out, or goes round in a circle.
    """
    services = sorted({container.service for container in containers})
    found = _written(services, order) if order else _told(services, containers)
    return [[container for container in containers if container.service in layer] for layer in found]


def _written(services: Sequence[str], order: Sequence[str]) -> list[Collection[str]]:
    if missing := [service for service in services if service not in order]:
        raise Refused(
            f"order in services.toml leaves out {listed(tuple(missing))}. Nothing was changed; add it there."
        )
    return [{service} for service in order if service in services]


def _told(services: Sequence[str], containers: Sequence[Container]) -> list[Collection[str]]:
    if all(container.depends is None for container in containers):
        raise Refused(
            "These containers do not tell what depends on what, since an old compose made them. Nothing was "
            'changed; write order = ["db", "api"] in services.toml, from the bottom up.'
        )
    graph: Mapping[str, set[str]] = {
        service: {
            need
            for container in containers
            if container.service == service
            for need in needs(container.depends or "")
            if need in services
        }
        for service in services
    }
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        raise Refused(
            f"These services depend on each other in a circle: {listed(tuple(error.args[1]))}. "
            "Nothing was changed; write order = [...] in services.toml."
        ) from None
    found: list[Collection[str]] = []
    while ready := sorter.get_ready():
        found.append(set(ready))
        sorter.done(*ready)
    return found
