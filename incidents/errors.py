"""What can go wrong, said to a person.

IncidentError
├── Refused            the thing asked for does not fit the incident as it is now
│   ├── UnknownSeverity
│   ├── NoSuchIncident
│   └── AlreadyTaken
├── InvalidText        empty, too long, or not what the field takes
├── Misconfigured      a file or variable is missing or wrong
└── Unavailable        a system behind us does not answer in time
"""

from __future__ import annotations


class IncidentError(Exception):
    """Base of all errors; its text says what happened, what was kept and what to do."""


class Refused(IncidentError):
    """The request does not fit the incident as it is now; nothing was changed."""


class UnknownSeverity(Refused):
    """The word where a severity belongs is none of the policy's names or aliases."""


class NoSuchIncident(Refused):
    """The channel or reference belongs to no incident."""


class AlreadyTaken(Refused):
    """Somebody else was first."""


class InvalidText(IncidentError):
    """A text is empty, too long or not of the kind asked for; nothing was changed."""


class Misconfigured(IncidentError):
    """A setting or file of the operator's is missing or wrong; the text names it and the fix."""


class Unavailable(IncidentError):
    """A system that we need did not answer within its budget."""
