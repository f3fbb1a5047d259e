"""What a channel may be called."""

import re
from typing import Final

from tocsin_practice.refusals import RefusalError
from tocsin_practice.workspace import Workspace

_LONGEST: Final = 80
_ALLOWED: Final = re.compile(r"[\w-]+")
_WORDY: Final = re.compile(r"[^\W_]")


def check_channel_name(workspace: Workspace, name: str) -> None:
    """Refuse what Slack refuses: empty, long, upper case, spaces, punctuation, taken (archived ones count).

    Letters and digits of any script pass, as they do in Slack.

    Raises:
        RefusalError: with one of Slack's `invalid_name...` codes, or `name_taken`.
    """
    if not name:
        raise RefusalError("invalid_name_required")
    if len(name) > _LONGEST:
        raise RefusalError("invalid_name_maxlength")
    if not _ALLOWED.fullmatch(name) or name != name.lower():
        raise RefusalError("invalid_name_specials")
    if not _WORDY.search(name):
        raise RefusalError("invalid_name_punctuation")
    existing = next((c for c in workspace.channels if c.name == name and not c.is_direct), None)
    if existing is not None:
        raise RefusalError("name_taken")
