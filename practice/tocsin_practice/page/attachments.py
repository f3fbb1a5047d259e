"""The old kind of attachments to HTML: a coloured bar with a title, text, fields or blocks."""

from collections.abc import Sequence

from tocsin_practice.model import Json
from tocsin_practice.page import blocks, mrkdwn
from tocsin_practice.page.markup import Html, join, tag
from tocsin_practice.page.surface import Surface

NAMED_COLOURS = {"good": "#2eb67d", "warning": "#ecb22e", "danger": "#e01e5a"}
PLAIN_BAR = "#c9ccd1"
HEX_LENGTHS = frozenset({3, 6})


def draw(attachments: Sequence[Json], surface: Surface) -> Html:
    """All attachments of a message, one under the other."""
    return join(_one(attachment, surface) for attachment in attachments)


def _one(attachment: Json, surface: Surface) -> Html:
    inner = attachment.get("blocks")
    body = blocks.draw(inner, surface) if inner else _words(attachment, surface)
    return tag("div", _bar(str(attachment.get("color") or "")), tag("div", body), class_="attachment")


def _bar(colour: str) -> Html:
    """A bar drawn by an SVG's own attribute, since the page allows no inline styles."""
    rect = tag("rect", width="4", height="100%", fill=_safe_colour(colour))
    return tag("svg", rect, class_="attachment-bar", aria_hidden="true")


def _safe_colour(colour: str) -> str:
    if colour in NAMED_COLOURS:
        return NAMED_COLOURS[colour]
    digits = colour.removeprefix("#")
    known = len(digits) in HEX_LENGTHS and all(digit in "0123456789abcdefABCDEF" for digit in digits)
    return f"#{digits}" if known else PLAIN_BAR


def _words(attachment: Json, surface: Surface) -> Html:
    title = str(attachment.get("title") or "")
    target = str(attachment.get("title_link") or "")
    linked = mrkdwn.link(target, title) if target and title else title
    viewer = surface.viewer
    return join(
        tag("div", mrkdwn.draw(str(attachment["pretext"]), viewer)) if attachment.get("pretext") else None,
        tag("div", linked, class_="attachment-title") if title else None,
        tag("div", mrkdwn.draw(str(attachment["text"]), viewer), class_="words")
        if attachment.get("text")
        else None,
        tag("div", [_field(field, surface) for field in attachment.get("fields") or ()], class_="field-grid"),
        tag("div", str(attachment["footer"]), class_="muted") if attachment.get("footer") else None,
    )


def _field(field: Json, surface: Surface) -> Html:
    value = mrkdwn.draw(str(field.get("value", "")), surface.viewer)
    return tag("div", tag("strong", str(field.get("title", ""))), tag("br"), value, class_="field-cell")
