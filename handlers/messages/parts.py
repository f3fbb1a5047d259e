"""The pieces that messages are made of, none ever longer than Slack takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    HeaderBlock,
    InteractiveElement,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from handlers.messages.text import guarded, plain
from handlers.wire import Json

SECTION = 3000
TEXT = 3500
"""The most characters of a message's plain text; an update may not have more than 4,000."""
WHOLE = 11_000
"""The most characters in all blocks of one message; Slack refuses somewhat more (not documented)."""
_BLOCKS = 48
_HEADER = 150
_LABEL = 75
_VALUE = 2000


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: the text for notifications and screen readers, and the blocks that are seen."""

    text: str
    blocks: tuple[Block, ...] = ()

    def payload(self) -> Json:
        """As Slack takes it, within its limits."""
        return {
            "text": guarded(self.text, TEXT),
            "blocks": _fitted([block.to_dict() for block in self.blocks]),
        }


def words(markup: str, *more: Block) -> Message:
    """A message of one paragraph, with what stands below it."""
    return Message(markup, (*sections(markup), *more))


def header(text: str) -> HeaderBlock:
    """A headline; plain text only."""
    return HeaderBlock(text=PlainTextObject(text=plain(text, _HEADER) or "…", emoji=True))


def section(markup: str, accessory: InteractiveElement | None = None) -> SectionBlock:
    """A paragraph, with a button or menu beside it."""
    return SectionBlock(text=_marked(guarded(markup, SECTION) or "…"), accessory=accessory)


def sections(markup: str) -> list[SectionBlock]:
    """A longer text as paragraphs, broken at line ends where that is possible."""
    parts: list[str] = []
    for line in markup.split("\n"):
        if parts and len(parts[-1]) + 1 + len(line) <= SECTION:
            parts[-1] += f"\n{line}"
        else:
            parts.append(line)
    return [section(part) for part in parts if part.strip()]


def context(*markups: str) -> ContextBlock:
    """Small print."""
    return ContextBlock(elements=[_marked(guarded(markup, 2000)) for markup in markups[:10] if markup])


def _marked(markup: str) -> MarkdownTextObject:
    """Verbatim: otherwise Slack would call people for an “@here” in somebody's text."""
    return MarkdownTextObject(text=markup, verbatim=True)


def row(buttons: Iterable[InteractiveElement]) -> ActionsBlock:
    """Buttons side by side; at most five."""
    return ActionsBlock(elements=list(buttons)[:5])


def button(
    label: str, act: str, value: str = "", *, style: str | None = None, confirm: ConfirmObject | None = None
) -> ButtonElement:
    """A button; its value says which incident it is about."""
    return ButtonElement(
        text=PlainTextObject(text=plain(label, _LABEL), emoji=True),
        action_id=act,
        value=value[:_VALUE] or None,
        style=style,
        confirm=confirm,
    )


def sure(title: str, text: str, yes: str) -> ConfirmObject:
    """The one question before something that cannot be undone."""
    return ConfirmObject(
        title=PlainTextObject(text=plain(title, 100)),
        text=PlainTextObject(text=plain(text, 300)),
        confirm=PlainTextObject(text=plain(yes, 30)),
        deny=PlainTextObject(text="Cancel"),
        style="danger",
    )


def _fitted(blocks: Sequence[Json]) -> list[Json]:
    """As many blocks as one message takes; what is left out is said."""
    kept: list[Json] = []
    room = WHOLE
    for block in blocks:
        room -= _characters(block)
        if room < 0 or len(kept) >= _BLOCKS:
            return [*kept, context(f"_{len(blocks) - len(kept)} more parts are left out here._").to_dict()]
        kept.append(block)
    return kept


def _characters(part: object) -> int:
    if isinstance(part, dict):
        own = part.get("text")
        return (len(own) if isinstance(own, str) else 0) + sum(map(_characters, part.values()))
    return sum(map(_characters, part)) if isinstance(part, list) else 0
