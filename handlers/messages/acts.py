"""What buttons are called on the wire, and how their values say which incident they are about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from incidents.model import Incident, IncidentId


class Act(StrEnum):
    """A button or menu; the action id of Slack's payload, up to a colon."""

    ACKNOWLEDGE = "acknowledge"
    TAKE = "take"
    ASSIGN = "assign"
    HAND_OVER = "hand_over"
    HAVE_COMMAND = "have_command"
    WITHDRAW = "withdraw"
    UPDATE = "update"
    NOTHING_NEW = "nothing_new"
    SNOOZE = "snooze"
    DIAGNOSE = "diagnose"
    LOOK = "look"
    RESTORED = "restored"
    FIX = "fix"
    RELAPSE = "relapse"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    SEVERITY = "severity"
    SERVICE = "service"
    TIMELINE = "timeline"
    DECLARE_THIS = "declare_this"
    CARRY_OUT = "carry_out"
    NEVER_MIND = "never_mind"
    MITIGATE = "mitigate"
    APPROVE = "approve"
    DECLINE = "decline"
    BREAK_GLASS = "break_glass"
    CHECK_DECLARE = "check_declare"
    CHECK_KNOWN = "check_known"
    CHECKLIST = "checklist"
    TICK = "tick"
    UNTICK = "untick"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a button's value says: the incident, and the reminder's epoch if it is one's."""

    incident: IncidentId
    epoch: int | None = None

    @classmethod
    def of(cls, incident: Incident, epoch: int | None = None) -> Subject:
        """The subject that is that incident."""
        return cls(incident.id, epoch)

    @classmethod
    def read(cls, value: str) -> Subject | None:
        """From a button's value; None if it is none of ours."""
        incident, _, epoch = value.partition(":")
        if not incident.isdigit() or (epoch and not epoch.isdigit()):
            return None
        return cls(IncidentId(int(incident)), int(epoch) if epoch else None)

    def __str__(self) -> str:
        return f"{self.incident}" if self.epoch is None else f"{self.incident}:{self.epoch}"


def packed(fields: Mapping[str, str | int]) -> str:
    """A few fields as a button's value."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def unpacked(value: str) -> dict[str, str]:
    """The fields of `packed`; empty if the value is none of ours."""
    try:
        fields = json.loads(value)
    except ValueError:
        return {}
    return {str(key): str(item) for key, item in fields.items()} if isinstance(fields, dict) else {}
