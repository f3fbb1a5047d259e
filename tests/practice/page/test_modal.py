"""Forms, the column at the left and the head of a channel, drawn."""

from dataclasses import replace

import pytest

from tocsin_practice.model import Channel, ChannelKind, Json, Note, Pin, View
from tocsin_practice.page import composer, header, modal, sidebar
from tocsin_practice.page.header import Heading
from tocsin_practice.page.scene import Author, Offer, Scene
from tocsin_practice.page.sidebar import Column, Entry
from tocsin_practice.page.surface import Surface
from tocsin_practice.page.viewer import Viewer

TOCSIN = Author("U0BOT", "Tocsin", "tocsin", is_app=True)
BOB = Author("U0BOB", "Bob Okafor", "bob")


def view(**fields: object) -> View:
    payload: Json = {"id": "V1", "title": {"type": "plain_text", "text": "Update"}, "blocks": [], **fields}
    return View("U0ALICE", "A0", payload)


def channel(**fields: object) -> Channel:
    known: Json = {
        "id": "C1",
        "name": "incidents",
        "kind": ChannelKind.PUBLIC,
        "creator": "U0BOB",
        "created": 0,
    }
    return Channel(**(known | fields))


def test_a_form_has_a_title_and_its_buttons(surface: Surface) -> None:
    drawn = modal.draw(view(submit={"type": "plain_text", "text": "Post <now>"}), surface, TOCSIN)
    assert 'aria-labelledby="title-V1"' in drawn
    assert ">Post &lt;now&gt;</button>" in drawn
    assert ">Cancel</button>" in drawn
    assert 'aria-label="Back"' not in drawn


def test_a_form_that_cannot_be_sent_can_only_be_closed(surface: Surface) -> None:
    drawn = modal.draw(view(), surface, TOCSIN)
    assert 'data-act="submit"' not in drawn
    assert ">Close</button>" in drawn


def test_a_form_on_another_leads_back_to_it(surface: Surface) -> None:
    drawn = modal.draw(view(), surface, TOCSIN, depth=2)
    assert 'aria-label="Back"' in drawn
    assert 'data-act="close-all"' in drawn


def test_the_column_marks_what_is_unread(viewer: Viewer) -> None:
    joined = [
        Entry("C1", "general", current=True),
        Entry("C2", "war<room>", mark="lock", unread=True, mentions=120),
    ]
    parts = sidebar.draw(Column(joined, direct=[Entry("D1", "Bob Okafor", other=BOB)], apps=[]), viewer)
    assert [part.key for part in parts] == ["joined", "direct"]
    assert 'aria-current="page"' in parts[0].html
    assert 'aria-label="private"' in parts[0].html
    assert ">99<" in parts[0].html
    assert "war&lt;room&gt;" in parts[0].html
    assert ", unread</span>" in parts[0].html


def test_the_head_shows_topic_pins_members_and_bookmarks(scene: Scene) -> None:
    room = channel(
        topic=Note("SEV1 &lt;down&gt; :fire: *not bold*"),
        pins=[Pin("1.0", 0, "U0BOB"), Pin("2.0", 0, "U0BOB")],
        messages={"1.0": {"ts": "1.0", "user": "U0BOB", "text": "*The card*"}},
        bookmarks=[
            {"title": "Runbook", "link": "https://example.com/", "emoji": ":book:"},
            {"title": "Bad", "link": "javascript:alert(1)", "emoji": ""},
        ],
    )
    head, bookmarks = header.draw(room, Heading("incidents", private=False, members=[BOB, TOCSIN]), scene)
    assert "SEV1 &lt;down&gt; 🔥 *not bold*" in head.html
    assert "2 pinned" in head.html
    assert "The card" in head.html
    assert "2<" in head.html
    assert 'href="https://example.com/"' in bookmarks.html
    assert "javascript" not in bookmarks.html


@pytest.mark.parametrize(
    ("fields", "key"),
    [({}, "join"), ({"is_archived": True}, "archived"), ({"members": {"U0ALICE": None}}, "composer")],
)
def test_one_writes_where_one_may(fields: Json, key: str) -> None:
    assert [part.key for part in composer.draw(channel(**fields), "U0ALICE", "#incidents", [])] == [key]


def test_the_box_offers_the_shortcuts_of_apps() -> None:
    offers = [Offer("A0", "Tocsin", "declare", "Declare an incident", "Opens the form")]
    room = channel(members={"U0ALICE": None})
    assert 'data-callback="declare"' in composer.draw(room, "U0ALICE", "#incidents", offers)[0].html
    assert "Shortcuts" not in composer.draw(room, "U0ALICE", "#incidents", [])[0].html


def test_a_conversation_of_two_says_that_nobody_else_sees_it(scene: Scene) -> None:
    heading = Heading("Bob Okafor", private=True, members=[BOB], other=BOB)
    assert "Nobody else sees it." in header.opening(channel(), heading)
    assert "member" not in header.draw(channel(), heading, replace(scene, pins={}))[0].html
