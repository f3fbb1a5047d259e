"""The document around the regions: the bar at the top, the panes, and the files that the page loads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tocsin_practice.model import Person
from tocsin_practice.page.markup import Html, join, tag
from tocsin_practice.page.patch import Part, Regions, region
from tocsin_practice.page.scene import Author, avatar
from tocsin_practice.page.seat import Seat

PRODUCT = "Practice workspace"


@dataclass(frozen=True, slots=True)
class Link:
    """A link in the bar at the top, such as to a demo's fault panel."""

    label: str
    address: str


def draw(
    seat: Seat,
    regions: Regions,
    *,
    team: str,
    title: str,
    people: Iterable[Person],
    links: Sequence[Link],
) -> str:
    """The whole document of one window."""
    body = tag(
        "body",
        tag("a", "Go to the messages", href="#messages", class_="skip"),
        _top(seat, team, people, links),
        tag("nav", _region("sidebar", regions), class_="sidebar", id="sidebar", aria_label="Conversations"),
        _main(regions),
        _thread(seat, regions) if seat.thread else None,
        _region("modals", regions),
        tag("div", class_="toasts", id="toasts", role="status", aria_live="polite"),
        tag("dialog", tag("form", method="dialog"), class_="modal modal-small", id="confirm"),
        class_="with-thread" if seat.thread else None,
        data_person=seat.person.id,
        data_channel=seat.channel.id,
        data_thread=seat.thread,
        data_home=seat.home_of,
        data_unread=seat.unread_after,
    )
    return f"<!doctype html>\n{tag('html', _head(seat, team, title), body, lang='en')}"


def _head(seat: Seat, team: str, title: str) -> Html:
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{title} · {seat.person.shown_name} · {team}"),
        tag("link", rel="icon", href="/page/icon.svg", type="image/svg+xml"),
        [tag("link", rel="stylesheet", href=f"/page/{sheet}.css") for sheet in ("page", "blocks")],
        tag("script", type="module", src="/page/acts.js"),
    )


def _top(seat: Seat, team: str, people: Iterable[Person], links: Sequence[Link]) -> Html:
    brand = tag("div", tag("strong", team), tag("span", PRODUCT, class_="tag"), class_="brand")
    tools = [tag("a", link.label, href=link.address, target="_blank", rel="noopener") for link in links]
    state = tag(
        "span", "Not connected. Trying again.", class_="offline", id="offline", hidden=True, role="status"
    )
    rooms = tag(
        "button",
        "☰",
        type="button",
        class_="rooms",
        data_act="rooms",
        aria_label="Conversations",
        aria_controls="sidebar",
        aria_expanded="false",
    )
    tools_ = tag("div", tools, _switcher(seat, people), class_="tools")
    return tag("header", rooms, brand, state, tools_, class_="top")


def _switcher(seat: Seat, people: Iterable[Person]) -> Html:
    me = _author(seat.person)
    rows = [_switch(person, seat) for person in people if not (person.is_bot or person.deleted)]
    hint = tag("p", "Open somebody in a window of their own to be two people at once.", class_="hint")
    summary = tag(
        "summary", avatar(me, size="small"), tag("span", me.name), class_="me", title="Act as somebody else"
    )
    menu = tag("div", rows, hint, class_="menu menu-left people", id="people")
    return tag("details", summary, menu, class_="drop")


def _switch(person: Person, seat: Seat) -> Html:
    author = _author(person)
    address = f"/as/{person.id}/c/{seat.channel.id}"
    about = person.title or f"@{person.name}"
    words = tag("span", tag("strong", author.name), tag("small", about), class_="two-lines")
    own = person.id == seat.person.id
    here = tag(
        "a", avatar(author), words, href=address, aria_current="true" if own else None, class_="menu-row"
    )
    label = f"Open as {author.name} in a new window"
    apart = tag(
        "a",
        tag("span", class_="icon-window"),
        href=address,
        target="_blank",
        class_="apart",
        title=label,
        aria_label=label,
    )
    return tag("div", here, apart, class_="switch")


def _author(person: Person) -> Author:
    return Author(person.id, person.shown_name, person.name, title=person.title)


def _main(regions: Regions) -> Html:
    return tag(
        "main",
        _region("header", regions),
        tag(
            "div",
            _region("messages", regions),
            class_="scroll",
            id="messages",
            role="log",
            aria_label="Messages",
            tabindex="0",
        ),
        _region("composer", regions),
        class_="main",
    )


def _thread(seat: Seat, regions: Regions) -> Html:
    back = f"/as/{seat.person.id}/c/{seat.channel.id}"
    close = tag(
        "a",
        "✕",
        href=back,
        class_="btn-plain",
        aria_label="Close the thread",
        data_act="go",
        id="close-thread",
    )
    where = tag("small", seat.channel.name if seat.channel.is_direct else f"#{seat.channel.name}")
    title = tag("h2", "Thread ", where if not seat.channel.is_direct else None)
    return tag(
        "aside",
        tag("div", title, close, class_="head"),
        tag(
            "div",
            _region("thread", regions),
            class_="scroll",
            id="thread",
            role="log",
            aria_label="Thread",
            tabindex="0",
        ),
        _region("reply", regions),
        class_="thread",
        aria_label="Thread",
    )


def _region(name: str, regions: Regions) -> Html:
    parts: Sequence[Part] = regions.get(name, ())
    return tag("div", join(region(parts)), data_region=name, class_=f"region region-{name}")
