"""Resets a circuit breaker that is open, and sees that it closes."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from incidents.errors import Refused, Unavailable
from incidents.mitigation import Aim, Fate, Hit, Plan, Result
from mitigations.action import Action, Draft, identity
from mitigations.breaker.section import BreakerSection
from mitigations.wire import Answer, Json, SilentError, Wire

STATES = {"0": "closed", "1": "half open", "2": "open", "half_open": "half open", "half-open": "half open"}
OPEN, CLOSED = "open", "closed"
KEYS = ("breaker", "open since")
STEP = 0.5  # seconds between two looks at one that was reset


@dataclass(frozen=True, slots=True)
class State:
    """A breaker as it is now: its state in our words, and since when as the service writes it."""

    word: str
    since: str


class Breaker:
    """One breaker.

    Args:
        name: such as "payments stripe".
        section: what services.toml says.
        pause: waits that many seconds.
    """

    def __init__(
        self,
        name: str,
        section: BreakerSection,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.name = name
        self.section = section
        self.pause = pause
        token = section.token.get_secret_value() if section.token else ""
        self._wire = Wire(section.url, headers={"Authorization": f"Bearer {token}"} if token else None)

    async def open(self) -> None:
        """Nothing is kept open."""

    async def close(self) -> None:
        """Let go of the connections."""
        await self._wire.close()

    async def look(self) -> State:
        """How it is now. Raises Unavailable."""
        answer = await self._ask("GET", self.section.state)
        word = _at(answer.body, self.section.field)
        if not answer.well or word is None:
            raise Unavailable(
                f"{self.name} does not tell its state (HTTP {answer.status}). Nothing was changed."
            )
        since = _at(answer.body, self.section.since) if self.section.since else None
        plain = str(word).casefold()
        return State(STATES.get(plain, plain), str(since) if since is not None else "")

    async def reset(self) -> Answer:
        """Reset it. Raises Unavailable."""
        return await self._ask("POST", self.section.reset)

    async def _ask(self, method: str, path: str) -> Answer:
        try:
            return await self._wire.ask(method, path)
        except SilentError as error:
            raise Unavailable(f"{self.name}: {error}. It may be tried again.") from None


def _at(body: Json, place: str) -> str | int | float | None:
    """What stands at a place such as "breaker.state"."""
    for part in place.split("."):
        body = body.get(part) if isinstance(body, dict) else None
    return body if isinstance(body, str | int | float) and not isinstance(body, bool) else None


async def plan(breaker: Breaker, _cap: int) -> Draft:
    """The breaker, if it is open."""
    now = await breaker.look()
    if now.word != OPEN:
        raise Refused(f"The circuit breaker {breaker.name} is {now.word}, not open: nothing to reset.")
    since = f" since {now.since}" if now.since else ""
    return Draft(
        sentence=f"Reset the circuit breaker {breaker.name}, which is open{since}.",
        effect="Requests go through at once again. If what lies behind it is still down, they fail slowly "
        "until it opens again by itself.",
        aims=(Aim(f"{breaker.name}, open{since}", tuple(zip(KEYS, (breaker.name, now.since), strict=True))),),
        before=OPEN,
    )


async def carry_out(breaker: Breaker, planned: Plan) -> Result:
    """Reset it, if it has been open all the while."""
    (aim,) = planned.aims
    hit = await _one(breaker, aim)
    after = await _closed(breaker) if hit.fate is Fate.DONE else (await breaker.look()).word
    said = {
        Fate.DONE: f"The breaker was reset and is {after}.",
        Fate.GONE: f"The breaker is {after} and was left alone: it is not as it was when planned.",
        Fate.FAILED: f"The breaker could not be reset and is {after}.",
    }
    return Result((hit,), said[hit.fate], planned.before, after, well=after == CLOSED)


async def _one(breaker: Breaker, aim: Aim) -> Hit:
    name, since = identity(aim, *KEYS)
    now = await breaker.look()
    if name != breaker.name or now != State(OPEN, since):
        return Hit(aim.label, Fate.GONE)
    answer = await breaker.reset()
    if not answer.well:
        return Hit(aim.label, Fate.FAILED, f"It answered with HTTP {answer.status}.")
    return Hit(aim.label, Fate.DONE)


async def _closed(breaker: Breaker) -> str:
    """Its state once it has closed, or as it is when that has taken too long."""
    for _ in range(round(breaker.section.closed_within / STEP)):
        if (await breaker.look()).word == CLOSED:
            return CLOSED
        await breaker.pause(STEP)
    return (await breaker.look()).word


RESET = Action(
    "breaker.reset", "reset-breaker", "Reset the circuit breaker, if it is open", plan, carry_out, 1
)
