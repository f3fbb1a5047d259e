"""What people typed, out of Slack's encoding."""

from __future__ import annotations

import re

import pytest

from handlers.messages import text
from handlers.typed import naming_people, spoken
from incidents.texts import with_people


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("<@U0BOB|bob> look", "@bob look"),
        ("<@U0BOB> look", "@U0BOB look"),
        ("see <#C1|random>", "see #random"),
        ("<https://x.example/a|the page>", "https://x.example/a"),
        ("<mailto:bob@x.example|bob@x.example>", "bob@x.example"),
        ("<!subteam^S1|@oncall> and <!here>", "@oncall and @here"),
        ("a &lt;b&gt; &amp;lt; c", "a <b> &lt; c"),
        ("1 < 2", "1 < 2"),
    ],
)
def test_tokens_are_words_again(sent: str, typed: str) -> None:
    assert spoken(sent) == typed


@pytest.mark.parametrize(
    ("sent", "posted"),
    [
        ("<@U0BOB|bob> is on it", "<@U0BOB> is on it"),
        ("ask <@U0BOB>, not <!channel> or <!here|here>", "ask <@U0BOB>, not @channel or @here"),
        ("<!subteam^S0AAAAA|@oncall> and @nobody", "@oncall and @nobody"),
        ("see <https://x.example/a|the page>", "see https://x.example/a"),
        ("a &lt;@U0BOB&gt; b", "a &lt;@U0BOB&gt; b"),
        ("@{everyone} @{shell:root}", "@{everyone} @{shell:root}"),
    ],
)
def test_of_what_is_typed_only_people_are_called(sent: str, posted: str) -> None:
    assert text.escaped(naming_people(sent)) == posted


@pytest.mark.parametrize("limit", range(1, 40))
def test_a_cut_never_splits_a_mention(limit: int) -> None:
    cut = text.escaped(naming_people("hello <@U0BOB> and <@U0CAROL> there"), limit)
    assert len(cut) <= limit
    assert not re.search(r"@\{|<@(?!\w+>)", cut)


def test_in_a_file_people_are_names() -> None:
    assert with_people(naming_people("<@U0BOB|bob> is on it"), {"U0BOB": "Bob"}.__getitem__) == "Bob is on it"
