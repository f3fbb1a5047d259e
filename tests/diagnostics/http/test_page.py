"""The page that customers see: an error that is answered with 200, and a white page, are no success."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp import web

from diagnostics.examine import Examiner
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.errors import Misconfigured
from incidents.evidence import Examination, Health
from tests.diagnostics.conftest import examined
from tests.diagnostics.described import coded, codes
from tests.diagnostics.serving import Handler, says, says_text, serving

HTML = "text/html"
SHOP = "<h1>The shop</h1>\n<a>Add to\n  cart</a>"
WELL = says({"status": "ok"})


@asynccontextmanager
async def opened(url: str, **settings: object) -> AsyncIterator[Examiner]:
    section = {"kind": "http", "name": "api", "url": url, "health": "/health", "front": "/", **settings}
    targets = {"payments": read_targets("payments", [section], environ={})}
    clock = datetime(2026, 11, 21, tzinfo=UTC)
    async with Examiner(targets, clock=lambda: clock, redactor=Redactor(), patience=30) as examiner:
        yield examiner


async def seen(front: Handler, **settings: object) -> Examination:
    async with serving({"/health": WELL, "/": front}) as url, opened(url, **settings) as examiner:
        return await examined(examiner, "api")


async def test_a_page_with_its_words_is_well_whatever_their_case_and_spaces() -> None:
    examination = await seen(says_text(SHOP, media=HTML), expects=["add to cart", "the shop"])
    assert examination.health is Health.OK


async def test_a_page_of_error_words_with_200_is_told_by_what_it_lacks() -> None:
    examination = await seen(
        says_text("<h1>Something went wrong</h1>", media=HTML), expects=["Add to cart", "wrong"]
    )
    finding = coded(examination, "HT004")
    assert finding.health is Health.CRITICAL
    assert finding.sentence == "/ answers 200, but with a page without “Add to cart”."
    assert "Something went wrong" not in repr(finding)


async def test_words_are_no_pattern() -> None:
    examination = await seen(says_text("<h1>anything</h1>", media=HTML), expects=[".*"])
    assert coded(examination, "HT004").sentence == "/ answers 200, but with a page without “.*”."


@pytest.mark.parametrize("text", ["", " \n\n "])
async def test_an_empty_page_of_html_is_a_warning_by_itself(text: str) -> None:
    finding = coded(await seen(says_text(text, media=HTML)), "HT005")
    assert (finding.health, finding.sentence) == (Health.WARN, "/ answers 200 with an empty page.")


@pytest.mark.parametrize("front", [says_text("", 204), says_text("", media="text/plain")])
async def test_nothing_where_no_page_was_promised_is_well(front: Handler) -> None:
    assert not codes(await seen(front)) & {"HT004", "HT005"}


async def test_an_empty_page_where_words_are_expected_is_told_with_them() -> None:
    finding = coded(await seen(says_text("", media="text/plain"), expects=["The shop"]), "HT004")
    assert finding.sentence == "/ answers 200, but with an empty page without “The shop”."


async def test_words_are_read_in_the_pages_own_characters() -> None:
    async def latin(_request: web.Request) -> web.StreamResponse:
        return web.Response(body="Grüße".encode("latin-1"), content_type=HTML, charset="latin-1")

    assert (await seen(latin, expects=["grüße"])).health is Health.OK


async def test_a_page_that_is_too_long_to_be_read_whole_is_not_accused() -> None:
    finding = coded(await seen(says_text("x" * 1_100_000, media=HTML), expects=["The shop"]), "HT004")
    assert finding.health is Health.UNKNOWN
    assert finding.sentence.endswith("without “The shop” in its first 1024 kB.")


async def test_words_beyond_what_is_read_of_other_answers_are_found() -> None:
    assert (await seen(says_text("x" * 500_000 + "The shop", media=HTML), expects=["The shop"])).health is (
        Health.OK
    )


async def test_an_error_status_says_more_than_missing_words() -> None:
    examination = await seen(says_text("Sorry", 500, media=HTML), expects=["The shop"])
    assert "HT004" not in codes(examination)
    assert coded(examination, "HT011").health is Health.CRITICAL


async def test_words_without_a_page_are_refused_by_name() -> None:
    section = {"kind": "http", "name": "api", "url": "http://127.0.0.1:1", "expects": ["x"]}
    with pytest.raises(Misconfigured, match="expects needs front"):
        read_targets("payments", [section], environ={})


@pytest.mark.parametrize(
    ("body", "shows"),
    [
        ("<form><input name=user><input type='password' name=p></form>", "a page that asks for a password"),
        ("<title>Scheduled maintenance</title>", "a page of maintenance"),
        ("<h1 class=big>We will be right back!</h1>", "a page of maintenance"),
    ],
)
async def test_a_page_for_people_at_a_health_address_is_no_health(body: str, shows: str) -> None:
    pages = {"/health": says_text(body, media=HTML), "/": says_text(SHOP, media=HTML)}
    async with serving(pages) as url, opened(url) as examiner:
        examination = await examined(examiner, "api")
    finding = coded(examination, "HT006")
    assert finding.health is Health.WARN
    assert finding.sentence == f"/health answers 200, but with {shows}."


@pytest.mark.parametrize(
    ("body", "media"),
    [
        ('<html><body style="background-color: green"></body></html>', HTML),  # Rails' own /up
        ("<h1>OK</h1><p>next maintenance on Sunday</p>", HTML),
        ('{"password_age": 3, "title": "maintenance"}', "application/json"),
    ],
)
async def test_health_that_is_written_as_a_page_is_still_health(body: str, media: str) -> None:
    pages = {"/health": says_text(body, media=media), "/": says_text(SHOP, media=HTML)}
    async with serving(pages) as url, opened(url) as examiner:
        examination = await examined(examiner, "api")
    assert examination.health is Health.OK
