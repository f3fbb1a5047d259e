"""What the tests of looking at names share: small DNS servers on loopback, and a look through them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from diagnostics.examine import Examiner
from diagnostics.probes.dns import lookup
from diagnostics.probes.dns.codes import CODES
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.evidence import Examination
from tests.diagnostics.described import assert_described

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SHOP = "shop.test"
Reply = Callable[[dns.message.Message], dns.message.Message | bytes | None]


def records(addresses: Mapping[str, tuple[str, ...]]) -> Reply:
    """Answers with the addresses of a type and without any for other types."""

    def reply(question: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(question)
        kind = dns.rdatatype.to_text(question.question[0].rdtype)
        if found := addresses.get(kind):
            answer.answer.append(dns.rrset.from_text(question.question[0].name, 60, "IN", kind, *found))
        return answer

    return reply


def leads(*addresses: str) -> Reply:
    """Answers with these IPv4 addresses."""
    return records({"A": addresses})


def fails(state: dns.rcode.Rcode) -> Reply:
    """Answers with that state."""

    def reply(question: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(question)
        answer.set_rcode(state)
        return answer

    return reply


def silent(_question: dns.message.Message) -> None:
    """Never answers."""


class _Server(asyncio.DatagramProtocol):
    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)  # a datagram's, always

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self._reply(dns.message.from_wire(data))
        if answer is not None and self._transport:
            self._transport.sendto(answer if isinstance(answer, bytes) else answer.to_wire(), addr)


@asynccontextmanager
async def serving(reply: Reply, *, over_tcp: Reply | None = None) -> AsyncIterator[str]:
    """A resolver that answers so; its address. `over_tcp` is what it says there."""

    async def whole(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = int.from_bytes(await reader.readexactly(2), "big")
        answer = over_tcp and over_tcp(dns.message.from_wire(await reader.readexactly(length)))
        if isinstance(answer, dns.message.Message):
            writer.write(len(answer.to_wire()).to_bytes(2, "big") + answer.to_wire())
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(whole, "127.0.0.1", 0) as listener:
        place = listener.sockets[0].getsockname()
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Server(reply), local_addr=place
        )
        try:
            yield f"127.0.0.1:{place[1]}"
        finally:
            transport.close()


async def looked(resolvers: tuple[str, ...], **settings: object) -> Examination:
    """A look at `shop.test` by these resolvers; late is what a test calls late, on however busy a machine."""
    known = {"kind": "dns", "name": "names", "names": [SHOP], "resolvers": list(resolvers), "slow": 30}
    section = known | settings
    targets = {"shop": read_targets("shop", [section], environ={})}
    async with Examiner(targets, clock=lambda: NOW, redactor=Redactor(), patience=30) as examiner:
        seen = [examination async for examination in examiner.examine("names", "shop")][-1]
    assert_described(seen.findings, CODES)
    return seen


async def answered(*replies: Reply, **settings: object) -> Examination:
    """A look at `shop.test` by one resolver for each of these ways to answer."""
    async with AsyncExitStack() as stack:
        resolvers = [await stack.enter_async_context(serving(reply)) for reply in replies]
        return await looked(tuple(resolvers), **settings)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that do not come are given up after 0.3 s, twice."""
    monkeypatch.setattr(lookup, "TRY", 0.3)
