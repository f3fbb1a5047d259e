"""What can go wrong, said to a person.

IncidentError
├── Refused            the thing asked for does not fit the incident as it is now
│   ├── UnknownSeverity
│   ├── NoSuchIncident
│   ├── AlreadyTaken
│   └── ChangedMeanwhile
├── InvalidText        empty, too long, or not what the field takes
├── Misconfigured      a file or variable is missing or wrong
└── Unavailable        a system behind us does not answer in time
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime


class IncidentError(Exception):
    """Base of all errors; its text says what happened, what was kept and what to do.

    Args:
        text: the sentence; "{person}" and "{until}" in it stand for the two below, so that each way of
            talking can write people and times in its own form.
        person: whom the sentence names.
        until: the time that it names, in UTC.
    """

    def __init__(self, text: str, *, person: str | None = None, until: datetime | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.person = person
        self.until = until

    def said(self, person: Callable[[str], str], time: Callable[[datetime], str]) -> str:
        """The sentence, with people and times written by those two."""
        text = self.text.replace("{person}", person(self.person)) if self.person else self.text
        return text.replace("{until}", time(self.until)) if self.until else text

    def __str__(self) -> str:
        return self.said(str, lambda at: f"{at:%H:%M} UTC")


class Refused(IncidentError):
    """The request does not fit the incident as it is now; nothing was changed."""


class UnknownSeverity(Refused):
    """The word where a severity belongs is none of the policy's names or aliases."""


class NoSuchIncident(Refused):
    """The channel or reference belongs to no incident."""


class AlreadyTaken(Refused):
    """Somebody else was first."""


class ChangedMeanwhile(Refused):
    """It is not any more as it was when the one who asks last saw it."""


class InvalidText(IncidentError):
    """A text is empty, too long or not of the kind asked for; nothing was changed."""


class Misconfigured(IncidentError):
    """A setting or file of the operator's is missing or wrong; the text names it and the fix."""


class Unavailable(IncidentError):
    """A system that we need did not answer within its budget."""
