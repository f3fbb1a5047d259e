"""Sets a switch to the value that the operator wrote down, if it still has the value of the plan."""

import json
from functools import partial

from incidents.errors import Refused
from incidents.mitigation import Aim, Fate, Hit, Plan, Result
from mitigations.action import Action, Draft, identity
from mitigations.switch.section import Value
from mitigations.switch.switch import Switch, said, same
from mitigations.wire import refusal, unmoved

KEYS = ("switch", "value", "wanted")
STEP = 0.5  # seconds between two looks at one that was set


async def plan(effect: str, switch: Switch, _cap: int) -> Draft:
    """The switch, if there is something to do."""
    now, wanted = await switch.look(), switch.section.wanted
    if same(now, wanted):
        raise Refused(f"{switch.name} is {said(now)} already: nothing to do.")
    values = (switch.name, json.dumps(now), json.dumps(wanted))
    return Draft(
        sentence=f"Set {switch.name} from {said(now)} to {said(wanted)}.",
        effect=f"{effect} To take it back, set it to {said(now)} again where it is kept.",
        aims=(Aim(f"{switch.name}, {said(now)}", tuple(zip(KEYS, values, strict=True))),),
        before=said(now),
    )


async def carry_out(switch: Switch, planned: Plan) -> Result:
    """Set it, if it has had the same value all the while."""
    (aim,) = planned.aims
    hit = await _one(switch, aim)
    after = await _arrived(switch) if hit.fate is Fate.DONE else await switch.look()
    well = same(after, switch.section.wanted)
    if hit.fate is Fate.DONE and not well:
        hit = Hit(aim.label, Fate.FAILED, unmoved(switch.section.set_within))
    told = {
        Fate.DONE: f"{switch.name} was set and is {said(after)}.",
        Fate.GONE: f"{switch.name} was left alone: it was {planned.before} when planned, "
        f"and is {said(after)} now.",
        Fate.FAILED: f"{switch.name} could not be set and is {said(after)}: {hit.words}",
    }
    return Result((hit,), told[hit.fate], planned.before, said(after), well=well)


async def _one(switch: Switch, aim: Aim) -> Hit:
    name, value, wanted = identity(aim, *KEYS)
    if name != switch.name or json.dumps(switch.section.wanted) != wanted:
        raise Refused(
            f"{switch.name} is configured otherwise by now. Nothing was changed; ask for a new plan."
        )
    now: Value = await switch.look()
    if json.dumps(now) != value:
        return Hit(aim.label, Fate.GONE)
    answer = await switch.set()
    if not answer.well:
        return Hit(aim.label, Fate.FAILED, refusal(answer))
    return Hit(aim.label, Fate.DONE)


async def _arrived(switch: Switch) -> Value:
    """Its value once it is as wanted, or as it is when that has taken too long."""
    now = await switch.look()
    for _ in range(round(switch.section.set_within / STEP)):
        if same(now, switch.section.wanted):
            break
        await switch.pause(STEP)
        now = await switch.look()
    return now


def _action(word: str, title: str, effect: str) -> Action[Switch]:
    return Action(f"switch.{word.replace('-', '_')}", word, title, partial(plan, effect), carry_out, 1)


TURN_OFF = _action(
    "turn-off", "Turn the feature off", "People miss that feature until it is on again; the rest gets relief."
)
FALL_BACK = _action(
    "fall-back",
    "Switch to the fallback",
    "The fallback answers instead: what it cannot do, people miss. Say degraded in the next update.",
)
SWITCH_BACK = _action(
    "switch-back", "Switch back to normal", "What was turned off or replaced takes its load again at once."
)
