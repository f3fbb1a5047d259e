"""Why an address was not reached is read from the error, however deep it stands or how many there are."""

import asyncio
import errno
import socket

import pytest

from diagnostics.probes.unreached import Unreached, unreached


async def test_a_host_whose_addresses_all_refuse_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{last}", port)) for last in (1, 2)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_settings: both)
    with pytest.raises(OSError, match="Multiple exceptions") as raised:
        await asyncio.open_connection("shop.test", port)
    assert unreached(raised.value) is Unreached.REFUSED


def test_an_address_without_a_way_to_it_says_less_than_one_that_refuses() -> None:
    said = "Multiple exceptions: [Errno 101] Connect call failed, [Errno 111] Connect call failed"
    assert unreached(OSError(said)) is Unreached.REFUSED
    assert unreached(OSError(errno.ENETUNREACH, "")) is Unreached.NO_ROUTE


def test_the_innermost_reason_counts() -> None:
    error = ConnectionError("Error connecting")
    error.__cause__ = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    assert unreached(error) is Unreached.NO_ADDRESS


def test_what_is_not_known_is_not_guessed() -> None:
    assert unreached(ValueError("?")) is Unreached.OTHER
