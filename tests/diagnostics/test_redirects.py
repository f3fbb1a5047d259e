"""Redirects are followed within one origin, and a login never goes anywhere else."""

import asyncio

import httpx
import pytest
from aiohttp import web

from diagnostics.probes.http.answer import Answer, ask
from diagnostics.probes.http.getter import Getter
from tests.diagnostics.serving import leads, says, serving

LOGIN = {"authorization": "Bearer let-tocsin-in"}


class Neighbour:
    """Another service on the same machine, which must never be asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Something that could be taken for the answer."""
        self.asked.append(request.headers.get("authorization", ""))
        return web.json_response({"status": "ok"})


@pytest.mark.parametrize("headers", [{}, LOGIN], ids=["without a login", "with a login"])
async def test_another_port_of_the_same_host_is_another_service(headers: dict[str, str]) -> None:
    neighbour = Neighbour()
    async with serving({"/": neighbour.answer}) as other, serving({"/health": leads(other)}) as url:
        answer = await got(f"{url}/health", headers)
        assert answer.away == other
        assert not answer.good
    assert neighbour.asked == []


async def test_within_the_origin_a_redirect_is_followed_with_its_login() -> None:
    neighbour = Neighbour()
    async with serving({"/health": leads("/well"), "/well": neighbour.answer}) as url:
        assert (await got(f"{url}/health", LOGIN)).good
        assert (await got(f"{url}/health", LOGIN)).said == {"status": "ok"}
    assert neighbour.asked == [LOGIN["authorization"]] * 2


async def test_a_service_that_only_sends_elsewhere_is_asked_once() -> None:
    async with serving({"/health": leads("ftp://127.0.0.1/x"), "/well": says({})}) as url:
        assert (await got(f"{url}/health", {})).away == "ftp://127.0.0.1"


@pytest.mark.parametrize(
    ("begin", "goal", "login", "followed"),
    [
        ("http://shop.example/health", "https://shop.example/health", False, True),
        ("http://shop.example:80/health", "https://shop.example:443/health", False, True),
        ("http://shop.example/health", "https://shop.example/health", True, False),
        ("http://shop.example/health", "https://shop.example:8443/health", False, False),
        ("http://shop.example:8080/health", "https://shop.example/health", False, False),
        ("https://shop.example/health", "http://shop.example/health", False, False),
        ("https://shop.example/health", "https://shop.example:443/well", True, True),
        ("https://shop.example/health", "https://shop.example.attacker.example/health", False, False),
    ],
)
async def test_only_whole_sites_that_moved_to_encryption_are_another_origin_that_is_followed(
    begin: str,
    goal: str,
    login: bool,  # noqa: FBT001 - parametrized
    followed: bool,  # noqa: FBT001 - parametrized
) -> None:
    asked: list[str] = []

    def wire(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200) if len(asked) > 1 else httpx.Response(302, headers={"location": goal})

    async with httpx.AsyncClient(transport=httpx.MockTransport(wire)) as client:
        answer = await ask(client, begin, login=login)
    assert (len(asked), bool(answer.away)) == ((2, False) if followed else (1, True))


async def got(address: str, headers: dict[str, str]) -> Answer:
    getter = Getter(headers, seconds=5)
    try:
        async with asyncio.timeout(20):
            return await getter.get(address)
    finally:
        await getter.close()
