"""A proxy in pods, by what a stand-in for the Kubernetes API says that they wrote."""

from collections.abc import AsyncIterator

import pytest

from incidents.evidence import Health
from tests.diagnostics.kubernetes.standin import HASH, TOKEN, Api, pod, serving
from tests.diagnostics.proxy import written
from tests.diagnostics.remote import ago, codes, figures, looked_at, one

A, B = (f"payments-{HASH}-{name}" for name in "ab")


def lines(text: str, count: int, seconds: float = 20) -> str:
    return f"{ago(seconds=seconds)[:-1]}.123456789Z {text}\n" * count


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with serving() as running:
        running.put("pods", pod("a"), pod("b"))
        running.logs = {A: lines(written.INGRESS_200, 400), B: lines(written.INGRESS_200, 400)}
        yield running


def section(api: Api) -> dict[str, object]:
    place = {"namespace": "shop", "selector": "app=payments", "server": api.url, "token": TOKEN}
    return {"kind": "proxy", "name": "edge", "kubernetes": place}


async def test_the_requests_of_all_pods_are_counted(api: Api) -> None:
    examination = await looked_at(section(api))
    assert examination.health is Health.OK
    assert one(examination, "PX101").sentence == "160 requests a minute, 0 % end in 5xx."


async def test_late_answers_in_one_pod_are_told_with_the_back_end_that_gives_them(api: Api) -> None:
    api.logs[B] += lines(written.INGRESS_504, 100, 10)
    examination = await looked_at(section(api))
    late = one(examination, "PX112")
    assert late.health is Health.CRITICAL
    assert (figures(late)["failed"], figures(late)["most at"]) == (100, "good")
    assert figures(one(examination, "PX101"))["lines"] == 900


@pytest.mark.parametrize(("verb", "resource"), [("list", "pods"), ("get", "pods/log")])
async def test_a_missing_right_leaves_it_unknown_and_names_the_grant(
    api: Api, verb: str, resource: str
) -> None:
    api.forbidden.add(f"{verb} {resource}")
    examination = await looked_at(section(api))
    assert codes(examination) == {"PX002": "unknown"}
    assert f'resources: ["{resource}"], verbs: ["{verb}"]' in examination.findings[0].next_step


async def test_of_lines_too_long_to_be_read_all_the_newest_are_judged(api: Api) -> None:
    long = written.INGRESS_200.replace("GET /", "GET /" + "x" * 1_000)
    api.logs = {
        A: lines(long, 900, 40) + lines(written.INGRESS_504.replace("GET /", "GET /" + "x" * 1_000), 100)
    }
    examination = await looked_at(section(api) | {"logs": {"size": 256 * 1024}})
    read = figures(one(examination, "PX101"))["lines"]
    assert isinstance(read, int)
    assert 100 < read < 256  # half of what fits
    assert figures(one(examination, "PX112"))["failed"] == 100


async def test_pods_that_are_not_there_leave_it_unseen(api: Api) -> None:
    api.things["pods"].clear()
    examination = await looked_at(section(api))
    assert examination.findings == ()
    assert examination.unseen == ("the proxy's log: no container has a log",)


async def test_a_caller_whose_words_end_a_line_elsewhere_writes_no_line_of_the_proxy(api: Api) -> None:
    forged = "2026/11/21 14:00:00 [error] 1#1: *1 no live upstreams while connecting to upstream"
    told = f'{{"status": 200, "request_method": "GET", "agent": "\u2028{forged}\u2028"}}'
    api.logs = {A: lines(told, 400)}
    examination = await looked_at(section(api))
    assert codes(examination) == {"PX101": "ok"}
    assert figures(one(examination, "PX101"))["lines"] == 400
