"""Block Kit, drawn: every kind of block and element."""

import re
from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

from tocsin_practice.elements import every_element
from tocsin_practice.model import Json
from tocsin_practice.page import blocks
from tocsin_practice.page.markup import Html
from tocsin_practice.page.surface import Surface, field_ids, field_name
from tocsin_practice.views import initial_values


def lines(drawn: Html) -> str:
    return re.sub(r"(?=<div class=\"block )", "\n", drawn)


def test_every_kind_of_block_in_a_message(
    gallery: Json, surface: Surface, snapshot: SnapshotAssertion
) -> None:
    assert lines(blocks.draw(gallery["message"], surface)) == snapshot


def test_every_kind_of_element_in_a_form(
    gallery: Json, surface: Surface, snapshot: SnapshotAssertion
) -> None:
    assert lines(blocks.draw(gallery["modal"], replace(surface, scope="V1"))) == snapshot


@pytest.mark.parametrize("kind", ["message", "modal"])
def test_nothing_in_the_gallery_is_unknown_or_becomes_a_script(
    gallery: Json, surface: Surface, kind: str
) -> None:
    drawn = blocks.draw(gallery[kind], surface)
    assert "does not draw" not in drawn
    assert "<script" not in drawn
    assert " style=" not in drawn
    assert not re.search(r" on\w+=", drawn)


def test_a_kind_that_is_not_known_is_named(surface: Surface) -> None:
    drawn = blocks.draw([{"type": "carousel"}], surface)
    assert "This page does not draw carousel blocks." in drawn


def test_a_label_belongs_to_its_field(gallery: Json, surface: Surface) -> None:
    drawn = blocks.draw(gallery["modal"], surface)
    for found in every_element(gallery["modal"]):
        if found.element["type"] in {"plain_text_input", "static_select", "datepicker"}:
            assert f'<label for="m-1-{found.block_id}/v"' in drawn
            assert f'id="m-1-{found.block_id}/v"' in drawn


def test_an_error_stands_under_its_field(gallery: Json, surface: Surface) -> None:
    wrong = replace(surface, errors={"text": "Say what is <b>wrong</b>."})
    drawn = blocks.draw(gallery["modal"], wrong)
    assert 'role="alert">Say what is &lt;b&gt;wrong&lt;/b&gt;.</p>' in drawn
    assert drawn.count('aria-invalid="true"') == 1
    assert 'aria-describedby="m-1-text/v-error m-1-text/v-hint"' in drawn


def test_what_was_entered_is_kept(gallery: Json, surface: Surface) -> None:
    values = initial_values({"blocks": gallery["modal"]})
    values["text"]["v"]["value"] = 'Payments "down"'
    values["people"]["v"]["selected_users"] = ["U0ALICE"]
    values["radio"]["v"]["selected_option"] = {
        "text": {"type": "plain_text", "text": "x"},
        "value": "private",
    }
    drawn = blocks.draw(gallery["modal"], replace(surface, values=values))
    assert 'value="Payments &quot;down&quot;"' in drawn
    assert re.search(r'value="U0ALICE" checked', drawn)
    assert not re.search(r'value="U0BOB" checked', drawn)
    assert re.search(r'value="private" checked', drawn)


def test_initial_values_are_shown(gallery: Json, surface: Surface) -> None:
    for values in ({}, initial_values({"blocks": gallery["modal"]})):
        drawn = blocks.draw(gallery["modal"], replace(surface, values=values))
        assert '<option value="4" selected>SEV4</option>' in drawn
        assert 'value="2014-02-18T14:39"' in drawn
        assert re.search(r'value="U0BOB" checked', drawn)
        assert ">\nkept</textarea>" in drawn


def test_a_field_tells_the_app_only_if_it_asks_for_that(surface: Surface) -> None:
    element = {"type": "static_select", "action_id": "v", "options": []}
    block = {
        "type": "input",
        "block_id": "b",
        "label": {"type": "plain_text", "text": "x"},
        "element": element,
    }
    assert 'data-act="' not in blocks.draw([block], surface)
    assert 'data-act="change"' in blocks.draw([block | {"dispatch_action": True}], surface)
    assert 'data-act="change"' in blocks.draw([{"type": "actions", "elements": [element]}], surface)


def test_controls_of_a_message_that_one_may_only_read_do_nothing(gallery: Json, surface: Surface) -> None:
    drawn = blocks.draw(gallery["message"], replace(surface, inert=True))
    assert drawn.count(" disabled") >= drawn.count("<select")


def test_the_name_of_a_field_leads_back_to_its_ids() -> None:
    assert field_ids(field_name("a/b c", 'd"é')) == ("a/b c", 'd"é')
