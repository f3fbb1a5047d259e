"""A conversation with a system bus over any two-way stream: who we are, questions, their answers."""

import asyncio
from collections.abc import Sequence
from itertools import count
from typing import Any, TypeAlias

import asyncssh
from jeepney import DBusAddress, HeaderFields, Message, MessageType, Properties, new_method_call
from jeepney.low_level import Parser

from incidents.quoting import quoted
from mitigations.systemd.tunnel import Tunnel
from mitigations.wire import SilentError

PATIENCE = 10.0  # seconds for the answers to what was asked at once; polkit may have to start first
LARGEST = 256 * 1024  # bytes of what comes before an answer
PIECE = 16 * 1024  # bytes that are read at once

Body: TypeAlias = tuple[Any, ...]  # what a signature of D-Bus tells; whoever reads it checks what matters
BUS = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")


class AnswerError(Exception):
    """An answer that says no.

    Attributes:
        name: of the error, such as "org.freedesktop.systemd1.NoSuchUnit".
        text: what came with it, which may be about anything.
    """

    def __init__(self, name: str, text: str) -> None:
        super().__init__(name)
        self.name = name
        self.text = text


class Bus:
    """One conversation; one thing at a time is asked.

    Attributes:
        heard: signals that came between the answers, oldest first, if any were asked for.
    """

    def __init__(self, tunnel: Tunnel) -> None:
        self.heard: list[Body] = []
        self._tunnel = tunnel
        self._parser = Parser()
        self._serials = count(1)

    async def greet(self) -> None:
        """Say who we are: whoever the kernel says that sshd's process is. Raises SilentError."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._line(b"\0AUTH EXTERNAL\r\n", b"DATA")
                await self._line(b"DATA\r\n", b"OK")
                self._tunnel.writer.write(b"BEGIN\r\n")
        except TimeoutError:
            raise SilentError("its system bus does not answer in time") from None
        await self.ask(new_method_call(BUS, "Hello"))

    async def ask(self, call: Message) -> Body:
        """Ask one thing. Raises AnswerError, SilentError."""
        (answer,) = await self._answers([call])
        return answer

    async def hear(self, sender: str, interface: str, signal: str) -> None:
        """Ask for signals of that kind. Raises AnswerError, SilentError."""
        rule = f"type='signal',sender='{sender}',interface='{interface}',member='{signal}'"
        await self.ask(new_method_call(BUS, "AddMatch", "s", (rule,)))

    async def properties(self, place: str, wanted: Sequence[tuple[str, str]]) -> tuple[Any, ...]:
        """Values of an object by interface and name, asked for at once. Raises AnswerError, SilentError."""
        service = "org.freedesktop.systemd1"
        calls = [Properties(DBusAddress(place, service, interface)).get(name) for interface, name in wanted]
        return tuple(value for ((_, value),) in await self._answers(calls))

    async def _line(self, said: bytes, expected: bytes) -> None:
        try:
            self._tunnel.writer.write(said)
            answer = await self._tunnel.reader.readline()
        except (OSError, asyncssh.Error):
            answer = b""
        if answer.split()[:1] != [expected]:
            raise SilentError("its system bus does not let this account in", sent=False)

    async def _answers(self, calls: Sequence[Message]) -> list[Body]:
        serials = [next(self._serials) for _ in calls]
        try:
            async with asyncio.timeout(PATIENCE):
                sent = b"".join(call.serialise(n) for call, n in zip(calls, serials, strict=True))
                self._tunnel.writer.write(sent)
                found = await self._awaited(set(serials))
        except TimeoutError:
            raise SilentError("its system bus does not answer in time") from None
        except (OSError, asyncssh.Error):
            raise SilentError("the connection to its system bus broke") from None
        return [_told(found[serial]) for serial in serials]

    async def _awaited(self, awaited: set[int]) -> dict[int, Message]:
        """The answers to these."""
        found: dict[int, Message] = {}
        room = LARGEST
        while awaited - found.keys():
            piece = await self._tunnel.reader.read(PIECE)
            room -= len(piece)
            if not piece:
                raise SilentError("its system bus ended the conversation")
            if room < 0:
                raise SilentError("its system bus says too much")
            for message in self._parser.feed(piece):
                serial = message.header.fields.get(HeaderFields.reply_serial)
                if serial in awaited:
                    found[serial] = message
                elif message.header.message_type is MessageType.signal:
                    self.heard.append(tuple(message.body))
        return found


def _told(answer: Message) -> Body:
    if answer.header.message_type is not MessageType.error:
        return tuple(answer.body)
    text = " ".join(part for part in answer.body if isinstance(part, str))
    raise AnswerError(str(answer.header.fields.get(HeaderFields.error_name, "?")), quoted(text, 200))
