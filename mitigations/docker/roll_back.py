"""Rolls a container back to the image before: tagged anew by digest, deployed by the hook, seen to run."""

import time
from dataclasses import dataclass

from incidents.errors import Refused, Unavailable
from incidents.mitigation import Aim, Fate, Hit, Plan, Result
from incidents.quoting import quoted
from mitigations.action import Action, Draft, identity
from mitigations.docker import hook, recovery
from mitigations.docker.container import Container
from mitigations.docker.engine import Engine, FailedError
from mitigations.docker.image import ID, Image, before, repository, short, tagged
from mitigations.wording import lasting, listed

KEYS = ("reference", "tag leads to", "from", "to")


@dataclass(frozen=True, slots=True)
class Way:
    """What was planned: the name that is moved, where it leads, what runs, and what shall run."""

    reference: str
    leads_to: str
    old: str
    new: str


async def plan(engine: Engine, _cap: int) -> Draft:
    """The image that runs, and the one before it."""
    found = await engine.meant()
    if not found:
        raise Refused(f"There is no container of {engine.name} on its engine: nothing to roll back.")
    reference, running = _same(found)
    now, leads_to = await engine.image(running), await engine.image(reference)
    if now is None or leads_to is None:
        raise Refused(f"The engine does not know {reference} any more. {_by_git()}")
    older = await _older(engine, reference, repository(reference, leads_to), now)
    if leads_to.id == older.id:
        raise Refused(
            f"{reference} leads to {short(older.id)} already, which does not run: a deploy is under way or "
            "was forgotten. Nothing was changed; look at your deploys."
        )
    names = listed(tuple(container.name for container in found))
    values = (reference, leads_to.id, now.id, older.id)
    return Draft(
        sentence=f"Roll {names} back from image {now.words} to {older.words}: {reference} is tagged anew, "
        "and the deploy hook is called.",
        effect="The deploy hook replaces what runs, as it always does. What the newer version has changed in "
        f"a database stays. To take it back: docker tag {short(now.id)} {reference}, and deploy.",
        aims=(Aim(f"{names}, image {short(now.id)} of {reference}", tuple(zip(KEYS, values, strict=True))),),
        before=f"image {short(now.id)}",
    )


def _same(found: list[Container]) -> tuple[str, str]:
    """The one name and image of these containers. Raises Refused."""
    pairs = {(tagged(container.reference), container.image) for container in found}
    if len(pairs) > 1:
        raise Refused(
            f"{listed(tuple(container.name for container in found))} do not all run the same image: a deploy "
            "is under way, or was cut off. Nothing was changed; look at your deploys."
        )
    ((reference, image),) = pairs
    if not reference:
        raise Refused(
            f"{found[0].name} was made from {quoted(found[0].reference, 80)}, which is no tag: there is "
            "nothing to tag anew. Nothing was changed; deploy the digest that ran before."
        )
    return reference, image


async def _older(engine: Engine, reference: str, name: str, now: Image) -> Image:
    """The image to go back to. Raises Refused."""
    word = engine.section.previous
    if word is None:
        if found := before(await engine.images(name), now):
            return found
        raise Refused(
            f"The engine holds no image of {name} of which it is certain that it was made just before "
            f"{short(now.id)}. Keep a tag on it, and name that as `previous` in services.toml. {_by_git()}"
        )
    kept = await engine.image(f"{reference.rpartition(':')[0]}:{word}")
    if kept is None:
        raise Refused(f"The engine holds no {name}:{word}. {_by_git()}")
    if kept.id == now.id:
        raise Refused(f"{name}:{word} is what runs: there is nothing to go back to. {_by_git()}")
    return kept


def _by_git() -> str:
    return "Where the image is gone: `git revert --no-edit COMMIT`, push, and deploy. Nothing was changed."


async def carry_out(engine: Engine, planned: Plan) -> Result:
    """Tag, deploy and watch, if what runs and where the name leads are still what they were."""
    (aim,) = planned.aims
    way = _way(aim)
    hit = await _one(engine, aim, way)
    after = await engine.meant()
    images = tuple(dict.fromkeys(short(container.image) for container in after))
    well = _runs(after, way)
    said = {
        Fate.DONE: f"{way.reference} was rolled back and runs image {short(way.new)}.",
        Fate.GONE: f"Image {short(way.new)} runs already, so nothing was done."
        if well
        else f"{way.reference} was left alone: another image runs, or the tag was moved, since the plan.",
        Fate.FAILED: f"{way.reference} was not rolled back: {hit.words}",
    }
    figure = f"image {listed(images)}" if images else "nothing runs"
    return Result((hit,), said[hit.fate], planned.before, figure, well=well)


def _way(aim: Aim) -> Way:
    """Raises Refused: it is no identity that was made here."""
    reference, *digests = identity(aim, *KEYS)
    if tagged(reference) != reference or not all(ID.fullmatch(digest) for digest in digests):
        raise Refused("The plan's images cannot be read. Nothing was changed; ask for a new plan.")
    return Way(reference, *digests)


async def _one(engine: Engine, aim: Aim, way: Way) -> Hit:
    now, leads_to = await engine.meant(), await engine.image(way.reference)
    same = now and all((tagged(c.reference), c.image) == (way.reference, way.old) for c in now)
    if not same or leads_to is None or leads_to.id not in {way.leads_to, way.new}:
        return Hit(aim.label, Fate.GONE)
    if leads_to.id == way.new and not await _arrived(engine, way):  # a try was cut off after this
        return Hit(aim.label, Fate.DONE)
    try:
        await engine.tag(way.new, way.reference)
        answered = await hook.call(engine.section, way.reference, way.new)
    except FailedError as error:
        return Hit(aim.label, Fate.FAILED, f"The engine refuses: {error}")
    except hook.HookError as error:
        return Hit(aim.label, Fate.FAILED, f"{error} {await _taken_back(engine, way)}")
    words = await _arrived(engine, way)
    return Hit(aim.label, Fate.FAILED if words else Fate.DONE, words and f"{answered}, and {words}")


async def _taken_back(engine: Engine, way: Way) -> str:
    """The tag where it was, so that no later deploy brings an image that nobody asked for."""
    try:
        await engine.tag(way.leads_to, way.reference)
    except (FailedError, Unavailable):
        return f"{way.reference} leads to {short(way.new)} now: tag it back."
    return f"{way.reference} leads to {short(way.leads_to)} again."


async def _arrived(engine: Engine, way: Way) -> str:
    """Wait until the older image runs and is well; if it does not in time, how it is instead."""
    begun = steady = time.monotonic()
    seen: list[Container] = []
    while time.monotonic() - begun < engine.section.deployed_within:
        earlier, seen = seen, await _seen(engine)
        if _starts(earlier) != _starts(seen) or not _runs(seen, way):
            steady = time.monotonic()
        elif all(c.health for c in seen) or time.monotonic() - steady >= engine.section.settle:
            return ""
        await engine.pause(recovery.STEP)
    return await _instead(engine, way, seen, time.monotonic() - begun)


async def _seen(engine: Engine) -> list[Container]:
    """What is there; nothing while the engine stumbles, as it may during a deploy."""
    try:
        return await engine.meant()
    except Unavailable:
        return []


def _starts(seen: list[Container]) -> list[tuple[str, str]]:
    return [(container.id, container.started) for container in seen]


def _runs(seen: list[Container], way: Way) -> bool:
    return bool(seen) and all(container.image == way.new and container.well for container in seen)


async def _instead(engine: Engine, way: Way, seen: list[Container], seconds: float) -> str:
    states = listed(tuple(f"{c.name} is {c.state} with image {short(c.image)}" for c in seen))
    leads_to = await engine.image(way.reference)
    if leads_to and leads_to.id != way.new:
        where = f"The deploy moved {way.reference} to {short(leads_to.id)}: it must not pull."
    else:
        where = f"{way.reference} still leads to {short(way.new)}."
    return f"after {lasting(seconds)} {states or 'no container is there'}. {where}"


ROLL_BACK = Action(
    "docker.roll_back",
    "roll-back",
    "Roll back to the image before",
    plan,
    carry_out,
    1,
    rollback=True,
)
