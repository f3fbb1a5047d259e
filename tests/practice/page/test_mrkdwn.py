"""Slack's mrkdwn, drawn."""

import pytest

from tocsin_practice.page import mrkdwn
from tocsin_practice.page.viewer import Viewer

LINK = '<a href="https://example.com/" target="_blank" rel="noopener">'


@pytest.mark.parametrize(
    ("words", "drawn"),
    [
        ("*bold* and _italic_ and ~gone~", "<strong>bold</strong> and <em>italic</em> and <del>gone</del>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("`a *b* c`", "<code>a *b* c</code>"),
        ("one\ntwo", "one<br>two"),
        ("&gt; said\nafter", "<blockquote>said</blockquote>after"),
        ("> said\n> more", "<blockquote>said<br>more</blockquote>"),
        ("before\n&gt;&gt;&gt; all\nthe rest", "before<blockquote>all<br>the rest</blockquote>"),
        ("```\nx = 1\n```", '<pre tabindex="0">x = 1</pre>'),
        ("<https://example.com/|the page>", f"{LINK}the page</a>"),
        ("<https://example.com/>", f"{LINK}https://example.com/</a>"),
        ("*<https://example.com/|bold link>*", f"<strong>{LINK}bold link</a></strong>"),
        ("https://example.com/.", f"{LINK}https://example.com/</a>."),
        ("a &amp; b &lt;c&gt;", "a &amp; b &lt;c&gt;"),
        ("&amp;lt; stays", "&amp;lt; stays"),
        (":no_such_emoji: 10:30:45", ":no_such_emoji: 10:30:45"),
    ],
)
def test_formatting_is_drawn_as_slack_draws_it(viewer: Viewer, words: str, drawn: str) -> None:
    assert mrkdwn.draw(words, viewer) == drawn


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<https://x.example/" onmouseover="alert(1)|x>',
        "<javascript:alert(1)|click>",
        "<data:text/html,x|click>",
        "`<script>`",
        "```<script>```",
        '<@U0BOB|"><script>>',
        "<!date^1^{time}^javascript:alert(1)|x>",
        '<!subteam^S9|"><script>>',
        "*<script>*",
        "\U000f0000\U000f0001",
        ":<script>:",
    ],
)
def test_hostile_text_stays_text(viewer: Viewer, hostile: str) -> None:
    drawn = mrkdwn.draw(hostile, viewer)
    assert "<script" not in drawn
    assert "<img" not in drawn
    assert 'href="javascript' not in drawn
    assert 'href="data' not in drawn
    assert ' onmouseover="' not in drawn


def test_people_channels_and_groups_are_named(viewer: Viewer) -> None:
    drawn = mrkdwn.draw("<@U0BOB> <#C0GENERAL> <!subteam^S0> <!channel>", viewer)
    assert "@Bob Okafor" in drawn
    assert 'href="/as/U0ALICE/c/C0GENERAL"' in drawn
    assert "#general" in drawn
    assert "@payments-oncall" in drawn
    assert "@channel" in drawn


def test_a_mention_of_the_viewer_stands_out(viewer: Viewer) -> None:
    assert "mention-me" in mrkdwn.draw("<@U0ALICE>", viewer)
    assert "mention-me" not in mrkdwn.draw("<@U0BOB>", viewer)


def test_a_channel_that_one_may_not_see_is_not_named(viewer: Viewer) -> None:
    assert "#private-channel" in mrkdwn.draw("<#C0SECRET>", viewer)


def test_emoji_are_characters_with_a_name(viewer: Viewer) -> None:
    drawn = mrkdwn.draw(":rotating_light: :+1::skin-tone-3:", viewer)
    assert "🚨" in drawn
    assert 'aria-label="rotating light"' in drawn
    assert "👍" in drawn


def test_a_preview_is_one_plain_line(viewer: Viewer) -> None:
    words = "*SEV1*\n<@U0BOB> see <https://example.com/|it's here> &amp; :fire:"
    assert mrkdwn.plain(words, viewer) == "SEV1 @Bob Okafor see it's here & 🔥"


@pytest.mark.parametrize(
    "words", ["_a " * 13_000, "*a " * 13_000, "`" * 39_999, "<" * 40_000, "&gt;&gt;&gt;" * 3_000]
)
def test_the_longest_text_is_drawn_soon(viewer: Viewer, words: str) -> None:
    assert len(mrkdwn.draw(words, viewer)) > 1_000
