"""One name asked of one resolver: its addresses, or the code of why there are none."""

import asyncio
import ipaddress
import time
from dataclasses import dataclass
from socket import SOCK_DGRAM

import dns.asyncbackend
import dns.asyncquery
import dns.exception
import dns.flags
import dns.inet
import dns.message
import dns.rcode
import dns.rdatatype

from diagnostics.probes.dns.codes import Code
from diagnostics.probes.dns.section import Resolver
from diagnostics.probes.unreached import Unreached, unreached

TRY = 1.3  # seconds; a datagram may be lost, so it is sent twice
TRIES = 2
KNOCK = 0.6  # seconds for a question that a resolver answers by itself
STATES = {
    dns.rcode.NXDOMAIN: Code.NO_SUCH_NAME,
    dns.rcode.SERVFAIL: Code.SERVER_FAILED,
    dns.rcode.REFUSED: Code.TURNED_AWAY,
}
BREAKS = (dns.exception.DNSException, OSError, EOFError)  # EOFError: TCP ended early
HARMLESS = frozenset({None, Code.NO_ADDRESS})


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a resolver said of a name.

    Attributes:
        addresses: of all types that were asked for.
        fault: what was wrong with one of the answers; None if nothing was.
        said: the answer in DNS's own word, such as "NXDOMAIN".
    """

    name: str
    resolver: Resolver
    addresses: frozenset[str]
    fault: Code | None
    said: str
    seconds: float


async def look_up(name: str, resolver: Resolver, types: tuple[str, ...]) -> Lookup:
    """Ask for every type at once."""
    begun = time.monotonic()
    answers = await asyncio.gather(*(_ask(name, kind, resolver) for kind in types))
    addresses = frozenset(address for answer in answers for address in answer.addresses)
    faults = [answer for answer in answers if answer.fault not in HARMLESS]
    if not faults and not addresses:
        faults = list(answers)
    worst = faults[0] if faults else None
    return Lookup(
        name,
        resolver,
        addresses,
        worst.fault if worst else None,
        worst.said if worst else "NOERROR",
        time.monotonic() - begun,
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    addresses: tuple[str, ...]
    fault: Code | None
    said: str


class _CutShortError(Exception):
    """There was an answer that did not fit into a datagram, and over TCP there was none."""


async def _ask(name: str, kind: str, resolver: Resolver) -> _Answer:
    for _ in range(TRIES):
        try:
            return _read(await _exchange(name, kind, resolver))
        except _CutShortError:
            return _Answer((), Code.CUT_SHORT, "cut short")
        except (TimeoutError, dns.exception.Timeout):
            continue
        except BREAKS as error:
            refused = unreached(error) is Unreached.REFUSED
            return _Answer((), Code.NOTHING_LISTENS if refused else Code.NONSENSE, type(error).__name__)
    return _Answer((), Code.UNANSWERED if await _lives(resolver) else Code.TIMED_OUT, "no answer")


async def _lives(resolver: Resolver) -> bool:
    """Whether it answers at all, be it that it refuses: it is asked not to ask others."""
    question = dns.message.make_query(".", "NS")
    question.flags &= ~dns.flags.RD
    try:
        async with asyncio.timeout(KNOCK):
            await _datagram(question, resolver)
    except dns.message.Truncated:
        return True
    except (TimeoutError, *BREAKS):
        return False
    return True


async def _exchange(name: str, kind: str, resolver: Resolver) -> dns.message.Message:
    """One datagram there and back, over TCP if the answer does not fit."""
    question, heard = dns.message.make_query(name, kind), False
    try:
        async with asyncio.timeout(TRY):
            try:
                return await _datagram(question, resolver)
            except dns.message.Truncated:
                heard = True
                return await dns.asyncquery.tcp(question, resolver.address, TRY, resolver.port)
    except (TimeoutError, *BREAKS) as error:
        if heard:
            raise _CutShortError from error
        raise


async def _datagram(question: dns.message.Message, resolver: Resolver) -> dns.message.Message:
    """By a socket that hears a refusal."""
    backend = dns.asyncbackend.get_default_backend()
    family, place = dns.inet.af_for_address(resolver.address), (resolver.address, resolver.port)
    async with await backend.make_socket(family, SOCK_DGRAM, 0, None, place) as socket:  # type: ignore[no-untyped-call]  # dnspython types not all
        return await dns.asyncquery.udp(
            question,
            resolver.address,
            TRY,
            resolver.port,
            sock=socket,
            raise_on_truncation=True,
            ignore_errors=True,
        )


def _read(answer: dns.message.Message) -> _Answer:
    said = dns.rcode.to_text(answer.rcode())
    if answer.rcode() != dns.rcode.NOERROR:
        return _Answer((), STATES.get(answer.rcode(), Code.NONSENSE), said)
    found = answer.resolve_chaining().answer if isinstance(answer, dns.message.QueryMessage) else None
    addresses = tuple(str(record.address) for record in found) if found else ()
    leading = tuple(address for address in addresses if not ipaddress.ip_address(address).is_unspecified)
    if addresses and not leading:
        return _Answer((), Code.BLOCKED, addresses[0])
    return _Answer(leading, None if leading else Code.NO_ADDRESS, said)
