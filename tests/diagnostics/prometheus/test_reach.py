"""A Prometheus that does not answer, refuses, or is asked for nonsense; and what chat may not make of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from diagnostics.confidential import secrets
from diagnostics.probe import Care, TargetName
from diagnostics.probes.http import getter
from diagnostics.probes.http.answer import Answer
from diagnostics.probes.prometheus.known import Question
from diagnostics.probes.prometheus.patient import PrometheusPatient
from diagnostics.probes.prometheus.section import PrometheusSection
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.errors import Misconfigured, Refused
from incidents.evidence import Examination, Health
from tests.diagnostics.conftest import at_once
from tests.diagnostics.described import coded, codes
from tests.diagnostics.prometheus.conftest import Looks, examiner_of, looked_at, target_of
from tests.diagnostics.prometheus.server import Server, free_port, needed, prometheus
from tests.diagnostics.prometheus.shop import END
from tests.frozen import frozen

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
def own(missing: Callable[[str, str], NoReturn], tmp_path: Path) -> Iterator[Server]:
    """A Prometheus of the test's own, which it may freeze."""
    needed(missing, "prometheus", "prometheus")
    with prometheus(tmp_path) as server:
        yield server


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_get("/{anything:.*}", handler)
    async with TestServer(application) as server:
        yield str(server.make_url("/")).rstrip("/")


def answers(status: int, text: str = "") -> Handler:
    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=text)

    return handler


def said(kind: str, result: object) -> dict[str, object]:
    return {"status": "success", "data": {"resultType": kind, "result": result}}


def only_reached(examination: Examination, code: str) -> None:
    """Its absence is told once, and everything else is not known."""
    assert codes(examination) == {code}
    assert examination.health is not Health.OK
    assert "scraped targets: Prometheus did not answer" in examination.unseen
    assert "errors: not tried after that" in examination.unseen


async def test_a_stopped_prometheus_is_evidence() -> None:
    examination = await looked_at(f"http://127.0.0.1:{free_port()}")
    only_reached(examination, "PR010")
    assert examination.findings[0].health is Health.WARN
    assert examination.findings[0].sentence == "Prometheus takes no connection: nothing listens there."


async def test_a_frozen_prometheus_is_given_up_once(own: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getter, "SECONDS", 0.3)
    with frozen(own.pid):
        examination = await looked_at(own.url)
    only_reached(examination, "PR011")


async def test_a_prometheus_that_falls_silent_ends_the_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getter, "SECONDS", 0.2)

    async def handler(request: web.Request) -> web.StreamResponse:
        query = request.query["query"]
        if query == "time()":
            return web.json_response(said("scalar", [END, str(END)]))
        if query.startswith("count by (__name__)"):
            return web.json_response(said("vector", []))
        await asyncio.Event().wait()
        return web.Response()

    async with serving(handler) as url:
        examination = await looked_at(url)
    assert codes(examination) == {"PR001", "PR011"}
    assert "errors: Prometheus did not answer" in examination.unseen
    assert "memory: not tried after that" in examination.unseen


@pytest.mark.parametrize(
    ("status", "text", "code", "said"),
    [
        (401, "", "PR015", "refuses Tocsin's login (401)"),
        (403, "", "PR015", "refuses Tocsin's login (403)"),
        (503, "starting", "PR016", "answers 503"),
        (404, "", "PR019", "answers 404"),
        (200, "<html>hello</html>", "PR020", "answers, but not with what Prometheus' API says"),
        (200, "[" * 100_000, "PR020", "answers, but not with"),
        (200, '{"status":"success","data":{"resultType":"scalar","result":[1,"x"]}}', "PR020", "not with"),
        (400, "no json", "PR020", "not with"),
        (422, '{"status":"error","error":"too many samples"}', "PR018", "(422): too many samples."),
    ],
)
async def test_each_way_of_not_answering_has_its_code(status: int, text: str, code: str, said: str) -> None:
    async with serving(answers(status, text)) as url:
        examination = await looked_at(url)
    only_reached(examination, code)
    assert said in examination.findings[0].sentence


async def test_a_query_that_is_no_promql_is_told_and_the_rest_is_looked_at(looks: Looks) -> None:
    examination = await looks("healthy", queries={"pool": "sum("})
    finding = coded(examination, "PR017")
    assert finding.health is Health.UNKNOWN
    assert finding.sentence.startswith(
        "Prometheus, asked for connection pools, does not understand the query (400): "
    )
    assert coded(examination, "PR106").health is Health.OK


async def test_a_query_that_cannot_be_evaluated_is_told(looks: Looks) -> None:
    query = 'up{job="healthy"} * on (job) up{job="healthy"}'
    finding = coded(await looks("healthy", queries={"pool": query}), "PR018")
    assert "could not evaluate the query (422): " in finding.sentence


async def test_the_login_goes_along_and_is_never_shown() -> None:
    seen: list[str] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers.get("authorization", ""))
        return web.Response(status=400, text='{"error": "you said let-tocsin-in"}')

    async with serving(handler) as url:
        examination = await looked_at(url, bearer_token_env="PROM_TOKEN")
        assert set(seen) == {"Bearer let-tocsin-in"}
        assert "let-tocsin-in" not in repr(examination)
        await looked_at(url, username="tocsin", password_env="PROM_TOKEN")
    assert seen[-1] == "Basic dG9jc2luOmxldC10b2NzaW4taW4="


async def test_the_login_does_not_follow_to_another_host() -> None:
    seen: list[str] = []

    async def elsewhere(request: web.Request) -> web.StreamResponse:
        seen.append(request.path)
        return web.Response()

    async with serving(elsewhere) as other:
        away = other.replace("127.0.0.1", "localhost")

        async def handler(_request: web.Request) -> web.StreamResponse:
            raise web.HTTPFound(away)

        async with serving(handler) as url:
            examination = await looked_at(url, bearer_token_env="PROM_TOKEN")
    only_reached(examination, "PR019")
    assert seen == []


async def test_a_value_of_a_label_stays_a_value(looks: Looks) -> None:
    for value in ('six"} or vector(1) #', "six\\", 'six",job=~".*', "$labels", "six|two"):
        examination = await looks(value)
        assert coded(examination, "PR101").health is Health.UNKNOWN, value
        assert "PR017" not in codes(examination), value


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"labels": {'job="x"} or up{a': "x"}}, "labels: 'job=\"x\"} or up{a' is no name of a label."),
        ({"labels": {"__name__": "up"}}, "labels: '__name__' is no name of a label."),
        ({"labels": {"job": "a\nb"}}, "the value of job must have 1 to 200 printable characters."),
        ({"labels": {"job": ""}}, "the value of job must have"),
        ({"url": "http://user:hunter2@prom"}, "url: it must hold no password, query or fragment."),
        ({"url": "http://prom/?query=up"}, "url: it must hold no password, query or fragment."),
        ({"queries": {"errors": "x"}}, "errors need requests beside them"),
        ({"queries": {"pool": "up\x00"}}, "queries.pool: a query must hold no control characters."),
        ({"queries": {"erors": "x"}}, "unknown key 'queries.erors'. Did you mean 'errors'?"),
        ({"bearer_token": "hunter2", "username": "a"}, "give bearer_token, or username with password"),
        ({"username": "a"}, "username and password go together"),
        ({"impact": [{"name": "a", "query": "up"}] * 2}, "impact: each name stands once"),
        ({"without": ["everything"]}, "without"),
    ],
)
def test_a_mistake_is_refused_by_name(settings: dict[str, object], said: str) -> None:
    section = {"kind": "prometheus", "name": "metrics", "url": "http://prom", **settings}
    with pytest.raises(Misconfigured) as raised:
        read_targets("payments", [section], environ={})
    assert said in str(raised.value)
    assert "hunter2" not in str(raised.value)


async def test_what_is_typed_never_becomes_a_query(shops: Server) -> None:
    target = target_of(shops.url, lambda: END, labels={"job": "healthy"})
    async with examiner_of(target) as examiner:
        for typed in ('metrics{job="six"}', "metrics or vector(1)", 'metrics job="six"', "up"):
            with pytest.raises(Refused, match="There is no target called"):
                examiner.examine(typed, "payments")


def test_tokens_are_known_as_secrets() -> None:
    section = {"kind": "prometheus", "name": "metrics", "url": "http://prom", "bearer_token": "s3cret-token"}
    (target,) = read_targets("payments", [section], environ={})
    assert secrets([target]) == {"s3cret-token"}
    assert "s3cret" not in f"{target!r} {target.section!r}"


async def test_a_question_can_be_drawn_over_time(shops: Server) -> None:
    section = PrometheusSection(kind="prometheus", name="metrics", url=shops.url, labels={"job": "leak5"})
    name = TargetName("payments", "metrics", "prometheus")
    patient = PrometheusPatient(name, section, Care(at_once, Redactor([])), clock=lambda: END)
    (series,) = await patient.history(Question.MEMORY, seconds=1800)
    assert len(series.points) == 31
    assert series.points[-1][0] == END
    assert series.value == pytest.approx(0.5 * 1024**3)
    assert await patient.history(Question.POOL) == ()
    await patient.close()


async def test_a_look_asks_a_bounded_number_of_small_questions(
    looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[int] = []
    get = getter.Getter.get

    async def counted(self: getter.Getter, address: str, *, most: int = 0) -> Answer:
        answer = await get(self, address, most=most)
        answers.append(len(answer.body))
        return answer

    monkeypatch.setattr(getter.Getter, "get", counted)
    await looks("healthy")
    assert len(answers) <= 20
    assert max(answers) < 8_000
