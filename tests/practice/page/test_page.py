"""The page over HTTP: documents, what they may ask for, and who is refused."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from slack_bolt.async_app import AsyncApp

from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import File, Json


@pytest_asyncio.fixture
async def browser(practice: PracticeDriver) -> AsyncIterator[aiohttp.ClientSession]:
    """A client that says of itself what a browser says when the page itself asks."""
    origin = practice.workspace.base_url
    headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    async with aiohttp.ClientSession(origin, headers=headers) as session:
        yield session


async def act(browser: aiohttp.ClientSession, person: str = "U0ALICE", **fields: object) -> Json:
    async with browser.post(f"/as/{person}/act", json=fields) as answer:
        assert answer.status == 200
        return dict(await answer.json())


async def test_the_address_alone_leads_to_somebodys_general(
    practice: PracticeDriver, browser: aiohttp.ClientSession
) -> None:
    async with browser.get("/") as answer:
        words = await answer.text()
    assert answer.url.path == f"/as/U0ALICE/c/{practice.channel('general').id}"
    assert "The release train leaves at 14:00 UTC" in words
    assert "Practice workspace" in words


async def test_every_document_keeps_third_parties_and_inline_code_out(browser: aiohttp.ClientSession) -> None:
    async with browser.get("/") as answer:
        words = await answer.text()
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert " style=" not in words
    assert "<script>" not in words
    assert 'src="http' not in words


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"},
        {},
    ],
)
async def test_other_websites_are_refused(practice: PracticeDriver, headers: dict[str, str]) -> None:
    channel = practice.channel("general")
    before = len(channel.messages)
    async with aiohttp.ClientSession(practice.workspace.base_url) as stranger:
        fields = {"act": "enter", "channel": channel.id, "text": "hello"}
        async with stranger.post("/as/U0ALICE/act", json=fields, headers=headers) as answer:
            assert answer.status == 403
    assert len(channel.messages) == before


@pytest.mark.parametrize("path", ["/", "/as/U0ALICE/live", "/as/U0ALICE/complete?typed=@"])
async def test_a_foreign_name_for_this_machine_is_refused(practice: PracticeDriver, path: str) -> None:
    async with aiohttp.ClientSession(practice.workspace.base_url) as stranger:
        async with stranger.get(path, headers={"Host": "rebound.example"}) as answer:
            assert answer.status == 403
        async with stranger.get(path, headers={"Sec-Fetch-Site": "cross-site"}) as answer:
            assert answer.status == 403


async def test_what_is_entered_is_posted(practice: PracticeDriver, browser: aiohttp.ClientSession) -> None:
    channel = practice.channel("general")
    assert await act(browser, act="enter", channel=channel.id, text="I am on it, @bob") == {"ok": True}
    assert practice.messages(channel)[-1]["text"] == "I am on it, <@U0BOB>"


async def test_a_reply_goes_into_its_thread(practice: PracticeDriver, browser: aiohttp.ClientSession) -> None:
    channel = practice.channel("general")
    parent = practice.person("bob").say("Look.", channel=channel)
    await act(browser, act="enter", channel=channel.id, text="Yes.", thread=parent["ts"])
    async with browser.get(f"/as/U0ALICE/c/{channel.id}/t/{parent['ts']}") as answer:
        words = await answer.text()
    assert 'class="thread"' in words
    assert "1 reply" in words


async def test_a_command_that_nobody_answers_fails_in_words_that_only_the_sender_sees(
    practice: PracticeDriver, browser: aiohttp.ClientSession
) -> None:
    channel = practice.channel("general")
    answer = await act(browser, act="enter", channel=channel.id, text="/plain")
    assert answer["ok"] is False
    for person, seen in (("U0ALICE", True), ("U0BOB", False)):
        async with browser.get(f"/as/{person}/c/{channel.id}") as document:
            assert ("/plain failed" in await document.text()) is seen


async def test_a_notice_goes_away_when_it_is_dismissed(
    practice: PracticeDriver, browser: aiohttp.ClientSession
) -> None:
    channel = practice.channel("general")
    await act(browser, act="enter", channel=channel.id, text="/nosuch")
    async with browser.get(f"/as/U0ALICE/c/{channel.id}") as document:
        words = await document.text()
    assert "/nosuch is not a valid command." in words
    ts = words.split("/nosuch is not")[0].rsplit('data-ts="', 1)[1].split('"')[0]
    assert (await act(browser, act="dismiss", channel=channel.id, ts=ts))["ok"]
    async with browser.get(f"/as/U0ALICE/c/{channel.id}") as document:
        assert "/nosuch is not a valid command." not in await document.text()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"act": "fly"}, "not known here"),
        ({"act": "enter", "channel": "C0NONE", "text": "x"}, "You cannot see this channel."),
        ({"act": "submit", "view": "V0NONE"}, "This form is no longer open."),
        ({"act": "press", "channel": "general", "ts": "1.0", "action": "x"}, "no longer here"),
        ({"act": "press", "channel": 7, "ts": None}, "You cannot see this channel."),
        ({"act": "message-shortcut", "channel": "general", "callback": "x", "ts": "1"}, "no such shortcut"),
    ],
)
async def test_what_cannot_be_done_is_said(
    practice: PracticeDriver, browser: aiohttp.ClientSession, fields: Json, words: str
) -> None:
    if fields.get("channel") == "general":
        fields = fields | {"channel": practice.channel("general").id}
    answer = await act(browser, **fields)
    assert answer["ok"] is False
    assert words in answer["say"]


@pytest.mark.parametrize(
    "path", ["/as/U0NOBODY", "/as/U0B0PRACTICE", "/as/U0ALICE/home/A0NONE", "/page/app.py"]
)
async def test_what_does_not_exist_is_not_found(browser: aiohttp.ClientSession, path: str) -> None:
    async with browser.get(path) as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    ("typed", "offered", "not_offered"),
    [
        ("/pl", 'value="/plain"', "/escaped"),
        ("/plain now", "Says hello", "<button"),
        ("@bo", "@bob · Backend Engineer", "Carol"),
        ("@mor", "Alice Moreau", "Bob"),
        ("@her", "@here", "@channel"),
        ("#pay", 'value="#payments-team"', "#random"),
    ],
)
async def test_names_and_commands_are_offered_while_one_types(
    browser: aiohttp.ClientSession, typed: str, offered: str, not_offered: str
) -> None:
    async with browser.get("/as/U0ALICE/complete", params={"typed": typed}) as answer:
        words = await answer.text()
    assert offered in words
    assert not_offered not in words


async def test_files_are_never_shown_as_documents(
    practice: PracticeDriver, browser: aiohttp.ClientSession
) -> None:
    file: File = practice.site.acts.upload(
        practice.workspace.people["U0BOB"],
        practice.channel("general"),
        "x.html",
        b"<script>alert(1)</script>",
    )
    async with browser.get(f"/as/U0ALICE/files/{file.id}/x.html") as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_file_of_a_private_channel_is_for_its_members(
    practice: PracticeDriver, browser: aiohttp.ClientSession
) -> None:
    acts, bob = practice.site.acts, practice.workspace.people["U0BOB"]
    acts.create_channel(bob, "secret", is_private=True)
    file = acts.upload(bob, practice.channel("secret"), "plan.txt", b"quiet")
    for person, status in (("U0BOB", 200), ("U0ALICE", 404)):
        async with browser.get(f"/as/{person}/files/{file.id}/plan.txt") as answer:
            assert answer.status == status


async def test_a_private_channel_sends_others_to_general(
    practice: PracticeDriver, browser: aiohttp.ClientSession
) -> None:
    practice.site.acts.create_channel(practice.workspace.people["U0BOB"], "secret", is_private=True)
    channel = practice.channel("secret")
    async with browser.get(f"/as/U0ALICE/c/{channel.id}") as answer:
        assert answer.url.path.endswith(practice.channel("general").id)
        assert "secret" not in await answer.text()


async def test_a_link_to_a_message_opens_as_whoever_followed_it(
    practice: PracticeDriver, browser: aiohttp.ClientSession
) -> None:
    channel = practice.channel("general")
    ts = practice.messages(channel)[-1]["ts"]
    referer = {"Referer": f"{practice.workspace.base_url}/as/U0BOB/c/{channel.id}"}
    path = f"/archives/{channel.id}/p{ts.replace('.', '')}"
    async with browser.get(path, headers=referer, allow_redirects=False) as answer:
        assert answer.headers["Location"] == f"/as/U0BOB/c/{channel.id}#m-{ts.replace('.', '-')}"


async def test_an_apps_home_is_a_tab_beside_its_messages(
    practice: PracticeDriver, bolt: AsyncApp, browser: aiohttp.ClientSession
) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Your incidents*"}}]
    await bolt.client.views_publish(user_id="U0ALICE", view={"type": "home", "blocks": blocks})
    async with browser.get(f"/as/U0ALICE/home/{practice.app.id}") as answer:
        words = await answer.text()
    assert "<strong>Your incidents</strong>" in words
    assert ">Messages</a>" in words
