"""The clocks: each second, those that are due ring."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from incidents.errors import Unavailable
from workflows.ports import Ports

_EVERY = 1.0  # seconds
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Clocks:
    """Rings what is due; any number of replicas may do so at once."""

    ports: Ports

    async def tick(self) -> int:
        """Ring what is due now; how many rang. Raises Unavailable."""
        return await self.ports.desk.ring(self.ports.clock())

    async def run(self) -> None:
        """Tick each second, also through an outage of the database."""
        while True:
            try:
                await self.tick()
            except Unavailable as error:
                _log.warning("clocks are late: %s", error)
            except Exception:  # noqa: BLE001 - clocks must go on whatever one tick meets
                _log.exception("a tick of the clocks failed")
            await asyncio.sleep(_EVERY)
