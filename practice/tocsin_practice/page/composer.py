"""Where one writes: the box under a conversation, its shortcuts, and what it offers while one types."""

from collections.abc import Iterable, Sequence

from tocsin_practice.model import Channel, SlashCommand
from tocsin_practice.page.markup import Html, tag
from tocsin_practice.page.patch import Part
from tocsin_practice.page.scene import Author, Offer, avatar

MOST_OFFERED = 8


def draw(channel: Channel, person: str, name: str, shortcuts: Sequence[Offer]) -> list[Part]:
    """The box under a channel, or why there is none."""
    if channel.is_archived:
        return [
            Part(
                "archived",
                tag("div", f"#{channel.name} is archived. Nobody can write here.", class_="notice-bar"),
            )
        ]
    if person not in channel.members:
        return [Part("join", _join(channel))]
    return [Part("composer", _box(f"Message {name}", shortcuts=shortcuts))]


def reply(channel: Channel, person: str) -> list[Part]:
    """The box under a thread."""
    if channel.is_archived or person not in channel.members:
        return []
    return [Part("reply", _box("Reply in the thread", thread=True))]


def commands(offered: Iterable[tuple[SlashCommand, Author]], typed: str) -> Html:
    """The commands that begin with what was typed, with their hints; of a whole command, its hint alone."""
    name, blank, _ = typed.partition(" ")
    if blank:
        shown = [_command_words(command, app) for command, app in offered if command.name == name]
        return tag("div", [tag("div", words, class_="offer-hint") for words in shown])
    found = [pair for pair in offered if pair[0].name.startswith(typed)][:MOST_OFFERED]
    return tag("div", [_command(command, app) for command, app in found])


def names(people: Iterable[Author], typed: str) -> Html:
    """The people whose name or handle has a word that begins with what was typed, and those to call all."""
    plain = typed.removeprefix("@").lower()
    found = [person for person in people if _named(person, plain)]
    rows = [_offer(f"@{person.handle}", _person(person)) for person in found[:MOST_OFFERED]]
    calls = [("here", "Everybody who is active in this channel"), ("channel", "Everybody in this channel")]
    rows += [
        _offer(f"@{word}", _call(word, about)) for word, about in calls if plain and word.startswith(plain)
    ]
    return tag("div", rows)


def channels(offered: Iterable[Channel], typed: str) -> Html:
    """The channels whose name contains what was typed."""
    plain = typed.removeprefix("#").lower()
    found = [channel for channel in offered if plain in channel.name][:MOST_OFFERED]
    return tag("div", [_offer(f"#{channel.name}", tag("span", f"#{channel.name}")) for channel in found])


def _join(channel: Channel) -> Html:
    words = tag("span", "You are looking at ", tag("strong", f"#{channel.name}"))
    button = tag("button", "Join channel", type="button", class_="btn btn-primary", data_act="join")
    return tag("div", words, button, class_="notice-bar")


def _box(label: str, *, thread: bool = False, shortcuts: Sequence[Offer] = ()) -> Html:
    offers = tag("div", "", class_="menu menu-offers", role="listbox", hidden=True, aria_label="Suggestions")
    area = tag(
        "textarea",
        "",
        rows=1,
        placeholder=label,
        aria_label=label,
        autocomplete="off",
        spellcheck="true",
        id="reply-text" if thread else "composer-text",
    )
    send = tag(
        "button", tag("span", "➤", aria_hidden="true"), type="submit", class_="send", aria_label="Send"
    )
    hint = tag("span", "Enter sends, Shift + Enter starts a new line", class_="composer-hint")
    bar = tag("div", _shortcuts(shortcuts), hint, send, class_="composer-bar")
    return tag("form", offers, area, bar, class_="composer", data_composer="thread" if thread else "channel")


def _shortcuts(shortcuts: Sequence[Offer]) -> Html | None:
    if not shortcuts:
        return None
    items = [
        tag(
            "button",
            tag("span", offer.name),
            tag("small", offer.description or offer.app_name),
            type="button",
            role="menuitem",
            data_act="global-shortcut",
            data_callback=offer.callback_id,
        )
        for offer in shortcuts
    ]
    summary = tag("summary", tag("span", "+", aria_hidden="true"), aria_label="Shortcuts", title="Shortcuts")
    return tag("details", summary, tag("div", items, class_="menu menu-up", role="menu"), class_="drop plus")


def _command(command: SlashCommand, app: Author) -> Html:
    return _offer(command.name, _command_words(command, app))


def _command_words(command: SlashCommand, app: Author) -> Html:
    usage = tag("span", f" {command.usage_hint}", class_="usage") if command.usage_hint else None
    words = tag(
        "span",
        tag("span", tag("strong", command.name), usage, class_="offer-line"),
        tag("small", command.description, " · ", app.name),
    )
    return tag("span", avatar(app, size="small"), words, class_="offer-row")


def _person(person: Author) -> Html:
    about = f"@{person.handle}" + (f" · {person.title}" if person.title else "")
    words = tag("span", tag("strong", person.name), " ", tag("small", about))
    return tag("span", avatar(person, size="small"), words, class_="offer-row")


def _call(word: str, about: str) -> Html:
    return tag("span", tag("strong", f"@{word}"), " ", tag("small", about), class_="offer-row")


def _offer(insert: str, shown: Html) -> Html:
    return tag("button", shown, type="button", role="option", tabindex="-1", data_act="offer", value=insert)


def _named(person: Author, plain: str) -> bool:
    words = [*person.name.lower().split(), person.handle.lower()]
    return any(word.startswith(plain) for word in words)
