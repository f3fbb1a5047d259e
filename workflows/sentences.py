"""What the declarer alone is told while the room is being set up."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from incidents.model import Incident


def room_takes_long(incident: Incident, ready_at: datetime, zone: ZoneInfo) -> str:
    """The workspace's limits delay the channel."""
    return (
        f"{incident.reference} is recorded and its clock runs. Slack limits how many channels I can create "
        f"at once, so the room will be ready at about {ready_at.astimezone(zone):%H:%M:%S %Z}. "
        "I bring you in as soon as it exists; you need not do anything."
    )


def ready(incident: Incident) -> str:
    """The room exists; the link stands below."""
    return f"The room of {incident.reference} is there, and you are in it."


def in_thread(incident: Incident, channel: str, refusal: str) -> str:
    """The workspace refused a channel; the incident lives in a thread."""
    return (
        f"I could not create a channel: {_bare(refusal)}. {incident.reference} is recorded and goes on in "
        f"a thread of #{channel}. Ask an administrator to allow channel creation for Tocsin, "
        "so that the next incident has a room."
    )


def nowhere(incident: Incident, refusal: str, reason: str) -> str:
    """The workspace refused a channel, and there is no place for a thread."""
    return (
        f"I could not create a channel: {_bare(refusal)}. I could not go on in a thread either: "
        f"{_bare(reason)}. {incident.reference} is recorded and its clock runs. Ask an administrator to "
        "allow channel creation for Tocsin; I try again by myself."
    )


def unannounced(incident: Incident, channel: str, reason: str) -> str:
    """The announcement could not be made."""
    return (
        f"I could not announce {incident.reference} in #{channel}: {_bare(reason)}. The incident goes on. "
        f"To have incidents announced, create #{channel}, or type `/invite @tocsin` there if it is private."
    )


def unfinished(incident: Incident, reason: str) -> str:
    """The set-up failed several times."""
    where = f"#{incident.room.name}" if incident.room else "its room"
    return (
        f"{incident.reference} is recorded and its clock runs, but I could not set up {where} yet: "
        f"{_bare(reason)}. I go on trying. If it does not appear within a few minutes, open a channel by "
        "hand and look at Tocsin's log."
    )


def no_channel(channel: str) -> str:
    """Why nothing can be announced."""
    return f"there is no public channel #{channel} that I can see"


def private() -> str:
    """Why a private incident has no thread."""
    return "the incident is private, and the announcement channel is not"


def _bare(reason: str) -> str:
    return reason.strip().rstrip(".") or "Slack gave no reason"
