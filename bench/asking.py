"""Sends `/diagnose`, one person or many at once, and sees when each has the verdict and the findings."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bench.figures import BenchError
from tocsin_practice.driver import PersonDriver, PracticeDriver
from tocsin_practice.model import Channel, Json

_WHERE: Final = "random"
_PATIENCE: Final = 40.0  # more than the bot takes for everything that one person asked for
_LOOKING: Final = "Looking…"


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """Seconds from the command until everyone who asked read a verdict, and the findings below it."""

    verdict: float
    findings: float
    sentence: str


async def diagnose(practice: PracticeDriver, people: Sequence[PersonDriver], line: str) -> Diagnosed:
    """All of them ask the same at the same moment.

    Raises:
        BenchError: it was not acknowledged.
        NotHeardError: a verdict or its findings did not come.
    """
    channel, clock = practice.channel(_WHERE), practice.workspace.clock
    last, begun = next(reversed(channel.messages), ""), clock()
    outcomes = await asyncio.gather(*(one.command("/diagnose", line, channel=channel) for one in people))
    for outcome in outcomes:
        if not outcome.is_good:
            raise BenchError(f"`/diagnose` was not acknowledged: {outcome.text}")
    verdicts = await practice.until(lambda: _verdicts(channel, last, len(people)), seconds=_PATIENCE)
    seen, sentence = clock() - begun, str(verdicts[0]["text"])
    asked = {verdict["ts"] for verdict in verdicts}
    await practice.until(lambda: _all_answered(channel, asked) or None, seconds=_PATIENCE)
    return Diagnosed(seen, clock() - begun, sentence)


def _verdicts(channel: Channel, after: str, count: int) -> list[Json] | None:
    """So many messages that say more than that somebody is looking; None before."""
    new = (m for m in channel.messages.values() if m["ts"] > after and "thread_ts" not in m)
    said = [m for m in new if m.get("app_id") and _LOOKING not in m["text"]]
    return said if len(said) == count else None


def _all_answered(channel: Channel, asked: set[str]) -> bool:
    return asked <= {m.get("thread_ts") for m in channel.messages.values() if m["ts"] not in asked}
