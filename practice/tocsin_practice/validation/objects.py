"""Limits of composition objects: texts, options, confirmations."""

from tocsin_practice.validation.checks import Check, anything, boolean, choice, many, record, tagged, text

URL = text(3000)
ID = text(255, 0)
TYPE = text(255)


def plain(most: int, least: int = 1) -> Check:
    """A plain_text object."""
    return tagged({"plain_text": record({"type": TYPE, "text": text(most, least)}, {"emoji": boolean})})


def either(most: int, least: int = 1) -> Check:
    """A plain_text or mrkdwn object."""
    return tagged(
        {
            "plain_text": record({"type": TYPE, "text": text(most, least)}, {"emoji": boolean}),
            "mrkdwn": record({"type": TYPE, "text": text(most, least)}, {"verbatim": boolean}),
        }
    )


CONFIRM = record(
    {"title": plain(100), "text": either(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)
PLAIN_OPTION = record({"text": plain(75), "value": text(75)}, {"description": plain(75), "url": URL})
OPTION = record({"text": either(75), "value": text(75)}, {"description": either(75), "url": URL})
OPTION_GROUP = record({"label": plain(75), "options": many(PLAIN_OPTION, 100)})
SLACK_FILE = record({}, {"id": TYPE, "url": URL})
FILTER = record(
    {},
    {"include": anything, "exclude_external_shared_channels": boolean, "exclude_bot_users": boolean},
)
