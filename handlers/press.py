"""A press of a button or a choice in a menu, as Slack sends it, and what it carries."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.messages.acts import Act, Subject, unpacked
from handlers.wire import Json
from incidents.errors import Refused
from incidents.model import IncidentId

GONE = "I do not know this button any more. Nothing was changed. Type `/incident help`."


@dataclass(frozen=True, slots=True)
class Press:
    """What was pressed: its argument after the colon of its name, its value, what was chosen in a menu."""

    act: Act
    argument: str
    value: str
    chosen: str

    @classmethod
    def read(cls, action: Json) -> Press | None:
        """From an action of Slack's payload; None if it is none of ours."""
        name, _, argument = str(action.get("action_id") or "").partition(":")
        if name not in set(Act):
            return None
        option = action.get("selected_option") or {}
        return cls(Act(name), argument, str(action.get("value") or ""), str(option.get("value") or ""))

    @property
    def subject(self) -> Subject | None:
        """The incident that the button is about."""
        return Subject.read(self.argument if self.act is Act.SERVICE else self.value)

    def number(self) -> int:
        """The proposal's or the checklist's, which its buttons carry behind the incident. Raises Refused."""
        if self.subject is None or self.subject.epoch is None:
            raise Refused(GONE)
        return self.subject.epoch

    def step(self) -> int:
        """The step's number, which stands behind the name of its button. Raises Refused."""
        if not self.argument.isdecimal():
            raise Refused(GONE)
        return int(self.argument)

    def fields(self) -> dict[str, str]:
        """What the value has packed; empty if it is none of ours."""
        return unpacked(self.value)

    def incident(self) -> IncidentId:
        """The incident's number among the packed fields. Raises Refused."""
        number = self.fields().get("incident", "")
        if not number.isdecimal():
            raise Refused(GONE)
        return IncidentId(int(number))
