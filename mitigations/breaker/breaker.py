"""The way to one circuit breaker: how it is, and to ask its service to change it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from incidents.errors import Unavailable
from mitigations.breaker.section import BreakerSection
from mitigations.checks import value_at
from mitigations.wire import Answer, SilentError, Wire

STATES = {"0": "closed", "1": "half open", "2": "open"}


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
        word = value_at(answer.body, self.section.field)
        if not answer.well or word is None or isinstance(word, bool):
            raise Unavailable(
                f"{self.name} does not tell its state (HTTP {answer.status}). Nothing was changed."
            )
        since = value_at(answer.body, self.section.since) if self.section.since else None
        plain = str(word).casefold().replace("_", " ").replace("-", " ")
        return State(STATES.get(plain, plain), str(since) if since is not None else "")

    async def change(self, path: str) -> Answer:
        """Ask for the change behind that path of its settings. Raises Unavailable."""
        return await self._ask("POST", path)

    async def _ask(self, method: str, path: str) -> Answer:
        try:
            return await self._wire.ask(method, path)
        except SilentError as error:
            raise Unavailable(f"{self.name}: {error}. It may be tried again.") from None
