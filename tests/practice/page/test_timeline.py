"""Messages and their order."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tocsin_practice.model import File, Json, Pin
from tocsin_practice.page import message, timeline
from tocsin_practice.page.markup import Html
from tocsin_practice.page.patch import Part
from tocsin_practice.page.scene import Scene

Said = Callable[..., Json]
DAY = 86_400.0
NOON = 1_795_262_400.0


def shown(messages: list[Json], own: list[Json], scene: Scene, *, unread_after: str = "") -> list[Part]:
    return timeline.channel(messages, own, scene, Html("the start"), unread_after=unread_after)[1:]


def test_messages_of_one_author_within_five_minutes_share_one_head(scene: Scene, said: Said) -> None:
    parts = shown([said("a"), said("b", at=NOON + 60), said("c", at=NOON + 700)], [], scene)
    assert [part.html.count('class="author"') for part in parts[1:]] == [1, 0, 1]


def test_each_day_has_its_divider(scene: Scene, said: Said) -> None:
    parts = shown([said(at=NOON - DAY), said(at=NOON)], [], scene)
    assert [part.key for part in parts if part.key.startswith("day")] == ["day-2026-11-20", "day-2026-11-21"]
    assert "Yesterday" in parts[0].html
    assert "Today" in parts[2].html


def test_what_is_new_stands_under_a_divider(scene: Scene, said: Said) -> None:
    messages = [said("seen"), said("mine", at=NOON + 1, user="U0ALICE"), said("new", at=NOON + 2)]
    parts = shown(messages, [], scene, unread_after=f"{NOON:.6f}")
    assert [part.key for part in parts][3] == "unread"


def test_what_only_the_viewer_sees_stands_in_its_place_and_says_so(scene: Scene, said: Said) -> None:
    own = said("psst", at=NOON + 1, is_ephemeral=True)
    parts = shown([said("a"), said("b", at=NOON + 2)], [own], scene)
    assert "Only visible to you" in parts[2].html
    assert 'data-act="dismiss"' in parts[2].html
    assert 'data-act="react"' not in parts[2].html


def test_a_thread_counts_its_replies(scene: Scene, said: Said) -> None:
    beside = replace(scene, in_thread=True)
    parent = said("look", thread_ts=f"{NOON:.6f}", reply_count=1)
    assert "No replies yet" in timeline.thread([parent], [], beside)[1].html
    assert "1 reply<" in timeline.thread([parent, said("ok", at=NOON + 1)], [], beside)[1].html


def test_a_message_leads_to_its_thread(scene: Scene, said: Said) -> None:
    ts = f"{NOON - 600:.6f}"
    parent = said(
        at=NOON - 600, thread_ts=ts, reply_count=2, reply_users=["U0BOB"], latest_reply=f"{NOON - 120:.6f}"
    )
    drawn = message.draw(parent, scene)
    assert f'href="/as/U0ALICE/c/C0GENERAL/t/{ts}"' in drawn
    assert "2 replies" in drawn
    assert "Last reply 2 minutes ago" in drawn


def test_an_app_is_marked_as_one_and_may_name_itself(scene: Scene, said: Said) -> None:
    drawn = message.draw(said(user="U0BOT", bot_id="B0", username="Pager", icons={"emoji": ":pager:"}), scene)
    assert ">APP<" in drawn
    assert ">Pager<" in drawn
    assert "📟" in drawn


@pytest.mark.parametrize(("fields", "marked"), [({}, True), ({"bot_id": "B0"}, False)])
def test_a_persons_edit_is_marked_and_an_apps_redrawing_is_not(
    scene: Scene, said: Said, fields: Json, *, marked: bool
) -> None:
    edited = said(edited={"user": "U0BOB", "ts": "1.0"}, **fields)
    assert ("(edited)" in message.draw(edited, scene)) is marked


def test_a_join_is_told_without_naming_the_author_twice(scene: Scene, said: Said) -> None:
    drawn = message.draw(said("<@U0BOB> has joined the channel", subtype="channel_join"), scene)
    assert drawn.count("Bob Okafor") == 1
    assert "has joined the channel" in drawn
    assert "toolbar" not in drawn


def test_a_pinned_message_says_who_pinned_it_and_offers_to_unpin(scene: Scene, said: Said) -> None:
    pinned = said()
    drawn = message.draw(pinned, replace(scene, pins={pinned["ts"]: Pin(pinned["ts"], 0, "U0BOT")}))
    assert "Pinned by Tocsin" in drawn
    assert "Unpin from channel" in drawn


def test_reactions_show_how_many_and_whether_one_is_mine(scene: Scene, said: Said) -> None:
    reactions = [{"name": "eyes", "users": ["U0ALICE", "U0BOB"], "count": 2}]
    drawn = message.draw(said(reactions=reactions), scene)
    assert "👀" in drawn
    assert 'aria-pressed="true"' in drawn
    assert "Alice Moreau, Bob Okafor reacted with eyes" in drawn


def test_a_message_offers_the_shortcuts_of_apps(scene: Scene, said: Said) -> None:
    drawn = message.draw(said(), scene)
    assert "Add to the timeline" in drawn
    assert 'data-callback="keep"' in drawn


def test_an_image_is_shown_with_its_alternative_text_and_a_large_one_is_not(scene: Scene, said: Said) -> None:
    image = File(
        id="F1", name="db.png", title="Sessions", owner="U0BOB", created=0, size=9, mimetype="image/png"
    )
    image.alt_txt, image.content = "from 2 to 44 <sessions>", b"\x89PNG"
    with_file = replace(scene, file={"F1": image}.get)
    drawn = message.draw(said("", files=[{"id": "F1"}]), with_file)
    assert 'src="/as/U0ALICE/files/F1/db.png"' in drawn
    assert 'alt="from 2 to 44 &lt;sessions&gt;"' in drawn
    image.content = bytes(5 * 1024 * 1024)
    assert "<img" not in message.draw(said("", files=[{"id": "F1"}]), with_file)


def test_a_file_shows_its_size_a_download_and_a_preview(scene: Scene, said: Said) -> None:
    file = File(
        id="F1", name="draft.md", title="Draft", owner="U0BOB", created=0, size=2048, filetype="markdown"
    )
    file.content = b"# Title\n<script>"
    with_file = replace(scene, file={"F1": file}.get)
    drawn = message.draw(said("", files=[{"id": "F1"}]), with_file)
    assert "Markdown · 2 kB" in drawn
    assert 'href="/as/U0ALICE/files/F1/draft.md?download=1"' in drawn
    assert "<h3>Title</h3>" in drawn
    assert "<script>" not in drawn
    assert "This file was deleted." in message.draw(said("", files=[{"id": "F1"}]), scene)


def test_an_attachment_has_its_colour_without_an_inline_style(scene: Scene, said: Said) -> None:
    attachments = [
        {"color": "danger", "title": "Down", "text": "*all*"},
        {"color": 'x" onload="y', "text": "z"},
    ]
    drawn = message.draw(said("", attachments=attachments), scene)
    assert 'fill="#e01e5a"' in drawn
    assert "<strong>all</strong>" in drawn
    assert "onload" not in drawn


def test_the_start_of_a_conversation_shows_until_it_grows_long(scene: Scene, said: Said) -> None:
    start = Html("This is the start.")
    messages = [said(at=NOON + second) for second in range(timeline.SHOWN_MESSAGES + 5)]
    assert timeline.channel(messages[:3], [], scene, start)[0].html == start
    assert all(part.html != start for part in timeline.channel(messages, [], scene, start))


def test_a_message_that_cannot_be_drawn_does_not_take_the_others_along(scene: Scene, said: Said) -> None:
    parts = shown([said("before"), said(blocks=[{"type": "table", "rows": 7}]), said("after")], [], scene)
    assert "This message cannot be drawn (TypeError)." in parts[2].html
    assert "after" in parts[3].html
