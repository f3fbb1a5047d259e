"""Restarts containers one after another, each if it is what it was, and waits until it is well again."""

from dataclasses import replace
from datetime import UTC, datetime

from incidents.errors import Refused
from incidents.mitigation import Aim, Fate, Hit, Plan, Result
from incidents.texts import timing
from mitigations.action import Action, Draft, identity
from mitigations.docker.container import Container
from mitigations.docker.engine import ID, Engine, FailedError
from mitigations.docker.recovery import NAMED, back, each
from mitigations.wording import counted, listed

MOST = 10
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
        aims=tuple(replace(aim_of(each), ill=each.state if each.ill else "") for each in hit),
        before=each(found),
        left_out=len(found) - len(hit),
    )


def aim_of(container: Container, *more: tuple[str, str]) -> Aim:
    """The container as it is now."""
    label = f"{container.name}, {container.state}{_since(container)}"
    return Aim(label, (("container", container.id), ("started", container.started), *more))


def _since(container: Container) -> str:
    """When it was started, by the engine's clock."""
    try:
        started = datetime.fromisoformat(container.started)
    except ValueError:
        return ""
    never = started.year == 1
    return ", never started" if never else f", started {started.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


async def carry_out(engine: Engine, planned: Plan) -> Result:
    """Restart those that are still as they were started; stops at the first that does not come back."""
    known = [(aim, known_by(aim)) for aim in planned.aims]  # all of them are read before one is hit
    hits: list[Hit] = []
    for aim, (container, started) in known:
        failed = any(hit.fate is Fate.FAILED for hit in hits)
        hits.append(
            Hit(aim.label, Fate.FAILED, LEFT_ALONE) if failed else await one(engine, aim, container, started)
        )
    after = await engine.meant()
    return Result(
        hits=tuple(hits),
        sentence=summed(hits),
        before=planned.before,
        after=each(after),
        well=bool(after) and all(container.well for container in after),
    )


def known_by(aim: Aim, *more: str) -> tuple[str, ...]:
    """Which container, and when it was started. Raises Refused: it is no identity that was made here."""
    container, *rest = identity(aim, *KEYS, *more)
    if not ID.fullmatch(container):
        raise Refused("The plan's containers cannot be read. Nothing was changed; ask for a new plan.")
    return container, *rest


def summed(hits: list[Hit]) -> str:
    """What was done in one sentence."""
    done, gone, failed = (
        [hit for hit in hits if hit.fate is fate] for fate in (Fate.DONE, Fate.GONE, Fate.FAILED)
    )
    well, other = [hit for hit in gone if hit.words], [hit for hit in gone if not hit.words]
    parts = [f"{_which(done)} restarted" if done else ""]
    parts.append(f"{_which(well)} left alone, well again since the plan" if well else "")
    parts.append(f"{_which(other)} left alone, gone or started anew since the plan" if other else "")
    parts.append(f"{_which(failed)} not brought back" if failed else "")
    return f"{'; '.join(part for part in parts if part)}."


def _which(hits: list[Hit]) -> str:
    """The containers by name, of many their number, as the beginning of what was done to them."""
    if len(hits) > NAMED:
        return f"{counted(len(hits), 'container')} were"
    names = listed(tuple(hit.label.partition(",")[0] for hit in hits))
    return f"{names} {'was' if len(hits) == 1 else 'were'}"


async def one(engine: Engine, aim: Aim, container: str, started: str) -> Hit:
    """Restart the container if it is what it was, and wait until it is well. Raises Unavailable.

    One that was to be mended and is well by now is left alone, for whatever did it may still be at work.
    """
    now = await engine.look(container)
    if now is None or now.started != started:
        return Hit(aim.label, Fate.GONE)
    if aim.ill and now.well:
        return Hit(aim.label, Fate.GONE, _again(aim, now))
    try:
        if not await engine.restart(container):
            return Hit(aim.label, Fate.GONE)
    except FailedError as error:
        return Hit(aim.label, Fate.FAILED, f"The engine refuses: {error}")
    words = await back(engine, container)
    return Hit(aim.label, Fate.FAILED if words else Fate.DONE, words)


def _again(aim: Aim, now: Container) -> str:
    """That it is well by now, and since when if its check tells."""
    try:
        since = f" since {timing(datetime.fromisoformat(now.passing_since))}"
    except ValueError:
        since = ""
    return f"It was {aim.ill} when the plan was made, and is {now.state} again{since}."


RESTART = Action("docker.restart", "restart", "Restart it and wait until it is well", plan, carry_out, MOST)
