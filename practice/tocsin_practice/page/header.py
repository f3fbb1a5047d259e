"""What stands above the messages: the channel's name, topic, members, pins and bookmarks."""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin_practice.model import Channel, Json
from tocsin_practice.page import mrkdwn
from tocsin_practice.page.emoji import character, replace_shortcodes
from tocsin_practice.page.markup import Html, classes, join, tag
from tocsin_practice.page.patch import Part
from tocsin_practice.page.scene import Author, Scene, avatar

LONGEST_PREVIEW = 160


@dataclass(frozen=True, slots=True)
class Heading:
    """What the head of one conversation shows. `tabs` are label and address, the current one without."""

    title: str
    private: bool
    members: Sequence[Author]
    other: Author | None = None
    tabs: Sequence[tuple[str, str]] = ()


def draw(channel: Channel, heading: Heading, scene: Scene) -> list[Part]:
    """The head and, if there are any, the bar of bookmarks and the tabs."""
    parts = [Part("head", _head(channel, heading, scene))]
    if heading.tabs:
        parts.append(Part("tabs", tag("nav", [_tab(*tab) for tab in heading.tabs], class_="tabs")))
    if channel.bookmarks:
        parts.append(Part("bookmarks", _bookmarks(channel.bookmarks)))
    return parts


def opening(channel: Channel, heading: Heading) -> Html:
    """What stands above the first message of a conversation."""
    if heading.other is not None:
        words = f"This is where you and {heading.title} write to each other. Nobody else sees it."
        return tag("div", avatar(heading.other), tag("p", words), class_="opening")
    about = channel.purpose.value or "This is where the channel begins."
    return tag(
        "div", tag("h2", _mark(heading), tag("span", heading.title)), tag("p", about), class_="opening"
    )


def _head(channel: Channel, heading: Heading, scene: Scene) -> Html:
    topic = channel.topic.value
    archived = tag("span", "archived", class_="tag") if channel.is_archived else None
    return tag(
        "div",
        tag("h1", _mark(heading), tag("span", heading.title), archived),
        tag("span", replace_shortcodes(_unescaped(topic)), class_="topic", title=topic) if topic else None,
        tag("div", _pins(channel, scene), _members(heading), class_="head-tools"),
        class_="head",
    )


def _mark(heading: Heading) -> Html:
    if heading.other is not None:
        return avatar(heading.other, size="small")
    if heading.private:
        return tag("span", class_="icon-lock", role="img", aria_label="Private channel")
    return tag("span", "#", class_="hash", aria_hidden="true")


def _unescaped(words: str) -> str:
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _members(heading: Heading) -> Html | None:
    if heading.other is not None:
        return None
    count = len(heading.members)
    rows = [
        tag(
            "div",
            avatar(person, size="small"),
            tag("span", person.name),
            tag("small", "app" if person.is_app else person.title),
            class_="menu-row",
        )
        for person in heading.members
    ]
    faces = [avatar(person, size="tiny") for person in heading.members[:3]]
    label = f"{count} {'member' if count == 1 else 'members'}"
    heard = tag("span", label.removeprefix(str(count)), class_="heard")
    shown = [tag("span", faces, class_="faces", aria_hidden="true"), str(count), heard]
    summary = tag("summary", shown, title=label, class_="head-tool")
    return tag("details", summary, tag("div", rows, class_="menu menu-left menu-list"), class_="drop")


def _pins(channel: Channel, scene: Scene) -> Html | None:
    if not channel.pins:
        return None
    count = len(channel.pins)
    label = f"{count} pinned {'message' if count == 1 else 'messages'}"
    shown = [tag("span", "📌", class_="emoji", aria_hidden="true"), " ", f"{count} pinned"]
    summary = tag("summary", shown, aria_label=label, class_="head-tool")
    rows = [_pin(channel, pin.ts, scene) for pin in channel.pins]
    return tag("details", summary, tag("div", rows, class_="menu menu-left menu-list"), class_="drop")


def _pin(channel: Channel, ts: str, scene: Scene) -> Html | None:
    message = channel.messages.get(ts)
    if message is None:
        return None
    author = scene.author(message)
    words = mrkdwn.plain(str(message.get("text") or "A message"), scene.viewer)
    target = f"#m-{ts.replace('.', '-')}"
    body = tag("span", tag("strong", author.name), tag("br"), _cut(words))
    return tag("a", avatar(author, size="small"), body, href=target, class_="menu-row", data_act="jump")


def _cut(words: str) -> str:
    """At most `LONGEST_PREVIEW` characters, ended after a word with “…” where there are more."""
    if len(words) <= LONGEST_PREVIEW:
        return words
    kept = words[: LONGEST_PREVIEW - 1]
    whole = kept.rpartition(" ")[0] or kept
    return f"{whole.rstrip(' ,.;:·')}…"


def _bookmarks(bookmarks: Sequence[Json]) -> Html:
    return tag(
        "nav", [_bookmark(bookmark) for bookmark in bookmarks], class_="bookmarks", aria_label="Bookmarks"
    )


def _bookmark(bookmark: Json) -> Html:
    mark = character(str(bookmark.get("emoji") or "").strip(":")) or "🔗"
    title, target = str(bookmark.get("title", "")), str(bookmark.get("link", ""))
    shown = join(tag("span", mark, class_="emoji", aria_hidden="true"), " ", title)
    if not target.lower().startswith(mrkdwn.SAFE_SCHEMES):
        return tag("span", shown)
    return tag("a", shown, href=target, target="_blank", rel="noopener")


def _tab(label: str, address: str) -> Html:
    current = not address
    return tag(
        "a",
        label,
        href=address or None,
        class_=classes("tab", "current" if current else None),
        aria_current="page" if current else None,
    )
