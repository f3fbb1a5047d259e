"""Moves a circuit breaker from the state that was planned for into another, and sees that it got there."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from incidents.errors import Refused
from incidents.mitigation import Aim, Fate, Hit, Plan, Result
from incidents.quoting import quoted
from mitigations.action import Action, Draft, identity
from mitigations.breaker.breaker import Breaker, State
from mitigations.breaker.section import BreakerSection
from mitigations.wire import refusal, unmoved

SHOWN = 60  # characters of what a breaker says of itself
KEYS = ("breaker", "state", "since")
STEP = 0.5  # seconds between two looks at one that was changed
SHUT = frozenset({"closed", "half open"})
OPEN = frozenset({"open", "forced open"})
OFF = frozenset({"disabled"})


@dataclass(frozen=True, slots=True)
class Move:
    """One way of changing a breaker.

    Attributes:
        word: of the action.
        verb: what is done, such as "Reset".
        done: the same as something that was done, such as "reset".
        origins: the states in which there is something to do.
        ends: the states in which it must be afterwards.
        effect: what people outside will notice, and how to take it back.
        path: where it is asked for.
        otherwise: what a breaker in another state is not.
        steady: it must have been in the very same state all the while; else any of the origins will do, since
            doing it again does no harm and a failing breaker moves between them by itself.
    """

    word: str
    verb: str
    done: str
    origins: frozenset[str]
    ends: frozenset[str]
    effect: str
    path: Callable[[BreakerSection], str | None]
    otherwise: str
    steady: bool = True

    def same(self, now: State, planned: State) -> bool:
        """Whether the breaker is still as it was when planned."""
        known = planned.word in self.origins and now.word in self.origins
        return known and (now == planned or not self.steady)


async def plan(move: Move, breaker: Breaker, _cap: int) -> Draft:
    """The breaker, if there is something to do."""
    now = await breaker.look()
    if now.word not in move.origins:
        raise Refused(
            f"The circuit breaker {breaker.name} is {quoted(now.word, SHOWN)}, not {move.otherwise}: "
            f"nothing to {move.verb.casefold()}."
        )
    since = f" since {quoted(now.since, SHOWN)}" if now.since else ""
    values = (breaker.name, now.word, now.since)
    return Draft(
        sentence=f"{move.verb} the circuit breaker {breaker.name}, which is {now.word}{since}.",
        effect=move.effect,
        aims=(Aim(f"{breaker.name}, {now.word}{since}", tuple(zip(KEYS, values, strict=True))),),
        before=now.word,
    )


async def carry_out(move: Move, breaker: Breaker, planned: Plan) -> Result:
    """Change it, if it has been in that state all the while."""
    (aim,) = planned.aims
    hit = await _one(move, breaker, aim)
    after = await _arrived(move, breaker) if hit.fate is Fate.DONE else (await breaker.look()).word
    if hit.fate is Fate.DONE and after not in move.ends:
        hit = Hit(aim.label, Fate.FAILED, unmoved(breaker.section.closed_within))
    name = f"The circuit breaker {breaker.name}"
    said = {
        Fate.DONE: f"{name} was {move.done} and is {after}.",
        Fate.GONE: f"{name} is {after} and was left alone: it is not as it was when planned.",
        Fate.FAILED: f"{name} could not be {move.done} and is {after}: {hit.words}",
    }
    return Result((hit,), said[hit.fate], planned.before, after, well=after in move.ends)


async def _one(move: Move, breaker: Breaker, aim: Aim) -> Hit:
    name, state, since = identity(aim, *KEYS)
    path = move.path(breaker.section)
    now = await breaker.look()
    if path is None or name != breaker.name or not move.same(now, State(state, since)):
        return Hit(aim.label, Fate.GONE)
    answer = await breaker.change(path)
    if not answer.well:
        return Hit(aim.label, Fate.FAILED, refusal(answer))
    return Hit(aim.label, Fate.DONE)


async def _arrived(move: Move, breaker: Breaker) -> str:
    """Its state once it is as wanted, or as it is when that has taken too long."""
    for _ in range(round(breaker.section.closed_within / STEP)):
        if (now := await breaker.look()).word in move.ends:
            return now.word
        await breaker.pause(STEP)
    return (await breaker.look()).word


def _action(move: Move, id_: str, title: str) -> Action[Breaker]:
    return Action(id_, move.word, title, partial(plan, move), partial(carry_out, move), 1)


RESET = _action(
    Move(
        word="reset-breaker",
        verb="Reset",
        done="reset",
        origins=OPEN,
        ends=frozenset({"closed"}),
        effect="Requests go through at once again. If what lies behind it is still down, they fail slowly "
        "until it opens again by itself.",
        path=lambda section: section.reset,
        otherwise="open",
    ),
    "breaker.reset",
    "Reset the circuit breaker, if it is open",
)
FORCE_OPEN = _action(
    Move(
        word="open-breaker",
        verb="Open",
        done="forced open",
        origins=SHUT,
        ends=OPEN,
        effect="For emergencies only: every request behind it fails at once or takes the fallback, also "
        "those that would have gone through. It stays open until it is reset: `reset-breaker` takes it back.",
        path=lambda section: section.force_open,
        otherwise="closed",
        steady=False,
    ),
    "breaker.force_open",
    "Force the circuit breaker open, in an emergency",
)
ENABLE = _action(
    Move(
        word="enable-breaker",
        verb="Enable",
        done="enabled",
        origins=OFF,
        ends=SHUT | OPEN,
        effect="It counts failures again and opens by itself when there are too many. Nothing changes for "
        "requests until then. Disabling it again is the service's own business.",
        path=lambda section: section.enable,
        otherwise="disabled",
    ),
    "breaker.enable",
    "Enable the circuit breaker, if it was switched off",
)
