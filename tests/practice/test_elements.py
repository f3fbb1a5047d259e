"""What people choose in elements, what Slack itself complains of, and how texts are escaped."""

from typing import Any

import pytest

from tocsin_practice.changes import ChangeFeed, ChangeKind, NotHeardError
from tocsin_practice.elements import ElementError, Found, action, chosen, missing_fields
from tocsin_practice.escaping import escaped_command_text, linked_message_text
from tocsin_practice.seed import new_workspace

Json = dict[str, Any]

OPTION = {"text": {"type": "plain_text", "text": "One"}, "value": "1"}


@pytest.mark.parametrize(
    ("element", "raw", "expected"),
    [
        ({"type": "static_select", "options": [OPTION]}, "1", {"selected_option": OPTION}),
        (
            {"type": "static_select", "option_groups": [{"options": [OPTION]}]},
            "1",
            {"selected_option": OPTION},
        ),
        ({"type": "radio_buttons", "options": [OPTION]}, None, {"selected_option": None}),
        ({"type": "multi_static_select", "options": [OPTION]}, ["1"], {"selected_options": [OPTION]}),
        ({"type": "checkboxes", "options": [OPTION]}, "1", {"selected_options": [OPTION]}),
        ({"type": "users_select"}, "U1", {"selected_user": "U1"}),
        ({"type": "multi_conversations_select"}, ["C1", "C2"], {"selected_conversations": ["C1", "C2"]}),
        ({"type": "timepicker"}, "14:45", {"selected_time": "14:45"}),
        ({"type": "datetimepicker"}, 1700000000, {"selected_date_time": 1700000000}),
        ({"type": "plain_text_input"}, "", {"value": None}),
        ({"type": "number_input"}, 5, {"value": "5"}),
        ({"type": "button"}, None, {}),
    ],
)
def test_a_choice_takes_slacks_form(element: Json, raw: Any, expected: Json) -> None:  # noqa: ANN401 - any choice
    assert chosen(element, raw) == expected


def test_what_is_not_on_offer_cannot_be_chosen() -> None:
    with pytest.raises(ElementError, match=r"There is no option 9\. On offer: 1\."):
        chosen({"type": "static_select", "options": [OPTION]}, "9")


def test_an_external_menu_offers_what_the_app_suggested() -> None:
    found = Found({"type": "section", "block_id": "b"}, {"type": "external_select", "action_id": "a"})
    acted = action(found, "1", action_ts="1.0", suggested=[OPTION])
    assert acted["selected_option"] == OPTION


@pytest.mark.parametrize(
    ("element", "value", "complaint"),
    [
        ({"type": "plain_text_input"}, None, "Please complete this required field."),
        ({"type": "plain_text_input", "min_length": 3}, "ab", "Must be at least 3 characters."),
        ({"type": "plain_text_input", "max_length": 3}, "abcd", "Must be less than 4 characters."),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Must be a whole number."),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "9"}, "9.5", "Must be 9 or less."),
        ({"type": "email_text_input"}, "bob", "Must be a valid email address."),
        ({"type": "url_text_input"}, "example.com", "Must be a valid URL."),
    ],
)
def test_slack_complains_before_the_app_hears(element: Json, value: str | None, complaint: str) -> None:
    block = {"type": "input", "block_id": "b", "element": element | {"action_id": "a"}}
    assert missing_fields([block], {"b": {"a": {"type": "x", "value": value}}}) == {"b": complaint}
    assert missing_fields([block | {"optional": True}], {"b": {"a": {"value": None}}}) == {}


def test_typed_text_becomes_tokens_and_cannot_forge_them() -> None:
    workspace = new_workspace()
    general = workspace.channels.named("general")
    assert general is not None

    said = linked_message_text(workspace, "@bob. <b> & @here, @nobody, a@bob.example #general-x")
    assert said == "<@U0BOB>. &lt;b&gt; &amp; <!here>, @nobody, a@bob.example #general-x"
    group = next(iter(workspace.usergroups.values()))
    command = escaped_command_text(workspace, "page @payments-oncall in #general")
    assert command == f"page <!subteam^{group.id}|@payments-oncall> in <#{general.id}|general>"


async def test_a_follower_of_the_feed_misses_nothing() -> None:
    feed = ChangeFeed(lambda: 0.0)
    feed.append(ChangeKind.READ, {"ts": "1"})
    followed = feed.subscribe(after=0)
    first = await anext(followed)
    feed.append(ChangeKind.READ, {"ts": "2"})
    second = await anext(followed)

    assert [first.data["ts"], second.data["ts"]] == ["1", "2"]
    assert [change.number for change in feed.since(1)] == [2]


async def test_a_wait_in_vain_says_so() -> None:
    feed = ChangeFeed(lambda: 0.0)
    with pytest.raises(NotHeardError, match=r"within 0\.01 s"):
        await feed.wait_for(lambda: None, seconds=0.01)
