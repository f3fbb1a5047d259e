"""One switch: its value now, and the request that sets it."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from incidents.errors import Unavailable
from incidents.quoting import quoted
from mitigations.checks import value_at
from mitigations.switch.section import SwitchSection, Value
from mitigations.wire import Answer, SilentError, Wire

SHOWN = 60  # characters of a value


class Switch:
    """One switch.

    Args:
        name: such as "payments recommendations".
        section: what services.toml says.
        pause: waits that many seconds.
    """

    def __init__(
        self,
        name: str,
        section: SwitchSection,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.name = name
        self.section = section
        self.pause = pause
        token = section.token.get_secret_value() if section.token else ""
        sent = f"Bearer {token}" if section.bearer else token
        self._wire = Wire(section.url, headers={"Authorization": sent} if token else None)

    async def open(self) -> None:
        """Nothing is kept open."""

    async def close(self) -> None:
        """Let go of the connections."""
        await self._wire.close()

    async def look(self) -> Value:
        """Its value now. Raises Unavailable."""
        answer = await self._ask("GET", self.section.state)
        value = value_at(answer.body, self.section.field)
        if not answer.well or value is None:
            raise Unavailable(f"{self.name} does not tell its value (HTTP {answer.status}).")
        return value

    async def set(self) -> Answer:
        """Send what sets it. Raises Unavailable."""
        request = self.section.set
        content = None if request.body is None else json.dumps(request.body).encode()
        headers = {} if content is None else {"Content-Type": request.media}
        return await self._ask(request.method, request.path, headers=headers, content=content)

    async def _ask(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, content: bytes | None = None
    ) -> Answer:
        try:
            return await self._wire.ask(method, path, headers=headers, content=content)
        except SilentError as error:
            raise Unavailable(f"{self.name}: {error}. It may be tried again.") from None


def said(value: Value) -> str:
    """A value as people read it: "on", "off", or as it stands."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return quoted(str(value), SHOWN) or "empty"


def same(one: Value, other: Value) -> bool:
    """Whether they are the same value; true is not 1 here."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other
