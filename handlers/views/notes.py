"""The form that adds a message to a timeline, and what it carries of that message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from slack_sdk.models.views import View

from handlers.messages.acts import packed
from handlers.views.fields import Field, choice, field, form, line
from handlers.views.forms import Form
from incidents.model import Incident, RoomId
from incidents.values import Quote

_ADDRESS = 1500


def note(incidents: Sequence[Incident], room: RoomId | None, words: str, quote: Quote) -> View:
    """A message for the timeline of one of several incidents, the likeliest first; at least one."""
    options = [(i.reference, f"{i.reference} {i.title}") for i in incidents]
    blocks = [
        field(Field.SERVICE, "Incident", choice(Field.SERVICE, options, initial=options[0][0])),
        field(Field.NOTE, "Note", line(Field.NOTE, initial=words, multiline=True)),
    ]
    return form(Form.NOTE, "Add to timeline", "Add", blocks, _carried(room, quote))


def _carried(room: RoomId | None, quote: Quote) -> str:
    written = quote.written_at.isoformat() if quote.written_at else ""
    fields = {
        "room": room or "",
        "source": quote.link[:_ADDRESS],
        "author": quote.author[:200],
        "written": written,
    }
    return packed({name: value for name, value in fields.items() if value})


def quote_in(about: Mapping[str, str]) -> Quote:
    """The message that the form carried."""
    return Quote(about.get("author", ""), moment(about.get("written", "")), about.get("source", ""))


def moment(written: str) -> datetime | None:
    """A time as the form carries it, or as Slack numbers its messages; None if it is neither."""
    try:
        if "T" in written:
            return datetime.fromisoformat(written)
        return datetime.fromtimestamp(float(written), UTC)
    except (ValueError, OverflowError, OSError):
        return None
