"""What goes to the browser when the screen changes."""

from tocsin_practice.page import patch
from tocsin_practice.page.markup import Html
from tocsin_practice.page.memory import Memory
from tocsin_practice.page.patch import Part


def test_only_what_changed_is_sent() -> None:
    old, same, new = Part("1", Html("a")), Part("2", Html("b")), Part("1", Html("c"))
    changes = patch.changes({"x": [old, same], "y": [same]}, {"x": [new, same], "y": [same]})
    assert changes == [
        {"region": "x", "keys": ["1", "2"], "parts": {"1": {"digest": new.digest, "html": "c"}}}
    ]


def test_a_part_that_went_away_leaves_the_order() -> None:
    one, two = Part("1", Html("a")), Part("2", Html("b"))
    assert patch.changes({"x": [one, two]}, {"x": [two]}) == [{"region": "x", "keys": ["2"], "parts": {}}]


def test_the_document_carries_the_digest_that_the_stream_compares() -> None:
    part = Part('k"', Html("<b>a</b>"))
    assert patch.region([part]) == (
        f'<div class="part" data-key="k&quot;" data-digest="{part.digest}"><b>a</b></div>'
    )


def test_a_drawing_is_kept_while_it_is_asked_for() -> None:
    memory, drawn = Memory(), []

    def draw() -> Html:
        drawn.append("again")
        return Html("x")

    for _ in range(3):
        memory.turn()
        memory.drawn("key", draw)
    memory.turn()
    memory.turn()
    memory.drawn("key", draw)
    memory.forget()
    memory.drawn("key", draw)
    assert len(drawn) == 3
