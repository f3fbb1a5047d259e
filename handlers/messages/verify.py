"""What people look at themselves after a rollback or a fix forward."""

from __future__ import annotations

from typing import assert_never

from incidents.values import Fix


def to_verify(fix: Fix | None) -> list[str]:
    """What to verify after that kind of fix; no line where it is not known."""
    match fix:
        case None:
            return []
        case Fix.ROLLBACK:
            return ["After a rollback, verify: health, caches, circuit breakers, integrity of the data."]
        case Fix.FORWARD:
            return ["After a fix forward, verify: health under load, and a rollback that is ready."]
        case _:
            assert_never(fix)
