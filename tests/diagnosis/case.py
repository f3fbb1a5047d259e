"""A case: something provoked on a real component, and the cause that the verdict ought to name."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from diagnostics.confidential import secrets
from diagnostics.examine import Examiner
from diagnostics.probe import Target
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from diagnostics.upstream import Upstream
from incidents.evidence import Examination
from tests.diagnostics.remote import at_now
from tests.diagnostics.rules import RULES

SERVICE = "shop"
NOTHING = ""  # the cause of a healthy control

Look: TypeAlias = Callable[[], Awaitable[Examination]]
Component: TypeAlias = Any  # what a group opens is its own affair


class AbsentError(Exception):
    """The component is not on this machine; the text says what is missing, and of which package."""


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table.

    Attributes:
        what: is provoked, or is well.
        cause: the code that must stand first; empty where nothing may be named.
        act: provokes it on the component, looks, and puts everything back.
    """

    what: str
    cause: str
    act: Callable[[Component], Awaitable[Examination]]


@dataclass(frozen=True, slots=True)
class Group:
    """The cases of one kind of component.

    Attributes:
        kind: as people call it.
        opened: the component, ready, for the length of all its cases; raises AbsentError.
        cases: in order.
    """

    kind: str
    opened: Callable[[], AbstractAsyncContextManager[Component]]
    cases: Sequence[Case] = field(repr=False)


@asynccontextmanager
async def looking(
    *sections: dict[str, object],
    targets: Sequence[Target] = (),
    onset: datetime | None = None,
    apart: float = 0,
) -> AsyncIterator[Look]:
    """An examiner of one service, as in earnest: real time, real pauses, the patterns that Tocsin has.

    Args:
        sections: of services.toml.
        targets: further ones.
        onset: when the incident began in which it is asked.
        apart: seconds by which its clock goes on after each look, so that the next one is not the same.
    """
    passed: list[float] = []
    every = (*read_targets(SERVICE, sections, environ={}), *targets)
    async with Examiner(
        {SERVICE: every},
        clock=lambda: datetime.now(UTC),
        redactor=Redactor(secrets(every)),
        rules=RULES,
        pause=asyncio.sleep,
        monotonic=lambda: time.monotonic() + sum(passed),
        patience=30,
    ) as examiner:

        async def look() -> Examination:
            seen = [each async for each in examiner.examine("all", SERVICE, onset=onset)][-1]
            passed.append(apart)
            return seen

        yield look


@asynccontextmanager
async def looking_at_several(
    services: Mapping[str, Sequence[dict[str, object]]], upstream: Mapping[str, tuple[str, ...]]
) -> AsyncIterator[Look]:
    """As `looking`, at all of these services, of which some depend on others."""
    every = {key: read_targets(key, sections, environ={}) for key, sections in services.items()}
    async with Examiner(
        every,
        clock=lambda: datetime.now(UTC),
        redactor=Redactor(secrets(target for targets in every.values() for target in targets)),
        rules=RULES,
        upstream=Upstream(upstream),
        patience=30,
    ) as examiner:

        async def look() -> Examination:
            return [seen async for seen in examiner.examine("everything", None)][-1]

        yield look


def at_noon(*sections: dict[str, object]) -> tuple[Target, ...]:
    """These as targets for which it is always the moment to which stand-ins tell their times."""
    return tuple(map(at_now, read_targets(SERVICE, sections, environ={})))


async def looked_at(
    *sections: dict[str, object], targets: Sequence[Target] = (), onset: datetime | None = None
) -> Examination:
    """One look."""
    async with looking(*sections, targets=targets, onset=onset) as look:
        return await look()
