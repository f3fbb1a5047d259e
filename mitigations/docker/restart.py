"""Restarts containers one after another, each if it is what it was, and waits until it is well again."""

import time
from datetime import UTC, datetime

from incidents.errors import Refused
from incidents.mitigation import Aim, Fate, Hit, Plan, Result
from mitigations.action import Action, Draft, count, identity
from mitigations.docker.engine import ID, Container, Engine, FailedError
from mitigations.wording import counted, lasting, listed

MOST = 10
STEP = 1.0  # seconds between two looks at a container that starts
OVER = frozenset({"exited", "dead", "removing"})  # nothing will start it again
KEYS = ("container", "started")
LEFT_ALONE = "It was left alone, since the one before it did not come back."


async def plan(engine: Engine, cap: int) -> Draft:
    """The configured containers as they are now."""
    section = engine.section
    found = await engine.meant()
    if not found:
        meant = (
            f"container {section.container}" if section.container else f"{section.project} {section.service}"
        )
        raise Refused(f"There is no {meant} on the engine of {engine.name}: nothing to restart.")
    hit = found[:cap]
    return Draft(
        sentence=f"Restart {listed(tuple(container.name for container in hit))}"
        f"{', one after another' if len(hit) > 1 else ''}.",
        effect=f"Each is asked to end, killed after {section.grace} s if it has not, and started again. What "
        "it serves fails until it is up, and what it holds only in memory is lost. No way back.",
        aims=tuple(_aim(container) for container in hit),
        before=_figure(found),
        left_out=len(found) - len(hit),
    )


def _aim(container: Container) -> Aim:
    label = f"{container.name}, {container.state}{_since(container)}"
    return Aim(label, (("container", container.id), ("started", container.started)))


def _since(container: Container) -> str:
    """When it was started, by the engine's clock."""
    try:
        started = datetime.fromisoformat(container.started)
    except ValueError:
        return ""
    never = started.year == 1
    return ", never started" if never else f", started {started.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _figure(containers: list[Container]) -> str:
    return listed(tuple(f"{container.name} {container.state}" for container in containers))


async def carry_out(engine: Engine, planned: Plan) -> Result:
    """Restart those that are still as they were started; stops at the first that does not come back."""
    known = [(aim, *_known(aim)) for aim in planned.aims]  # all of them are read before one is hit
    hits: list[Hit] = []
    for aim, container, started in known:
        failed = any(hit.fate is Fate.FAILED for hit in hits)
        hits.append(
            Hit(aim.label, Fate.FAILED, LEFT_ALONE) if failed else await _one(engine, aim, container, started)
        )
    after = await engine.meant()
    return Result(
        hits=tuple(hits),
        sentence=_summed(hits),
        before=planned.before,
        after=_figure(after),
        well=bool(after) and all(_well(container) for container in after),
    )


def _known(aim: Aim) -> tuple[str, str]:
    """Which container, and when it was started. Raises Refused: it is no identity that was made here."""
    container, started = identity(aim, *KEYS)
    if not ID.fullmatch(container):
        raise Refused("The plan's containers cannot be read. Nothing was changed; ask for a new plan.")
    return container, started


def _summed(hits: list[Hit]) -> str:
    done, gone, failed = (count(hits, fate) for fate in (Fate.DONE, Fate.GONE, Fate.FAILED))
    parts = [f"{counted(done, 'container')} {'was' if done == 1 else 'were'} restarted" if done else ""]
    parts.append(
        f"{counted(gone, 'container')} left alone, gone or started anew since the plan" if gone else ""
    )
    parts.append(f"{counted(failed, 'container')} not brought back" if failed else "")
    return f"{'; '.join(part for part in parts if part)}."


async def _one(engine: Engine, aim: Aim, container: str, started: str) -> Hit:
    now = await engine.look(container)
    if now is None or now.started != started:
        return Hit(aim.label, Fate.GONE)
    try:
        if not await engine.restart(container):
            return Hit(aim.label, Fate.GONE)
    except FailedError as error:
        return Hit(aim.label, Fate.FAILED, f"The engine refuses: {error}")
    words = await _back(engine, container)
    return Hit(aim.label, Fate.FAILED if words else Fate.DONE, words)


async def _back(engine: Engine, container: str) -> str:
    """Wait until it is well; if it is not in time, how it is instead."""
    section = engine.section
    begun = came = time.monotonic()
    now = await engine.look(container)
    while now is not None and now.status not in OVER and time.monotonic() - begun < section.healthy_within:
        if _well(now) and (now.health or time.monotonic() - came >= section.settle):
            return ""
        await engine.pause(STEP)
        before, now = now, await engine.look(container)
        if now is None or not now.running or now.started != before.started:
            came = time.monotonic()
    if now is None:
        return "It was removed."
    return f"It was restarted, and after {lasting(time.monotonic() - begun)} it is {now.state}."


def _well(container: Container) -> bool:
    return container.running and container.health in {"", "healthy"}


RESTART = Action("docker.restart", "restart", "Restart it and wait until it is well", plan, carry_out, MOST)
