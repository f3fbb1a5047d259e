"""pins.*, bookmarks.* and reactions.*."""

from typing import Final
from urllib.parse import urlsplit

from tocsin_practice.api.call import Call, Method
from tocsin_practice.api.chat import without_replies
from tocsin_practice.elements import copied
from tocsin_practice.model import Channel, Json
from tocsin_practice.ratelimits import Tier
from tocsin_practice.refusals import RefusalError
from tocsin_practice.shapes import permalink

_MOST_PINS: Final = 100
_MOST_BOOKMARKS: Final = 100


def add_pin(call: Call) -> Json:
    """pins.add."""
    channel, message = _pinnable(call)
    if any(pin.ts == message["ts"] for pin in channel.pins):
        raise RefusalError("already_pinned")
    if len(channel.pins) >= _MOST_PINS:
        raise RefusalError("too_many_pins")
    call.workspace.channels.pin(channel, message["ts"], by=call.app.bot_user_id)
    return {}


def remove_pin(call: Call) -> Json:
    """pins.remove."""
    channel, message = _pinnable(call)
    if not any(pin.ts == message["ts"] for pin in channel.pins):
        raise RefusalError("no_pin")
    call.workspace.channels.unpin(channel, message["ts"], by=call.app.bot_user_id)
    return {}


def _pinnable(call: Call) -> tuple[Channel, Json]:
    channel = call.channel()
    call.membership(channel)
    if not call.args.text("timestamp"):
        raise RefusalError("no_item_specified")
    return channel, call.message(channel)


def list_pins(call: Call) -> Json:
    """pins.list: newest first."""
    channel = call.channel()
    call.membership(channel)
    items = [
        {
            "type": "message",
            "created": pin.created,
            "created_by": pin.created_by,
            "channel": channel.id,
            "message": copied(channel.messages[pin.ts])
            | {
                "pinned_to": [channel.id],
                "permalink": permalink(call.workspace, channel, channel.messages[pin.ts]),
            },
        }
        for pin in channel.pins
    ]
    return {"items": items}


def add_bookmark(call: Call) -> Json:
    """bookmarks.add."""
    channel = _bookmarked(call)
    if call.args.needed("type") != "link":
        raise RefusalError("invalid_bookmark_type")
    fields = {"type": "link", "title": call.args.needed("title"), "link": _link(call)}
    if len(channel.bookmarks) >= _MOST_BOOKMARKS:
        raise RefusalError("too_many_bookmarks")
    fields |= {"emoji": call.args.text("emoji"), "app_id": call.app.id}
    bookmark = call.workspace.channels.add_bookmark(channel, fields, by=call.app.bot_user_id)
    return {"bookmark": copied(bookmark)}


def _bookmarked(call: Call) -> Channel:
    channel = call.channel(name="channel_id")
    if call.app.bot_user_id not in channel.members:
        raise RefusalError("permission_denied")
    return channel


def _link(call: Call) -> str:
    link = call.args.text("link")
    parts = urlsplit(link)
    if parts.scheme not in {"http", "https", "mailto"} or not (parts.netloc or parts.path):
        raise RefusalError("invalid_link")
    return link


def edit_bookmark(call: Call) -> Json:
    """bookmarks.edit."""
    channel = _bookmarked(call)
    bookmark = _bookmark(call, channel)
    fields = {key: call.args.text(key) for key in ("title", "emoji") if call.args.has(key)}
    if call.args.has("link"):
        fields["link"] = _link(call)
    call.workspace.channels.edit_bookmark(channel, bookmark, fields, by=call.app.bot_user_id)
    return {"bookmark": copied(bookmark)}


def remove_bookmark(call: Call) -> Json:
    """bookmarks.remove."""
    channel = _bookmarked(call)
    call.workspace.channels.remove_bookmark(channel, _bookmark(call, channel))
    return {}


def _bookmark(call: Call, channel: Channel) -> Json:
    wanted = call.args.needed("bookmark_id")
    found = next((b for b in channel.bookmarks if b["id"] == wanted), None)
    if found is None:
        raise RefusalError("not_found")
    return found


def list_bookmarks(call: Call) -> Json:
    """bookmarks.list."""
    return {"bookmarks": [copied(bookmark) for bookmark in _bookmarked(call).bookmarks]}


def add_reaction(call: Call) -> Json:
    """reactions.add."""
    channel = call.channel()
    message = call.message(channel)
    call.not_archived(channel)
    if not call.workspace.messages.react(channel, message, _emoji(call), by=call.app.bot_user_id):
        raise RefusalError("already_reacted")
    return {}


def remove_reaction(call: Call) -> Json:
    """reactions.remove."""
    channel = call.channel()
    message = call.message(channel)
    if not call.workspace.messages.unreact(channel, message, _emoji(call), by=call.app.bot_user_id):
        raise RefusalError("no_reaction")
    return {}


def _emoji(call: Call) -> str:
    name = call.args.needed("name").strip(":")
    if not name or any(letter.isspace() or letter.isupper() for letter in name):
        raise RefusalError("invalid_name")
    return name


def get_reactions(call: Call) -> Json:
    """reactions.get."""
    if not call.args.text("timestamp"):
        raise RefusalError("no_item_specified")
    channel = call.channel()
    message = call.message(channel)
    shown = without_replies(message) | {"permalink": permalink(call.workspace, channel, message)}
    shown.pop("metadata", None)
    return {"type": "message", "channel": channel.id, "message": shown}


METHODS: Final = {
    "pins.add": Method(add_pin, Tier.TIER_2, ("pins:write",)),
    "pins.remove": Method(remove_pin, Tier.TIER_2, ("pins:write",)),
    "pins.list": Method(list_pins, Tier.TIER_2, ("pins:read",)),
    "bookmarks.add": Method(add_bookmark, Tier.TIER_2, ("bookmarks:write",)),
    "bookmarks.edit": Method(edit_bookmark, Tier.TIER_2, ("bookmarks:write",)),
    "bookmarks.remove": Method(remove_bookmark, Tier.TIER_2, ("bookmarks:write",)),
    "bookmarks.list": Method(list_bookmarks, Tier.TIER_3, ("bookmarks:read",)),
    "reactions.add": Method(add_reaction, Tier.TIER_3, ("reactions:write",)),
    "reactions.remove": Method(remove_reaction, Tier.TIER_2, ("reactions:write",)),
    "reactions.get": Method(get_reactions, Tier.TIER_3, ("reactions:read",)),
}
