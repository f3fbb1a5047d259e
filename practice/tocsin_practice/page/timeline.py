"""A conversation's messages in order, with dividers between days and before what is unread."""

from collections.abc import Iterable, Iterator, Sequence

from tocsin_practice.model import Json
from tocsin_practice.page import dates, message
from tocsin_practice.page.markup import Html, tag
from tocsin_practice.page.patch import Part
from tocsin_practice.page.scene import SYSTEM_SUBTYPES, Scene

GROUPED_SECONDS = 300
SHOWN_MESSAGES = 200


def channel(
    messages: Sequence[Json], own: Iterable[Json], scene: Scene, opening: Html, *, unread_after: str = ""
) -> list[Part]:
    """The messages of a channel with those that only the viewer sees, oldest first.

    `opening` stands above the very first one. `unread_after` is the ts after which a divider says that what
    follows is new; empty for none.
    """
    everything = sorted([*messages, *own], key=lambda item: str(item["ts"]))[-SHOWN_MESSAGES:]
    begins = [] if len(everything) == SHOWN_MESSAGES else [Part("start", opening)]
    return [*begins, *_parts(everything, scene, unread_after)]


def thread(messages: Sequence[Json], own: Iterable[Json], scene: Scene) -> list[Part]:
    """A thread: the first message, how many replied, then the replies."""
    everything = sorted([*messages, *own], key=lambda item: str(item["ts"]))
    parent, replies = everything[:1], everything[1:]
    count = len(replies)
    words = f"{count} {'reply' if count == 1 else 'replies'}" if count else "No replies yet"
    divider = Part("replies", tag("div", tag("span", words), class_="divider thread-count"))
    return [
        *(_part(item, scene) for item in parent),
        divider,
        *(_part(item, scene, compact=small) for item, small in _grouped(replies)),
    ]


def _parts(messages: Sequence[Json], scene: Scene, unread_after: str) -> Iterator[Part]:
    here = scene.viewer.clock(scene.viewer.now)
    day, told = None, not unread_after
    for item, compact in _grouped(messages):
        moment = scene.viewer.clock(float(item["ts"]))
        divided = moment.date() != day
        if divided:
            day = moment.date()
            yield Part(f"day-{day}", _day(dates.day_divider(moment, here)))
        if not told and item["ts"] > unread_after and _is_news(item, scene):
            told = divided = True
            yield Part("unread", tag("div", tag("span", "New"), class_="divider unread", role="separator"))
        yield _part(item, scene, compact=compact and not divided)


def _grouped(messages: Sequence[Json]) -> Iterator[tuple[Json, bool]]:
    """Each message, and whether it follows closely on one of the same author."""
    before: Json | None = None
    for item in messages:
        yield item, before is not None and _follows(item, before)
        before = item


def _is_news(item: Json, scene: Scene) -> bool:
    return item.get("user") != scene.viewer.person and item.get("subtype") not in SYSTEM_SUBTYPES


def _follows(item: Json, before: Json) -> bool:
    close = float(item["ts"]) - float(before["ts"]) < GROUPED_SECONDS
    same = item.get("user") == before.get("user") and item.get("username") == before.get("username")
    plain = not any(
        other.get("is_ephemeral") or other.get("subtype") in SYSTEM_SUBTYPES for other in (item, before)
    )
    return close and same and plain


def _day(words: str) -> Html:
    return tag("div", tag("span", words), class_="divider", role="separator", aria_label=words)


def _part(item: Json, scene: Scene, *, compact: bool = False) -> Part:
    ts = str(item["ts"])
    shown = (repr(item), compact, scene.in_thread, scene.writable, scene.pins.get(ts))
    return Part(ts, scene.memory.drawn(shown, lambda: _drawn(item, scene, compact=compact)))


def _drawn(item: Json, scene: Scene, *, compact: bool) -> Html:
    try:
        return message.draw(item, scene, compact=compact)
    except Exception as error:  # noqa: BLE001  # what an app posts may be anything, and must not take the page down
        return tag("p", f"This message cannot be drawn ({type(error).__name__}).", class_="message unknown")
