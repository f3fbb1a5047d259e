"""Other systems' words: whole until their secrets are gone, then as long as they may be."""

import pytest

from incidents.quoting import cut, quoted, shortened


@pytest.mark.parametrize("text", ["", "short", "  blanks   within ", "x" * 20])
def test_what_is_short_is_shown_as_it_is(text: str) -> None:
    assert quoted(text, 20) == shortened(quoted(text, 20)) == " ".join(text.split())


def test_what_is_long_travels_whole_and_is_cut_in_the_end() -> None:
    said = f"It said “{quoted('word ' * 20, 10)}” and “{quoted('other ' * 20, 8)}”."
    assert "word " * 20 in said
    assert shortened(said) == "It said “word word…” and “other o…”."


def test_lines_stay_apart_until_the_end() -> None:
    said = quoted("first\nsecond", 50)
    assert "first\nsecond" in said
    assert shortened(said) == "first second"


def test_a_quote_within_a_quote_is_as_short_as_the_outer_one() -> None:
    inner = quoted("word " * 50, 100)
    assert shortened(quoted(f"{inner}!", 10)) == "word word…"
    assert shortened(f"{quoted(inner, 10)}.") == "word word…."


@pytest.mark.parametrize("hostile", ["\ufdd0\ue001", "\ufdd1", "\ufdd0", "a\ufdd0\ue001b\ufdd1c"])
def test_a_text_that_holds_our_marks_cuts_nothing_but_itself(hostile: str) -> None:
    said = f"before {quoted(hostile + 'x' * 30, 12)} after"
    assert shortened(said).startswith("before ")
    assert shortened(said).endswith(" after")
    assert not set(shortened(f"{hostile} raw")) & {"\ufdd0", "\ufdd1"}


def test_a_mask_that_swallows_the_end_leaves_a_text_without_marks() -> None:
    said = quoted("x" * 50, 10).removesuffix("\ufdd1")
    assert shortened(f"{said}[redacted:known]") == "xxxxxxxxx…"


def test_a_text_without_secrets_is_cut_on_one_line() -> None:
    assert cut("a  b\nc" * 10, 6) == "a b c…"
    assert cut("\ufdd0\ue001a\ufdd1 b", 6) == "a b"
