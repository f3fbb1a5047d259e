"""Restarts or starts units one after another, each if it is what it was, and waits until it stays well."""

import re
from dataclasses import dataclass
from functools import partial

from incidents.errors import Refused
from incidents.mitigation import Aim, Fate, Hit, Plan, Result
from incidents.quoting import quoted
from mitigations.action import REFUSED_WORDS, Action, Draft, identity
from mitigations.systemd.host import FailedError, Host, Session
from mitigations.systemd.recovery import back, missed
from mitigations.systemd.unit import Unit
from mitigations.wording import listed

MOST = 10
KEYS = ("unit", "invocation")
INVOCATION = re.compile(r"[0-9a-f]{32}|")
LEFT_ALONE = "It was left alone, since the one before it did not come back."


@dataclass(frozen=True, slots=True)
class Way:
    """One way of bringing a unit back.

    Attributes:
        verb: of systemd and of polkit, and what people type.
        done: the same as something that was done.
        effect: what people outside will notice.
        running: it is done to one that runs, too.
    """

    verb: str
    done: str
    effect: str
    running: bool


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one unit, and how it is now if it was looked at."""

    hit: Hit
    sentence: str


async def plan(way: Way, host: Host, cap: int) -> Draft:
    """The units that do not run; or the one that is listed alone, if it may be hit while it runs."""
    async with host.session() as session:
        found = [await _named(host, session, name) for name in host.section.units]
    chosen = _chosen(way, host, found)
    hit = chosen[:cap]
    return Draft(
        sentence=f"{way.verb.title()} {listed(tuple(unit.name for unit in hit))} on {host.section.host}"
        f"{', one after another' if len(hit) > 1 else ''}.",
        effect=f"{way.effect}{_with(way, hit)} Its log stays in the journal of {host.section.host}, which "
        "Tocsin does not read.",
        aims=tuple(Aim(unit.label, (("unit", unit.name), ("invocation", unit.invocation))) for unit in hit),
        before=each(hit),
        left_out=len(chosen) - len(hit),
    )


async def _named(host: Host, session: Session, name: str) -> Unit:
    unit = await session.look(name)
    if unit.name != name:
        raise Refused(
            f"{name} is another name of {quoted(unit.name, 80)} on {host.section.host}. "
            f"Write {quoted(unit.name, 80)} into "
            "units and into polkit's rule. Nothing was changed."
        )
    return unit


def _chosen(way: Way, host: Host, found: list[Unit]) -> list[Unit]:
    usable = [unit for unit in found if unit.usable]
    if not usable:
        there = each(found)
        raise Refused(f"There is nothing to {way.verb} on {host.section.host}: {there}. Nothing was changed.")
    ill = [unit for unit in usable if not unit.well]
    if ill or (way.running and len(found) == 1):
        return ill or usable
    more = " One that runs is restarted where it has a section of its own." if way.running else ""
    raise Refused(f"Nothing to {way.verb} on {host.section.host}: {each(found)}.{more} Nothing was changed.")


def _with(way: Way, units: list[Unit]) -> str:
    others = tuple(
        sorted({name for unit in units for name in unit.needed_by} - {unit.name for unit in units})
    )
    return f" Restarted with it, if they run: {listed(others)}." if way.running and others else ""


def each(units: list[Unit]) -> str:
    """How each of them is."""
    return listed(tuple(f"{unit.name} {unit.state}" for unit in units))


async def carry_out(way: Way, host: Host, planned: Plan) -> Result:
    """Do it to those that are still in the run of the plan; stops at the first that does not come back."""
    known = [(aim, *_known_by(host, aim)) for aim in planned.aims]  # all of them are read before one is hit
    done: list[Done] = []
    async with host.session() as session:
        for aim, name, invocation in known:
            failed = any(one.hit.fate is Fate.FAILED for one in done)
            now = await session.look(name)
            if failed or (why := _otherwise(way, now, name, invocation)):
                done.append(_left(aim, now, "" if failed else why))
            else:
                done.append(await _one(way, host, session, aim, now))
        after = [await session.look(name) for _, name, _ in known]
    return Result(
        hits=tuple(one.hit for one in done),
        sentence=f"{'; '.join(one.sentence for one in done)}.",
        before=planned.before,
        after=each(after),
        well=all(unit.well for unit in after),
    )


def _known_by(host: Host, aim: Aim) -> tuple[str, str]:
    """Which unit, and in which run. Raises Refused: it is none that may be changed."""
    name, invocation = identity(aim, *KEYS)
    if name not in host.section.units:
        raise Refused(
            f"{quoted(name, REFUSED_WORDS)} is not among the units of {host.name}. "
            "Nothing was changed; ask for a new plan."
        )
    if not INVOCATION.fullmatch(invocation):
        raise Refused(f"The run of {name} cannot be read. Nothing was changed; ask for a new plan.")
    return name, invocation


def _otherwise(way: Way, now: Unit, name: str, invocation: str) -> str:
    """Why it is not what it was when planned; empty if it is."""
    if now.name != name:
        return f"{name} leads to it by now"
    if now.invocation != invocation:
        return "it has been started anew since the plan"
    if now.changing:
        return "systemd is starting or stopping it already"
    return "it runs by now" if now.well and not way.running else ""


def _left(aim: Aim, now: Unit, why: str) -> Done:
    if not why:
        return Done(Hit(aim.label, Fate.FAILED, LEFT_ALONE), f"{now.name} was left alone and is {now.state}")
    words = f"It was left alone: {why}."
    return Done(
        Hit(aim.label, Fate.GONE, words), f"{now.name} was left alone, since {why}; it is {now.state}"
    )


async def _one(way: Way, host: Host, session: Session, aim: Aim, before: Unit) -> Done:
    """Do it to one that is what it was, and wait. Raises Unavailable."""
    section = host.section
    try:
        job = await session.change(way.verb, before.name)
    except FailedError as error:
        return Done(Hit(aim.label, Fate.FAILED, str(error)), f"{before.name} could not be {way.done}")
    recovery = await back(session, section, before, job, host.pause)
    now = recovery.unit
    if not recovery.well:
        words = missed(recovery, section, way.done)
        return Done(Hit(aim.label, Fate.FAILED, words), f"{now.name} did not come back: it is {now.state}")
    pids = f", pid {before.pid or 'none'} → {now.pid}" if now.pid else ""
    return Done(Hit(aim.label, Fate.DONE), f"{now.name} was {way.done} and is {now.dated}{pids}")


def _action(way: Way, title: str) -> Action[Host]:
    return Action(f"systemd.{way.verb}", way.verb, title, partial(plan, way), partial(carry_out, way), MOST)


RESTART = _action(
    Way(
        verb="restart",
        done="restarted",
        effect="Each is stopped as its unit says and started again. What it serves fails until it is up, and "
        "what it holds only in memory is lost. No way back.",
        running=True,
    ),
    "Restart units and wait until they stay up",
)
START = _action(
    Way(
        verb="start",
        done="started",
        effect="Each is started, with what it needs. One that runs is not touched.",
        running=False,
    ),
    "Start units that do not run, and wait until they stay up",
)
