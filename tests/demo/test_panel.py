"""The panel's doors: closed to other websites, open to its own page and to programs on this machine."""

from http import HTTPStatus

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request

from demo.shop.guard import refusal
from demo.shop.open import Shop

HOST = "127.0.0.1:47211"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": HOST, "Origin": "https://evil.example"},
        {"Host": HOST, "Origin": "http://127.0.0.1:9999"},
        {"Host": HOST, "Origin": "null"},
        {"Host": HOST, "Sec-Fetch-Site": "cross-site"},
        {"Host": HOST, "Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
        {"Host": "127.0.0.1.evil.example"},
    ],
)
def test_other_websites_may_break_nothing(headers: dict[str, str]) -> None:
    assert refusal(make_mocked_request("POST", "/fault/leak", headers=headers))


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": HOST},
        {"Host": "localhost:47211"},
        {"Host": HOST, "Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_the_panel_itself_and_programs_may(headers: dict[str, str]) -> None:
    assert not refusal(make_mocked_request("POST", "/fault/leak", headers=headers))


def test_a_link_from_another_page_may_open_the_panel_but_not_read_its_state() -> None:
    headers = {"Host": HOST, "Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"}
    assert not refusal(make_mocked_request("GET", "/", headers=headers))
    assert refusal(make_mocked_request("GET", "/state", headers=headers))


async def test_a_refused_request_breaks_nothing(shop: Shop, client: aiohttp.ClientSession) -> None:
    foreign = {"Origin": "https://evil.example"}
    async with client.post(f"{shop.panel}/fault/stop", headers=foreign) as answer:
        assert answer.status == HTTPStatus.FORBIDDEN
    assert (await shop.scene.state()).database == "running"


async def test_the_page_is_shown_with_nothing_from_elsewhere(
    shop: Shop, client: aiohttp.ClientSession
) -> None:
    async with client.get(shop.panel) as answer:
        page, policy = await answer.text(), answer.headers["Content-Security-Policy"]
    assert "Heal everything" in page
    assert "proposes it in <strong>#incidents</strong>" in page
    assert "http" not in page
    assert policy.startswith("default-src 'none'")
    for look in ("panel.js", "panel.css", "icon.svg"):
        async with client.get(f"{shop.panel}/look/{look}") as answer:
            assert answer.status == HTTPStatus.OK


async def test_a_fault_answers_with_the_state_or_says_why_not(
    shop: Shop, client: aiohttp.ClientSession
) -> None:
    async with client.post(f"{shop.panel}/fault/stop") as answer:
        assert (await answer.json())["database"] == "stopped"
    async with client.post(f"{shop.panel}/fault/lock") as answer:
        assert answer.status == HTTPStatus.CONFLICT
        assert (await answer.json())["error"] == "The database is stopped. Start it first."
    async with client.post(f"{shop.panel}/fault/fire") as answer:
        assert answer.status == HTTPStatus.NOT_FOUND
