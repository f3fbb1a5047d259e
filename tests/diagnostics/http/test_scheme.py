"""A port that speaks the other one of http and https is told as such, and no other failure is."""

import asyncio

import pytest
import trustme
from aiohttp import web

from incidents.evidence import Health
from tests.diagnostics.described import coded
from tests.diagnostics.serving import says_text
from tests.diagnostics.test_http import codes, looked_at, says, serving
from tests.diagnostics.tls import conftest as tls

TO_HTTPS = "<html><h1>400 Bad Request</h1>The plain HTTP request was sent to HTTPS port</html>"


async def test_http_that_is_asked_of_a_port_of_https_is_told() -> None:
    leaf = trustme.CA().issue_cert("127.0.0.1")
    async with tls.serving(leaf) as port:
        examination = await looked_at(f"http://127.0.0.1:{port}", health="/health")
    finding = coded(examination, "HT025")
    assert finding.health is Health.CRITICAL
    assert finding.sentence == "/health is asked by http, but its port speaks https."
    assert examination.causes[0].code == "CONFIG_ERROR"


async def test_https_that_is_asked_of_a_port_of_http_is_told() -> None:
    async with serving({"/health": says(200)}) as url:
        examination = await looked_at(url.replace("http://", "https://"), health="/health")
    assert coded(examination, "HT025").sentence == "/health is asked by https, but its port speaks http."


async def test_a_proxy_that_says_so_itself_is_believed() -> None:
    async with serving({"/health": says_text(TO_HTTPS, 400, "text/html")}) as url:
        examination = await looked_at(url, health="/health")
    assert codes(examination) == {"HT025"}


async def test_a_certificate_that_is_not_accepted_is_no_other_scheme() -> None:
    leaf = trustme.CA().issue_cert("127.0.0.1")
    async with tls.serving(leaf) as port:
        examination = await looked_at(f"https://127.0.0.1:{port}", health="/health")
    assert codes(examination) == {"HT023"}


async def test_a_service_that_breaks_off_is_no_other_scheme() -> None:
    async def breaks(request: web.Request) -> web.StreamResponse:
        assert request.transport
        request.transport.close()
        return web.Response()

    async with serving({"/health": breaks}) as url:
        examination = await looked_at(url, health="/health")
    assert codes(examination) == {"HT024"}


async def test_who_has_spoken_http_is_not_asked_for_https() -> None:
    calls: list[bytes] = []

    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(await reader.read(4_096))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(half, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        examination = await looked_at(f"http://127.0.0.1:{port}", health="/health")
    assert codes(examination) == {"HT024"}
    assert [call[:4] for call in calls] == [b"GET "]


@pytest.mark.parametrize(("status", "words"), [(400, "know the host name"), (421, "know the host name")])
async def test_a_host_name_that_is_not_known_is_guessed_where_the_request_is_refused(
    status: int, words: str
) -> None:
    async with serving({"/health": says(status)}) as url:
        examination = await looked_at(url, health="/health")
    assert words in coded(examination, "HT012").meaning
    assert examination.causes[0].code == "CONFIG_ERROR"
