"""Circuit breakers as their services tell of them, each shape on a server that answers so."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from aiohttp import web

from diagnostics.confidential import secrets
from diagnostics.examine import Examiner
from diagnostics.probes.breaker.codes import CODES, Code
from diagnostics.probes.breaker.patient import BreakerPatient
from diagnostics.probes.http import getter
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.errors import Misconfigured
from incidents.evidence import Examination, Health
from tests.diagnostics.described import assert_described, coded, codes
from tests.diagnostics.prometheus.server import free_port
from tests.diagnostics.serving import leads, says, says_text, serving

AT = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
Look = Callable[[float], Awaitable[Examination]]


@asynccontextmanager
async def looking(url: str, **settings: object) -> AsyncIterator[Look]:
    """Looks at the time given, in seconds, as one process does."""
    now = 0.0
    section = {"kind": "breaker", "name": "breaker", "url": url, **settings}
    (target,) = read_targets("payments", [section], environ={"TOKEN": "let-tocsin-in"})
    patient = partial(BreakerPatient, monotonic=lambda: now)
    target = replace(target, family=replace(target.family, patient=patient))
    async with Examiner(
        {"payments": [target]}, clock=lambda: AT, redactor=Redactor(secrets([target])), monotonic=lambda: now
    ) as examiner:

        async def look(at: float) -> Examination:
            nonlocal now
            now = at
            examination = [each async for each in examiner.examine("breaker", "payments")][-1]
            assert_described(examination.findings, CODES)
            return examination

        yield look


async def looked_at(url: str, **settings: object) -> Examination:
    async with looking(url, **settings) as look:
        return await look(0)


def test_every_code_is_described() -> None:
    assert [described.code for described in CODES] == list(Code)


@pytest.mark.parametrize(
    ("body", "code", "health", "sentence"),
    [
        ({"state": "closed", "failures": 0}, "CB001", Health.OK, "The circuit breaker is closed."),
        (
            {"name": "stripe", "state": "OPEN", "failure_count": 12},
            "CB002",
            Health.CRITICAL,
            "The circuit breaker stripe is open after 12 failures.",
        ),
        ({"state": 2}, "CB002", Health.CRITICAL, "The circuit breaker is open."),
        ({"state": "half-open"}, "CB003", Health.WARN, "The circuit breaker is half-open."),
        ({"state": 1}, "CB003", Health.WARN, "The circuit breaker is half-open."),
        ("open", "CB002", Health.CRITICAL, "The circuit breaker is open."),
        ({"state": "DISABLED"}, "CB004", Health.WARN, "The circuit breaker is switched off."),
        (
            {
                "circuitBreakers": {
                    "pay": {"state": "FORCED_OPEN", "failedCalls": 3},
                    "mail": {"state": "CLOSED"},
                }
            },
            "CB002",
            Health.CRITICAL,
            "The circuit breaker pay is open after 3 failures.",
        ),
        (
            {"breakers": [{"name": "a", "state": "closed"}, {"name": "b", "state": "closed"}]},
            "CB001",
            Health.OK,
            "All circuit breakers are closed.",
        ),
        (
            {"a": "open", "b": "open", "c": "closed"},
            "CB002",
            Health.CRITICAL,
            "2 of 3 circuit breakers are open (a and b).",
        ),
    ],
)
async def test_the_usual_shapes_are_read(body: object, code: str, health: Health, sentence: str) -> None:
    async with serving({"/state": says(body)}) as url:
        examination = await looked_at(f"{url}/state")
    (finding,) = examination.findings
    assert (finding.code, finding.health, finding.sentence) == (code, health, sentence)
    assert bool(finding.next_step) is (health is not Health.OK)


@pytest.mark.parametrize(
    "body", [{}, [], None, {"state": "confused"}, {"state": True}, {"status": "UP"}, {"state": 7}, [[[[]]]]]
)
async def test_an_answer_without_a_state_is_unknown_and_never_closed(body: object) -> None:
    async with serving({"/state": says(body)}) as url:
        examination = await looked_at(f"{url}/state")
    assert codes(examination) == {"CB005"}
    assert examination.health is Health.UNKNOWN


async def test_a_deep_answer_is_given_up() -> None:
    async with serving({"/state": says_text("[" * 60_000)}) as url:
        assert codes(await looked_at(f"{url}/state")) == {"CB005"}


async def test_the_key_of_the_state_can_be_named() -> None:
    async with serving({"/state": says({"circuit_status": "open"})}) as url:
        assert codes(await looked_at(f"{url}/state", key="circuit_status")) == {"CB002"}


async def test_without_the_service_behind_it_both_roads_are_told() -> None:
    async with serving({"/state": says({"state": "open"})}) as url:
        examination = await looked_at(f"{url}/state")
    assert examination.findings[0].next_step == (
        "If the service behind it is back, wait 60 s for half-open. If still down, use the fallback."
    )


async def test_while_the_service_behind_it_is_down_the_fallback_is_told() -> None:
    async with serving({"/state": says({"state": "open"}), "/health": says({}, 503)}) as url:
        examination = await looked_at(f"{url}/state", behind=f"{url}/health")
    (finding,) = examination.findings
    assert finding.sentence == "The circuit breaker is open; the service behind it does not answer."
    assert finding.next_step == "The service behind it is still down: use the fallback."


async def test_once_the_service_behind_it_is_back_a_minute_is_waited_before_a_reset() -> None:
    async with (
        serving({"/state": says({"state": "open"}), "/health": says({})}) as url,
        looking(f"{url}/state", behind=f"{url}/health") as look,
    ):
        first, later = await look(0), await look(180)
    assert first.findings[0].next_step == (
        "The service behind it is back: wait 60 s for half-open, then look again."
    )
    assert later.findings[0].next_step == (
        "The service behind it has answered for 3 min, and it is still open: reset it."
    )


@pytest.mark.parametrize(
    ("status", "code", "health"),
    [
        (401, "CB015", Health.UNKNOWN),
        (404, "CB017", Health.UNKNOWN),
        (500, "CB016", Health.WARN),
    ],
)
async def test_each_way_of_not_answering_has_its_code(status: int, code: str, health: Health) -> None:
    async with serving({"/state": says({"state": "closed"}, status)}) as url:
        examination = await looked_at(f"{url}/state")
    assert codes(examination) == {code}
    assert examination.health is health


@pytest.fixture
def hanging() -> Iterator[str]:
    """An address that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield f"http://127.0.0.1:{silent.getsockname()[1]}"


async def test_an_admin_address_that_is_not_there_or_hangs_is_evidence(
    monkeypatch: pytest.MonkeyPatch, hanging: str
) -> None:
    monkeypatch.setattr(getter, "SECONDS", 0.2)
    assert codes(await looked_at(f"http://127.0.0.1:{free_port()}")) == {"CB010"}
    assert codes(await looked_at(hanging)) == {"CB011"}


async def test_a_redirect_elsewhere_is_not_followed() -> None:
    async with serving({"/state": leads("http://localhost:1/latest/meta-data"), "/bad": leads("//[")}) as url:
        assert "was not followed" in coded(await looked_at(f"{url}/state"), "CB017").sentence
        assert codes(await looked_at(f"{url}/bad")) == {"CB014"}


async def test_the_login_goes_to_the_breaker_and_not_behind_it() -> None:
    seen: dict[str, str] = {}

    async def handler(request: web.Request) -> web.StreamResponse:
        seen[request.path] = request.headers.get("authorization", "")
        return web.json_response({"name": "let-tocsin-in", "state": "open"})

    async with serving({"/state": handler, "/health": handler}) as url:
        examination = await looked_at(
            f"{url}/state", behind=f"{url}/health", username="tocsin", password_env="TOKEN"
        )
    assert seen == {"/state": "Basic dG9jc2luOmxldC10b2NzaW4taW4=", "/health": ""}
    assert "let-tocsin-in" not in repr(examination)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"url": "file:///etc/passwd"}, "url: it must begin with http:// or https:// and name a host."),
        ({"url": "http://a b/"}, "url: it must hold no spaces or control characters."),
        ({"url": "http://a/", "wiat": 3}, "unknown key 'wiat'. Did you mean 'wait'?"),
    ],
)
def test_a_mistake_is_refused_by_name(settings: dict[str, object], said: str) -> None:
    section = {"kind": "breaker", "name": "breaker", **settings}
    with pytest.raises(Misconfigured) as raised:
        read_targets("payments", [section], environ={})
    assert said in str(raised.value)
