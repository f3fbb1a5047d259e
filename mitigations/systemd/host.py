"""The way to the units of one machine: how each is, and to ask systemd to restart or start one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from jeepney import DBusAddress, new_method_call

from incidents.errors import Unavailable
from mitigations.systemd.bus import AnswerError, Bus
from mitigations.systemd.section import SystemdSection
from mitigations.systemd.tunnel import tunnel
from mitigations.systemd.unit import ASKED, Unit, read
from mitigations.wire import SilentError

SYSTEMD = "org.freedesktop.systemd1"
MANAGER = DBusAddress("/org/freedesktop/systemd1", SYSTEMD, f"{SYSTEMD}.Manager")
JOB = ("id", "job", "unit", "result")  # what the signal of a job's end tells
MODE = "fail"  # of a job: one that is under way is not replaced
DENIED = frozenset(
    {
        "org.freedesktop.DBus.Error.AccessDenied",
        "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired",
        "org.freedesktop.PolicyKit1.Error.NotAuthorized",
    }
)


class FailedError(Exception):
    """systemd did not do it; the text says why."""


class Session:
    """A conversation with one machine's systemd."""

    def __init__(self, section: SystemdSection, bus: Bus) -> None:
        self._section = section
        self._bus = bus

    async def look(self, name: str) -> Unit:
        """How a unit is now; for an alias, the unit that it leads to."""
        (place,) = await self._bus.ask(new_method_call(MANAGER, "LoadUnit", "s", (name,)))
        return read(await self._bus.properties(place, ASKED))

    async def change(self, verb: str, name: str) -> str:
        """Ask for it; verb is "restart" or "start".

        Returns:
            The job that systemd has made of it.

        Raises:
            FailedError: systemd has not taken it on.
        """
        await self._bus.hear(SYSTEMD, f"{SYSTEMD}.Manager", "JobRemoved")
        await self._bus.ask(new_method_call(MANAGER, "Subscribe"))
        try:
            (job,) = await self._bus.ask(new_method_call(MANAGER, f"{verb.title()}Unit", "ss", (name, MODE)))
        except AnswerError as error:
            raise FailedError(self._refusal(error, verb, name)) from None
        return str(job)

    def outcome(self, job: str) -> str:
        """How a job has ended, such as "done" or "dependency", as far as was heard; empty if it has not."""
        ends = (signal[3] for signal in self._bus.heard if len(signal) == len(JOB) and signal[1] == job)
        return str(next(ends, ""))

    def _refusal(self, error: AnswerError, verb: str, name: str) -> str:
        if error.name in DENIED:
            return (
                f"polkit does not let {self._section.user} {verb} it: the rule for "
                f'org.freedesktop.systemd1.manage-units with unit "{name}" and verb "{verb}" is missing on '
                f"{self._section.host}."
            )
        return f"systemd refuses: {error.text or error.name}"


class Host:
    """One machine and what may be changed on it.

    Args:
        name: such as "payments db1".
        section: what services.toml says.
        pause: waits that many seconds.
    """

    def __init__(
        self,
        name: str,
        section: SystemdSection,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.name = name
        self.section = section
        self.pause = pause

    async def open(self) -> None:
        """Nothing is kept open."""

    async def close(self) -> None:
        """Nothing is open."""

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """A conversation. Raises Refused, Unavailable."""
        try:
            async with tunnel(self.name, self.section) as stream:
                bus = Bus(stream)
                await bus.greet()
                yield Session(self.section, bus)
        except SilentError as error:
            raise Unavailable(f"{self.name}: {error}.") from None
        except AnswerError as error:
            raise Unavailable(f"{self.name}: its system bus refuses: {error.text or error.name}") from None
