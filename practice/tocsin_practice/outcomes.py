"""What comes of something that a person did, in the words that Slack would show them."""

from dataclasses import dataclass, field
from enum import StrEnum

from tocsin_practice.model import Json


class OutcomeKind(StrEnum):
    """How it ended."""

    DONE = "done"
    FAILED = "failed"
    """The app did not answer, or answered with nonsense."""
    REFUSED = "refused"
    """Slack itself would not let the person do that; the app never heard of it."""
    FIELD_ERRORS = "field_errors"
    VIEW_UPDATED = "view_updated"
    VIEW_PUSHED = "view_pushed"
    VIEW_CLOSED = "view_closed"
    VIEWS_CLEARED = "views_cleared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of one act.

    `text` is the sentence for the person, empty when there is nothing to say. `errors` maps a block id to the
    complaint under that field. `message` is what the person posted, if they posted. `seconds` is how long the
    app took to acknowledge, None when it was not asked or never answered.
    """

    kind: OutcomeKind
    text: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    view_id: str = ""
    message: Json | None = None
    seconds: float | None = None

    @property
    def is_good(self) -> bool:
        """Whether nothing went wrong."""
        return self.kind not in {OutcomeKind.FAILED, OutcomeKind.REFUSED, OutcomeKind.FIELD_ERRORS}


def refused(text: str) -> Outcome:
    """Slack would not let the person do it."""
    return Outcome(kind=OutcomeKind.REFUSED, text=text)


def failed(text: str) -> Outcome:
    """The app failed the person."""
    return Outcome(kind=OutcomeKind.FAILED, text=text)
