"""Block Kit's limits: each just within, then one beyond, with Slack's words and pointer."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block
from slack_sdk.web.async_client import AsyncWebClient

from tocsin_practice.driver import PracticeDriver
from tocsin_practice.validation.blocks import Surface, block_faults
from tocsin_practice.validation.view import view_faults

Json = dict[str, Any]


def plain(length: int) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def section(length: int) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * length}}


def button(text: int = 1, value: int = 1, action_id: str = "a") -> Json:
    return {"type": "button", "text": plain(text), "value": "v" * value, "action_id": action_id}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def select(options: int, text: int = 1, value: int = 1) -> Json:
    option = {"text": plain(text), "value": "v" * value}
    return actions({"type": "static_select", "action_id": "s", "options": [option] * options})


LIMITS = [
    (section(3000), section(3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    (
        {"type": "header", "text": plain(150)},
        {"type": "header", "text": plain(151)},
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        {"type": "section", "fields": [plain(2000)] * 10},
        {"type": "section", "fields": [plain(1)] * 11},
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    (
        {"type": "context", "elements": [plain(1)] * 10},
        {"type": "context", "elements": [plain(1)] * 11},
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    (
        actions(button(75)),
        actions(button(76)),
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    (
        actions(button(value=2000)),
        actions(button(value=2001)),
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    (
        actions(*[button(action_id=f"a{n}") for n in range(25)]),
        actions(*[button(action_id=f"a{n}") for n in range(26)]),
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    (
        select(100),
        select(101),
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        select(1, text=75),
        select(1, text=76),
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]",
    ),
]


@pytest.mark.parametrize(("good", "bad", "sentence"), LIMITS)
def test_a_limit_lets_through_what_just_fits(good: Json, bad: Json, sentence: str) -> None:
    assert block_faults([good], Surface.MESSAGE) == []
    assert [fault.sentence for fault in block_faults([bad], Surface.MESSAGE)] == [sentence]


@pytest.mark.parametrize("good", [good for good, _, _ in LIMITS])
def test_slacks_own_models_agree_with_what_just_fits(good: Json) -> None:
    for block in Block.parse_all([good]):
        block.validate_json()


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        ({"type": "sektion"}, "unsupported type: sektion [json-pointer:/blocks/0/type]"),
        ({"type": "section"}, "missing required field: text [json-pointer:/blocks/0]"),
        ({"type": "divider", "text": "x"}, "invalid additional property: text [json-pointer:/blocks/0]"),
        (section(0), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        (
            actions(button() | {"style": "blue"}),
            "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]",
        ),
        (
            actions({"type": "plain_text_input", "action_id": "a"}),
            "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
        ),
        (
            actions(button(), button()),
            "`action_id` already exists: a [json-pointer:/blocks/0/elements/1/action_id]",
        ),
    ],
)
def test_what_is_no_block_is_refused(block: Json, sentence: str) -> None:
    assert [fault.sentence for fault in block_faults([block], Surface.MESSAGE)] == [sentence]


def test_a_message_has_fifty_blocks_and_a_form_a_hundred() -> None:
    divider = {"type": "divider"}
    assert block_faults([divider] * 50, Surface.MESSAGE) == []
    assert block_faults([divider] * 51, Surface.MESSAGE)
    assert block_faults([divider] * 100, Surface.MODAL) == []
    assert block_faults([divider] * 101, Surface.MODAL)


def test_a_block_id_is_used_once() -> None:
    twice = [{"type": "divider", "block_id": "line"}] * 2
    assert len(block_faults(twice, Surface.MESSAGE)) == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": plain(25)}, "/view/title/text"),
        ({"private_metadata": "x" * 3001}, "/view/private_metadata"),
        ({"callback_id": "x" * 256}, "/view/callback_id"),
        ({"title": None}, "/view"),
        ({"blocks": [{"type": "markdown", "text": "x"}]}, "/view/blocks/0/type"),
        (
            {
                "blocks": [
                    {
                        "type": "input",
                        "label": plain(1),
                        "element": {"type": "plain_text_input", "action_id": "a"},
                    }
                ]
            },
            "/view",
        ),
    ],
)
def test_a_form_has_limits_of_its_own(change: Json, pointer: str) -> None:
    view = {"type": "modal", "title": plain(24), "blocks": []}
    assert view_faults(view, home=False) == []
    assert [fault.pointer for fault in view_faults(view | change, home=False)] == [pointer]


async def test_bad_blocks_are_refused_in_slacks_shape(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(
            channel=practice.channel("incidents").id, text="x", blocks=[section(3001)]
        )
    assert raised.value.response.data == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": ["must be less than 3001 characters [json-pointer:/blocks/0/text/text]"],
        "response_metadata": {
            "messages": [
                "[ERROR] failed to match all allowed schemas [json-pointer:/blocks/0/text]",
                "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
            ]
        },
    }
