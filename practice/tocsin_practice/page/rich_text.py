"""The rich_text block to HTML: sections, lists, quotes and preformatted text, with all their elements."""

from collections.abc import Callable, Mapping

from tocsin_practice.model import Json
from tocsin_practice.page import mrkdwn
from tocsin_practice.page.markup import EMPTY, Html, join, tag, text
from tocsin_practice.page.viewer import Viewer

MOST_INDENT = 4


def draw(block: Json, viewer: Viewer) -> Html:
    """All elements of a rich_text block, or of a rich text value, one under the other."""
    return join(_part(part, viewer) for part in block.get("elements", ()))


def plain(value: Json) -> str:
    """The words of a rich text value, for a box to type in."""
    if "text" in value:
        return str(value["text"])
    return "".join(plain(part) for part in value.get("elements", ()))


def _part(part: Json, viewer: Viewer) -> Html:
    inner = part.get("elements", [])
    match part.get("type"):
        case "rich_text_section":
            return tag("div", _section(inner, viewer), class_="rich-section")
        case "rich_text_preformatted":
            return tag("pre", _section(inner, viewer), tabindex="0")
        case "rich_text_quote":
            return tag("blockquote", _section(inner, viewer))
        case "rich_text_list":
            return _list(part, viewer)
        case _:
            return EMPTY


def _list(part: Json, viewer: Viewer) -> Html:
    ordered = part.get("style") == "ordered"
    indent = min(int(part.get("indent", 0)), MOST_INDENT)
    start = int(part.get("offset", 0)) + 1
    items = [tag("li", _section(item.get("elements", []), viewer)) for item in part.get("elements", [])]
    return tag(
        "ol" if ordered else "ul",
        items,
        class_=f"indent-{indent}",
        start=start if ordered and start > 1 else None,
    )


def _section(elements: list[Json], viewer: Viewer) -> Html:
    return join(_element(element, viewer) for element in elements)


def _element(element: Json, viewer: Viewer) -> Html:
    drawer = ELEMENTS.get(str(element.get("type")))
    drawn = drawer(element, viewer) if drawer else EMPTY
    return _styled(drawn, element.get("style"))


def _styled(drawn: Html, style: object) -> Html:
    if not isinstance(style, Mapping):
        return drawn
    for key, name in (("code", "code"), ("strike", "del"), ("italic", "em"), ("bold", "strong")):
        if style.get(key):
            drawn = tag(name, drawn)
    return drawn


def _text(element: Json, _viewer: Viewer) -> Html:
    return Html(text(str(element.get("text", ""))).replace("\n", "<br>"))


def _link(element: Json, _viewer: Viewer) -> Html:
    return mrkdwn.link(str(element.get("url", "")), str(element.get("text") or "") or None)


def _person(element: Json, viewer: Viewer) -> Html:
    return mrkdwn.person_mention(str(element.get("user_id", "")), viewer)


def _channel(element: Json, viewer: Viewer) -> Html:
    return mrkdwn.channel_mention(str(element.get("channel_id", "")), viewer)


def _group(element: Json, viewer: Viewer) -> Html:
    return mrkdwn.group_mention(str(element.get("usergroup_id", "")), viewer)


def _broadcast(element: Json, _viewer: Viewer) -> Html:
    return mrkdwn.broadcast(str(element.get("range", "here")))


def _emoji(element: Json, _viewer: Viewer) -> Html:
    return mrkdwn.emoji(str(element.get("name", "")))


def _date(element: Json, viewer: Viewer) -> Html:
    return mrkdwn.date(
        str(element.get("timestamp", "")),
        str(element.get("format", "{date_short} at {time}")),
        viewer,
        fallback=str(element.get("fallback", "")),
        target=element.get("url"),
    )


def _color(element: Json, _viewer: Viewer) -> Html:
    return tag("code", str(element.get("value", "")))


ELEMENTS: Mapping[str, Callable[[Json, Viewer], Html]] = {
    "text": _text,
    "link": _link,
    "user": _person,
    "channel": _channel,
    "usergroup": _group,
    "broadcast": _broadcast,
    "emoji": _emoji,
    "date": _date,
    "color": _color,
}
