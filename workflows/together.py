"""Calls side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable


async def together(*calls: Awaitable[object]) -> None:
    """Run all; each is let finish, so that none is cut off, then the first failure is raised."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
