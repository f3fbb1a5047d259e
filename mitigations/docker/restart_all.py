"""Restarts a whole compose project, layer by layer from the bottom up, each once the one below is well."""

import asyncio
from collections.abc import Awaitable, Sequence

from incidents.errors import Refused
from incidents.mitigation import Aim, Fate, Hit, Plan, Result
from mitigations.action import Action, Draft
from mitigations.docker.container import Container
from mitigations.docker.engine import Engine
from mitigations.docker.layers import layers, tasks
from mitigations.docker.recovery import back, share
from mitigations.docker.restart import MOST as DEEPEST
from mitigations.docker.restart import aim_of, known_by, one, summed
from mitigations.wording import counted, listed

MOST = 50
LEFT_ALONE = "It was left alone, since what stands below it did not come back."


async def plan(engine: Engine, cap: int) -> Draft:
    """All containers of the project that are to run."""
    project = engine.section.project
    found = await engine.meant()
    done = tasks(found)
    hit = [container for container in found if container not in done]
    if not hit:
        raise Refused(f"No container of {project} is to run on the engine of {engine.name}.")
    if len(hit) > cap:
        raise Refused(
            f"{project} has {counted(len(hit), 'container')}, and {cap} at once is the most. A part of it is "
            "no full restart, so nothing is proposed."
        )
    floors = layers(hit, engine.section.order)
    if len(floors) > DEEPEST:
        raise Refused(f"{project} has {len(floors)} layers, and {DEEPEST} is the most. Nothing was changed.")
    return Draft(
        sentence=f"Restart all of {project}, {counted(len(hit), 'container')} from the bottom up: "
        f"{_floors(floors)}.{_spared(done)}",
        effect=f"All of {project} fails until it is up again, usually 2 to 3 min: each layer is restarted "
        "once the one below it is well. What is held only in memory is lost. If a layer does not come back, "
        "those above it are left as they are. No way back.",
        aims=tuple(
            aim_of(container, ("layer", str(number)))
            for number, floor in enumerate(floors)
            for container in floor
        ),
        before=share(hit),
    )


def _floors(floors: Sequence[Sequence[Container]]) -> str:
    return ", then ".join(
        listed(tuple(dict.fromkeys(container.service for container in floor))) for floor in floors
    )


def _spared(done: Sequence[Container]) -> str:
    names = listed(tuple(container.name for container in done))
    verb = "stay as they are: their tasks are" if len(done) > 1 else "stays as it is: its task is"
    return f" {names} {verb} done." if done else ""


async def carry_out(engine: Engine, planned: Plan) -> Result:
    """Restart what is still as it was started, layer by layer; stops where one does not come back."""
    known = [(aim, known_by(aim, "layer")) for aim in planned.aims]  # all are read before one is hit
    hits: list[Hit] = []
    stands = True
    for floor in dict.fromkeys(layer for _, (_, _, layer) in known):
        members = [(aim, container, started) for aim, (container, started, layer) in known if layer == floor]
        if not stands:
            hits += [Hit(aim.label, Fate.FAILED, LEFT_ALONE) for aim, _, _ in members]
            continue
        struck = await _together([_one(engine, *member) for member in members])
        hits += [hit for hit, _ in struck]
        stands = all(well for _, well in struck)
    ids = {container for _, (container, _, _) in known}
    after = [container for container in await engine.meant() if container.id in ids]
    well = bool(after) and all(container.well for container in after)
    return Result(tuple(hits), summed(hits), planned.before, share(after), well=well)


async def _together(works: Sequence[Awaitable[tuple[Hit, bool]]]) -> list[tuple[Hit, bool]]:
    """All of a layer at once; each is let finish before the first failure is raised."""
    found = await asyncio.gather(*works, return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException):
            raise each
    return [each for each in found if not isinstance(each, BaseException)]


async def _one(engine: Engine, aim: Aim, container: str, started: str) -> tuple[Hit, bool]:
    """Restart it, and whether what stands above it may go on.

    One that was started anew by somebody else, or by a try that was cut off, must be well too; one that was
    removed holds up nobody.
    """
    hit = await one(engine, aim, container, started)
    if hit.fate is not Fate.GONE or await engine.look(container) is None:
        return hit, hit.fate is not Fate.FAILED
    return hit, not await back(engine, container)


RESTART_ALL = Action(
    "docker.restart_all",
    "restart-all",
    "Restart the whole compose project, from the bottom up",
    plan,
    carry_out,
    MOST,
)
