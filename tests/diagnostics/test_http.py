"""HTTP health on real servers: alive but not ready, the failing part by name, the front cut off, bounds."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from diagnostics.examine import Examiner
from diagnostics.probes.http import answer as answer_module
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.evidence import Examination, Health
from tests.diagnostics.conftest import examined
from tests.diagnostics.rules import RULES

Reply = Callable[[], web.StreamResponse]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def says(status: int, body: object = None) -> Handler:
    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status)

    return handler


def leads(place: str) -> Handler:
    async def handler(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(place)

    return handler


@asynccontextmanager
async def serving(handlers: Mapping[str, Handler]) -> AsyncIterator[str]:
    """A service that answers at these paths; its address."""
    application = web.Application()
    for path, handler in handlers.items():
        application.router.add_get(path, handler)
    async with TestServer(application) as server:
        yield str(server.make_url("/")).rstrip("/")


async def looked_at(url: str, **settings: object) -> Examination:
    section = {"kind": "http", "name": "api", "url": url, **settings}
    targets = {"payments": read_targets("payments", [section], environ={})}
    clock = datetime(2026, 11, 21, tzinfo=UTC)
    async with Examiner(
        targets, clock=lambda: clock, redactor=Redactor(), rules=RULES, patience=30
    ) as examiner:
        return await examined(examiner, "api")


def codes(examination: Examination) -> set[str]:
    return {finding.code for finding in examination.findings}


async def test_the_usual_addresses_are_found_without_configuration() -> None:
    async with serving({"/health": says(200, {"status": "ok"}), "/ready": says(200), "/": says(500)}) as url:
        examination = await looked_at(url)
    assert examination.health is Health.OK
    assert [finding.probe for finding in examination.findings] == ["http.health", "http.ready"]
    assert examination.sentence.startswith("Payments api looks healthy: /health answers 200 in ")


async def test_alive_but_not_ready_names_what_has_failed() -> None:
    body = {
        "status": "unready",
        "checks": {"database": {"status": "down", "error": "timeout"}, "cache": "ok"},
    }
    async with serving({"/health": says(200), "/ready": says(503, body)}) as url:
        examination = await looked_at(url)
    (finding,) = (finding for finding in examination.findings if finding.code == "HT010")
    assert (
        finding.sentence
        == "It is alive but not ready; /health answers 200, /ready answers 503 and names database."
    )
    assert finding.next_step == "Look at database next."
    assert examination.causes[0].code == "DEPENDENCY_DOWN"
    assert examination.health is Health.CRITICAL


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"components": {"db": {"status": "DOWN"}, "disk": {"status": "UP"}}, "status": "DOWN"}, "db"),
        ({"checks": [{"name": "redis", "status": "fail"}, {"name": "db", "status": "pass"}]}, "redis"),
        ({"database": "error: refused", "redis": "ok"}, "database"),
        ({"database": False, "redis": True}, "database"),
        ({"details": {"queue": {"healthy": False}, "db": {"healthy": True}}}, "queue"),
        (
            {"status": "error", "info": {}, "error": {"postgres": {"status": "down", "message": "x"}}},
            "postgres",
        ),
    ],
)
async def test_the_failing_part_is_read_from_the_usual_shapes(body: object, named: str) -> None:
    async with serving({"/health": says(503, body)}) as url:
        examination = await looked_at(url, health="/health")
    assert examination.findings[0].sentence == f"/health answers 503 and names {named}."


async def test_two_hundred_that_says_ill_is_not_taken_for_well() -> None:
    async with serving({"/health": says(200, {"status": "degraded", "database": "down"})}) as url:
        examination = await looked_at(url, health="/health")
    assert codes(examination) == {"HT002"}
    assert examination.health is Health.WARN


async def test_a_front_that_is_cut_off_from_a_healthy_back_end_is_told() -> None:
    async with serving({"/health": says(200), "/shop": says(502)}) as url:
        examination = await looked_at(url, health="/health", front="/shop")
    assert codes(examination) == {"HT001", "HT014"}
    assert "the proxy does not reach a back end that is well" in examination.sentence


async def test_a_front_that_fails_with_its_back_end_is_not_the_proxys_fault() -> None:
    async with serving({"/health": says(500), "/shop": says(502)}) as url:
        examination = await looked_at(url, health="/health", front="/shop")
    assert codes(examination) == {"HT011"}


async def test_a_configured_path_that_is_not_there_is_a_fault_of_configuration() -> None:
    async with serving({"/": says(200)}) as url:
        examination = await looked_at(url, health="/healthz")
    assert codes(examination) == {"HT012"}
    assert examination.findings[0].next_step == "Correct the path in services.toml."


async def test_without_any_health_address_the_service_is_not_called_well() -> None:
    async with serving({"/": says(200)}) as url:
        examination = await looked_at(url)
    assert codes(examination) == {"HT001", "HT003"}
    assert examination.health is Health.UNKNOWN


async def test_nothing_that_listens_is_said_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        examination = await looked_at(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert [finding.code for finding in examination.findings] == ["HT020"]
    assert examination.causes[0].code == "HTTP_DOWN"


async def test_a_service_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diagnostics.probes.http.patient.ANSWER", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        examination = await looked_at(f"http://127.0.0.1:{silent.getsockname()[1]}", health="/health")
    assert codes(examination) == {"HT021"}


async def test_alive_and_a_readiness_that_hangs_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diagnostics.probes.http.patient.ANSWER", 1.0)

    async def hangs(_request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        return web.Response()

    async with serving({"/live": says(200), "/ready": hangs}) as url:
        examination = await looked_at(url, live="/live", ready="/ready")
    assert "HT010" in codes(examination)
    assert "/ready does not answer" in examination.findings[0].sentence


async def test_a_redirect_within_the_host_is_followed_and_one_to_another_is_not() -> None:
    asked = []

    async def elsewhere(_request: web.Request) -> web.StreamResponse:
        asked.append("elsewhere")
        return web.Response()

    async with serving({"/": elsewhere}) as other:
        away = other.replace("127.0.0.1", "localhost")
        async with serving(
            {"/health": leads("/health/"), "/health/": says(200), "/ready": leads(away)}
        ) as url:
            examination = await looked_at(url, health="/health", ready="/ready")
    assert codes(examination) == {"HT001", "HT013"}
    assert asked == []


async def test_redirects_that_never_end_are_given_up() -> None:
    async with serving({"/health": leads("/again"), "/again": leads("/health")}) as url:
        examination = await looked_at(url, health="/health")
    assert examination.health is not Health.OK


async def test_only_the_beginning_of_an_endless_body_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_module, "MOST", 1024)

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=500)
        await response.prepare(request)
        try:
            while True:
                await response.write(b"password=hunter2 " * 100)
        except ConnectionError:
            return response

    async with serving({"/health": endless}) as url:
        examination = await looked_at(url, health="/health")
    assert codes(examination) == {"HT011"}
    assert "hunter2" not in repr(examination)
    assert examination.masked > 10


async def test_an_answer_that_breaks_off_is_told(missing_end: str) -> None:
    examination = await looked_at(missing_end, health="/health")
    assert codes(examination) == {"HT024"}


@pytest.fixture
async def missing_end() -> AsyncIterator[str]:
    """A service that ends the connection before its answer begins."""

    async def cut(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(cut, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_the_phases_of_an_answer_are_measured() -> None:
    async with serving({"/health": says(200)}) as url:
        examination = await looked_at(url, health="/health")
    assert {"connect", "first byte", "answer", "status"} <= {
        figure.name for figure in examination.findings[0].figures
    }


async def test_a_slow_answer_is_a_warning() -> None:
    async with serving({"/health": says(200)}) as url:
        examination = await looked_at(url, health="/health", slow=0.000001)
    assert examination.findings[0].health is Health.WARN


def by_turns(*statuses: int) -> Handler:
    """One status after another, and the last from then on."""
    left = list(statuses)

    async def handler(_request: web.Request) -> web.StreamResponse:
        status = left.pop(0) if left[1:] else left[0]
        return web.json_response({}, status=status)

    return handler


async def test_what_fails_and_is_well_when_asked_again_is_said_to_come_and_go() -> None:
    async with serving({"/health": says(200), "/ready": by_turns(503, 200)}) as url:
        examination = await looked_at(url, health="/health", ready="/ready")
    assert codes(examination) == {"HT001", "HT016"}
    assert examination.health is Health.WARN
    assert examination.causes[0].code == "INSTANCE_FAILS"


async def test_what_fails_twice_is_asked_no_third_time() -> None:
    async with serving({"/health": by_turns(500, 500, 200)}) as url:
        examination = await looked_at(url, health="/health")
    assert codes(examination) == {"HT011"}


@pytest.mark.parametrize("status", [502, 504])
async def test_a_gateway_error_is_not_said_to_be_the_word_of_the_service(status: int) -> None:
    async with serving({"/health": says(status)}) as url:
        examination = await looked_at(url, health="/health")
    (cause, *_) = examination.causes
    assert cause.code == "HTTP_ERRORS"
    assert "what stands before the service says so" in cause.sentence
