"""A change as two people bring it about in the room of an incident, and a service that shows its effect."""

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from tests.acceptance.test_declare import declared
from tests.diagnostics.serving import Handler
from tocsin_practice.driver import PersonDriver, PracticeDriver
from tocsin_practice.model import Channel, Json
from tocsin_practice.reading import said

LONG = 60.0
"""Seconds within which even a change on a busy machine is told."""


@dataclass(frozen=True, slots=True)
class Room:
    """The room of an incident that Alice has declared, with Bob in it."""

    practice: PracticeDriver
    channel: Channel
    alice: PersonDriver
    bob: PersonDriver

    async def diagnosed(self, target: str) -> Json:
        """The verdict about it, once it is whole."""
        await self.alice.command("/diagnose", target, channel=self.channel)
        return await self.heard("Look again")

    async def asked(self, words: str) -> Json:
        """The plan that Alice gets when she types these words; she hears at once that it is looked up."""
        newest = max(self.channel.messages, default="")
        await self.alice.command("/incident", f"mitigate {words}", channel=self.channel)
        await self.alice.ephemeral("Looking up what", channel=self.channel)
        return await self.heard("must approve it by", after=newest)

    async def offered(self, verdict: Json, number: int = 0) -> Json:
        """The plan that Alice gets by that button under a verdict; it stands in the verdict's thread."""
        ts = str(verdict["ts"])
        await self.alice.press(f"mitigate:{number}", ts=ts, in_channel=self.channel)
        plan = await self.heard("must approve it by", after=ts)
        assert plan["thread_ts"] == ts
        return plan

    async def refused(self, plan: Json) -> None:
        """Alice may not approve what she asked for."""
        await self.alice.press("approve", ts=str(plan["ts"]), in_channel=self.channel)
        await self.alice.ephemeral("somebody else must approve it", channel=self.channel)

    async def approved(self, plan: Json) -> str:
        """What is told once it is done: Alice may not approve it, Bob may."""
        await self.refused(plan)
        ts = str(plan["ts"])
        await self.bob.press("approve", ts=ts, in_channel=self.channel)
        return said(await self.heard("Asked for by", after=ts))

    async def looked_again(self, plan: Json, came_of: str = "Done") -> str:
        """What the probes see afterwards; by then the plan itself says what came of it."""
        words = "After the change" if came_of == "Done" else "Looked at again"
        told = said(await self.heard(words, after=str(plan["ts"])))
        await self.practice.until(lambda: f"*{came_of}* at" in self.now(plan) or None)
        return told

    async def on_record(self, *steps: str) -> str:
        """The whole timeline, as Alice reads it; these stand in it."""
        await self.alice.command("/incident", "timeline", channel=self.channel)
        timeline = said(await self.alice.ephemeral("Timeline of", channel=self.channel))
        assert [step for step in steps if step not in timeline] == [], timeline
        return timeline

    async def heard(self, words: str, after: str = "") -> Json:
        """The newest message that says so."""
        return await self.practice.message(channel=self.channel, contains=words, after=after, seconds=LONG)

    def now(self, message: Json) -> str:
        """What a message says by now."""
        return said(self.channel.messages[str(message["ts"])])


async def room_of(practice: PracticeDriver, line: str = "SEV1 payments down") -> Room:
    """Alice declares that, and Bob joins."""
    channel = await declared(practice, "alice", line)
    alice, bob = practice.person("alice"), practice.person("bob")
    bob.join(channel)
    return Room(practice, channel, alice, bob)


def well_if(well: Callable[[], bool]) -> Handler:
    """How a service says that it is well, or that it is not."""

    async def health(_request: web.Request) -> web.StreamResponse:
        if well():
            return web.json_response({"status": "ok"})
        return web.json_response({"status": "error", "detail": "no worker answers"}, status=500)

    return health
