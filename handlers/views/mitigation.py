"""The form in which the commander breaks the glass."""

from __future__ import annotations

from slack_sdk.models.views import View

from handlers.messages import text
from handlers.messages.acts import packed
from handlers.messages.parts import context, section
from handlers.views.fields import Field, field, form, line
from handlers.views.forms import Form
from incidents.model import Incident, Proposal, RoomId


def break_glass(incident: Incident, proposal: Proposal, room: RoomId | None) -> View:
    """What would be done, and why it cannot wait for somebody else."""
    why = line(Field.REASON, placeholder="Why it cannot wait for somebody else's approval", multiline=True)
    blocks = [
        section(f"*{text.one_line(proposal.offer.target, 100)}* · {text.escaped(proposal.sentence, 1500)}"),
        field(Field.REASON, "Reason", why),
        context("You approve this alone. The room is told with your reason, and it stays on the timeline."),
    ]
    about = packed({"incident": incident.id, "room": room or "", "proposal": proposal.number})
    return form(Form.BREAK_GLASS, "Break the glass", "Approve alone", blocks, about)
