"""What goes to apps held against Slack's own recorded payloads: no invented key, no other type."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tocsin_practice.changes import Change
from tocsin_practice.courier import Answer, EnvelopeType, Parcel
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.events import event_callback, events_for
from tocsin_practice.model import App
from tocsin_practice.submissions import Submissions

Json = dict[str, Any]

SAMPLES = Path(__file__).parents[3] / "shared" / "slack" / "samples"
BACKEND = SAMPLES / "app-backend"

KNOWN_TO_BE_SENT = {
    "slash_commands": {"is_enterprise_install"},  # a text in the payload, a boolean in the sample's classes
    "view_submission": {"response_urls"},  # Slack's reference has it, the sample lacks it
    "message_action": {"api_app_id", "is_enterprise_install"},
    "block_actions": {
        "actions.selected_options",
        "actions.selected_users",
    },  # the sample merges no such menus
}


def sample(path: Path) -> Json:
    if not path.is_file():
        pytest.skip("Slack's material is not beside this checkout.")
    document: Json = json.loads(path.read_text())
    return document


def invented(known: Any, sent: Any, where: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON values
    """The paths in a payload that the sample does not know, or knows with another type."""
    if isinstance(sent, dict) and isinstance(known, dict) and known:
        for key, value in sent.items():
            path = f"{where}.{key}".lstrip(".")
            if key not in known:
                yield path
            else:
                yield from invented(known[key], value, path)
    elif isinstance(sent, list) and isinstance(known, list):
        for item in sent if known else []:
            yield from invented(known[0], item, where)
    elif sent is not None and known is not None and type(known) is not type(sent):
        yield where


class Recorder:
    """A courier that keeps what it is given."""

    def __init__(self) -> None:
        self.parcels: list[Parcel] = []

    async def ask(self, app: App, parcel: Parcel) -> Answer:
        assert app.id
        self.parcels.append(parcel)
        return Answer(seconds=0.0)


@pytest.fixture
def recorder(practice: PracticeDriver) -> Recorder:
    recorder = Recorder()
    acts = practice.site.acts
    acts.courier = recorder
    acts._submissions = Submissions(practice.workspace, practice.site.tickets, recorder)  # noqa: SLF001 - the one seam
    return recorder


def the(recorder: Recorder, kind: EnvelopeType) -> Json:
    (parcel,) = recorder.parcels
    assert parcel.type is kind
    return parcel.payload


async def test_a_commands_payload(practice: PracticeDriver, recorder: Recorder) -> None:
    known = sample(BACKEND / "slash-commands" / "SlashCommandPayload.json")
    await practice.person("bob").command("/plain", "x")

    payload = the(recorder, EnvelopeType.SLASH_COMMANDS)
    assert set(invented(known, payload)) <= KNOWN_TO_BE_SENT["slash_commands"]
    assert payload["is_enterprise_install"] == "false"


async def test_a_pressed_elements_payload(practice: PracticeDriver, recorder: Recorder) -> None:
    known = sample(BACKEND / "interactive-components" / "BlockActionPayload.json")
    bob, channel = practice.person("bob"), practice.channel("incidents")
    words = {"type": "plain_text", "text": "x", "emoji": True}
    option = {"text": words, "value": "1"}
    elements: list[Json] = [
        {"type": "button", "action_id": "button", "text": words, "value": "1", "style": "danger"},
        {"type": "static_select", "action_id": "menu", "options": [option], "placeholder": words},
        {"type": "overflow", "action_id": "overflow", "options": [option, option | {"value": "2"}]},
        {"type": "datepicker", "action_id": "date", "initial_date": "2026-11-21"},
        {"type": "multi_users_select", "action_id": "people", "placeholder": words},
        {"type": "checkboxes", "action_id": "ticks", "options": [option]},
    ]
    blocks = [{"type": "actions", "block_id": "row", "elements": elements}]
    practice.workspace.messages.post_as_app(channel, practice.app, {"text": "x", "blocks": blocks})
    chosen: dict[str, str | list[str]] = {
        "menu": "1",
        "overflow": "2",
        "date": "2026-11-22",
        "people": [bob.id],
        "ticks": ["1"],
    }
    for element in elements:
        await bob.press(element["action_id"], in_channel=channel, value=chosen.get(element["action_id"]))

    known["message"]["blocks"] = []  # the sample's merged blocks hold buttons only
    for parcel in recorder.parcels:
        assert set(invented(known, parcel.payload)) <= KNOWN_TO_BE_SENT["block_actions"]
    acted = {
        parcel.payload["actions"][0]["action_id"]: parcel.payload["actions"][0] for parcel in recorder.parcels
    }
    assert acted["overflow"]["selected_option"]["value"] == "2"
    assert acted["people"]["selected_users"] == [bob.id]
    state = recorder.parcels[-1].payload["state"]["values"]["row"]
    assert state["date"] == {"type": "datepicker", "selected_date": "2026-11-22"}
    assert state["ticks"]["selected_options"] == [option]
    assert "button" not in state
    assert "overflow" not in state


async def test_a_submitted_and_a_closed_forms_payload(practice: PracticeDriver, recorder: Recorder) -> None:
    submission = sample(BACKEND / "views" / "ViewSubmissionPayload.json")
    closing = sample(BACKEND / "views" / "ViewClosedPayload.json")
    bob = practice.person("bob")
    title = {"type": "plain_text", "text": "x", "emoji": True}
    form = {"type": "modal", "title": title, "blocks": [], "notify_on_close": True}
    await bob.submit(practice.workspace.views.open(practice.app, bob.id, form))
    await bob.close(practice.workspace.views.open(practice.app, bob.id, form))

    sent, closed = (parcel.payload for parcel in recorder.parcels)
    known = submission | {"view": submission["view"] | {"blocks": []}}
    assert set(invented(known, sent)) <= KNOWN_TO_BE_SENT["view_submission"]
    known = closing | {"view": closing["view"] | {"blocks": []}}
    assert set(invented(known, closed)) == set()
    assert closed["is_cleared"] is False


async def test_a_message_shortcuts_payload(practice: PracticeDriver, recorder: Recorder) -> None:
    known = sample(BACKEND / "interactive-components" / "MessageShortcutPayload.json")
    bob = practice.person("bob")
    said = bob.say("Keep this", channel="incidents")
    await bob.message_shortcut("keep", channel="incidents", ts=said["ts"])

    payload = the(recorder, EnvelopeType.INTERACTIVE)
    assert set(invented(known, payload)) <= KNOWN_TO_BE_SENT["message_action"]


EVENTS = {
    "app_home_opened": "AppHomeOpenedPayload",
    "app_mention": "AppMentionPayload",
    "channel_archive": "ChannelArchivePayload",
    "channel_created": "ChannelCreatedPayload",
    "channel_rename": "ChannelRenamePayload",
    "channel_unarchive": "ChannelUnarchivePayload",
    "file_shared": "FileSharedPayload",
    "member_joined_channel": "MemberJoinedChannelPayload",
    "member_left_channel": "MemberLeftChannelPayload",
    "message": "MessagePayload",
    "message channel_archive": "MessageChannelArchivePayload",
    "message channel_join": "MessageChannelJoinPayload",
    "message channel_leave": "MessageChannelLeavePayload",
    "message channel_name": "MessageChannelNamePayload",
    "message channel_purpose": "MessageChannelPurposePayload",
    "message channel_topic": "MessageChannelTopicPayload",
    "message channel_unarchive": "MessageChannelUnarchivePayload",
    "message file_share": "MessageFileSharePayload",
    "message message_changed": "MessageChangedPayload",
    "message message_deleted": "MessageDeletedPayload",
    "pin_added": "PinAddedPayload",
    "pin_removed": "PinRemovedPayload",
    "reaction_added": "ReactionAddedPayload",
    "reaction_removed": "ReactionRemovedPayload",
}
OF_MESSAGES = {
    "client_msg_id",
    "reactions",
}  # keys of a person's message with a reaction on it; the samples had none
SENT_BESIDES = {
    "pin_added": {f"event.item.message.{key}" for key in OF_MESSAGES},
    "pin_removed": {f"event.item.message.{key}" for key in OF_MESSAGES},
    "message message_changed": {"event.message.reactions", "event.previous_message.reactions"},
    "message message_deleted": {"event.previous_message.reactions"},
    "message file_share": {"event.team", *(f"event.files.{key}" for key in ("channels", "groups", "ims"))},
}
"""Keys that Slack sends and that these samples lack; others of its samples have them."""


def everything_happens(practice: PracticeDriver) -> None:
    bob, acts, channels = practice.person("bob"), practice.site.acts, practice.workspace.channels
    channel = practice.channel("incidents")
    acts.create_channel(bob.person, "short-lived")
    mine = bob.say(f"<@{practice.app.bot_user_id}> look", channel=channel)
    for _ in range(2):
        acts.react(bob.person, channel, mine["ts"], "eyes")
        acts.pin(bob.person, channel, mine["ts"])
    acts.edit(bob.person, channel, mine["ts"], "Edited")
    acts.delete(bob.person, channel, mine["ts"])
    acts.upload(bob.person, channel, "log.txt", b"error")
    acts.invite(bob.person, channel, practice.person("zoe").person)
    acts.leave(practice.person("zoe").person, channel)
    channels.set_topic(channel, "Topic", by=bob.id)
    channels.set_purpose(channel, "Purpose", by=bob.id)
    channels.rename(channel, "incidents-two", by=bob.id)
    acts.archive(bob.person, channel)
    channels.unarchive(channel, by=bob.id)
    acts.open_home(bob.person, practice.app.id)


async def test_every_event_is_shaped_as_slacks(practice: PracticeDriver) -> None:
    assert sample(SAMPLES / "events" / "MessagePayload.json")
    app = practice.app
    sent: dict[str, Json] = {}

    def hear(change: Change) -> None:
        for event in events_for(practice.workspace, app, change):
            name = f"{event['type']} {event.get('subtype', '')}".strip()
            sent.setdefault(name, event_callback(practice.workspace, app, event))

    app.socket_mode = True
    app.bot_events = frozenset({"message.channels", *(name for name in EVENTS if " " not in name)})
    practice.workspace.changes.listen(hear)
    everything_happens(practice)

    assert set(sent) == set(EVENTS)
    found = {}
    for name, payload in sent.items():
        known = sample(SAMPLES / "events" / f"{EVENTS[name]}.json")
        found[name] = set(invented(known, payload)) - SENT_BESIDES.get(name, set())
    assert {name: extra for name, extra in found.items() if extra} == {}
