"""Standard Markdown, drawn."""

import pytest

from tocsin_practice.page import markdown


@pytest.mark.parametrize(
    ("words", "drawn"),
    [
        ("# Title", "<h3>Title</h3>"),
        ("### Third", "<h5>Third</h5>"),
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        (
            "**bold** *italic* ~~gone~~ `co*d*e`",
            "<p><strong>bold</strong> <em>italic</em> <del>gone</del> <code>co*d*e</code></p>",
        ),
        ("- a\n- b\n  - c", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("> said\n> more", '<blockquote><div class="markdown"><p>said<br>more</p></div></blockquote>'),
        ("---", "<hr>"),
        ("```sql\nSELECT <1>;\n```", '<pre tabindex="0">SELECT &lt;1&gt;;</pre>'),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>x)</p>"),
        ("snake_case_name 2*3*4", "<p>snake_case_name 2<em>3</em>4</p>"),
    ],
)
def test_markdown_is_drawn(words: str, drawn: str) -> None:
    assert markdown.draw(words) == f'<div class="markdown">{drawn}</div>'


def test_a_table_has_a_head_and_rows() -> None:
    drawn = markdown.draw("| a | b |\n|---|:-:|\n| 1 | **2** |\nafter")
    assert "<thead><tr><th>a</th><th>b</th></tr></thead>" in drawn
    assert "<tbody><tr><td>1</td><td><strong>2</strong></td></tr></tbody>" in drawn
    assert "<p>after</p>" in drawn


def test_tasks_are_ticked_or_not() -> None:
    drawn = markdown.draw("- [x] looked\n- [ ] not yet")
    assert "☑" in drawn
    assert "☐" in drawn


@pytest.mark.parametrize("words", ["", "\n\n", "|", "- ", "```", "> ", "#", "| a |\n|", "**", "[]()"])
def test_unfinished_markdown_ends(words: str) -> None:
    assert markdown.draw(words).startswith('<div class="markdown">')


@pytest.mark.parametrize(
    "words",
    [">" * 12_000, "\n".join(f"{' ' * depth}- x" for depth in range(150)), "[" * 12_000, " __a" * 3_000],
)
def test_markdown_that_nests_without_end_is_drawn_flat_and_soon(words: str) -> None:
    assert len(markdown.draw(words)) > 1_000
