"""What people typed, out of Slack's encoding."""

from __future__ import annotations

import pytest

from handlers.typed import spoken


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
