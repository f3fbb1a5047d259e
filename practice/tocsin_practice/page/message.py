"""One message to HTML: author, time, what it says, reactions, its thread, and what can be done with it."""

from tocsin_practice.model import Json
from tocsin_practice.page import attachments, blocks, dates, filecard, mrkdwn
from tocsin_practice.page.emoji import QUICK_REACTIONS, character
from tocsin_practice.page.markup import Html, classes, join, tag
from tocsin_practice.page.scene import SYSTEM_SUBTYPES, Scene, avatar, icon_of

FACES = 3


def draw(message: Json, scene: Scene, *, compact: bool = False) -> Html:
    """One message. A compact one follows another of the same author and shows no name."""
    ts, private = str(message["ts"]), bool(message.get("is_ephemeral"))
    system = message.get("subtype") in SYSTEM_SUBTYPES
    pinned = ts in scene.pins
    body = tag(
        "div",
        None if compact else _head(message, scene),
        _system(message, scene) if system else content(message, scene),
        _reactions(message, scene),
        None if scene.in_thread else _replies(message, scene),
        class_="message-body",
    )
    return tag(
        "article",
        _above(message, scene),
        tag("div", _beside(message, scene, compact=compact), class_="message-side"),
        body,
        None if system else _toolbar(message, scene),
        class_=classes(
            "message",
            "compact" if compact else None,
            "private" if private else None,
            "pinned" if pinned else None,
            "system" if system else None,
        ),
        id=f"{_scope(scene, ts)}",
        data_surface="message",
        data_channel=scene.channel,
        data_ts=ts,
        data_thread=message.get("thread_ts") or ts,
        data_ephemeral=private,
    )


def content(message: Json, scene: Scene) -> Html:
    """What a message says: its blocks if it has any, else its text; then attachments and files."""
    surface = scene.surface(_scope(scene, str(message["ts"])))
    drawn = message.get("blocks")
    text = str(message.get("text") or "")
    edited = tag("span", "(edited)", class_="edited") if _edited(message) else None
    return join(
        blocks.draw(drawn, surface) if drawn else None,
        tag("div", mrkdwn.draw(text, scene.viewer), " " if edited else None, edited, class_="words")
        if text and not drawn
        else None,
        tag("div", edited) if drawn and edited else None,
        attachments.draw(message.get("attachments") or (), surface),
        [filecard.draw(file, scene) for file in message.get("files") or ()],
    )


def _edited(message: Json) -> bool:
    """People's edits are marked; an app redraws its card all day long, and nobody needs telling."""
    return "edited" in message and not message.get("bot_id")


def _scope(scene: Scene, ts: str) -> str:
    return f"{'t' if scene.in_thread else 'm'}-{ts.replace('.', '-')}"


def _above(message: Json, scene: Scene) -> Html:
    pin = scene.pins.get(str(message["ts"]))
    lines: list[Html] = []
    if message.get("is_ephemeral"):
        lines.append(_line("👁", "Only visible to you"))
    if pin is not None:
        by = scene.authors.get(pin.created_by)
        lines.append(_line("📌", f"Pinned by {by.name if by else 'someone'}"))
    if message.get("subtype") == "thread_broadcast":
        lines.append(_line("↪", "Replied in a thread"))
    return join(lines)


def _line(mark: str, words: str) -> Html:
    return tag("div", tag("span", mark, class_="emoji", aria_hidden="true"), " ", words, class_="above")


def _beside(message: Json, scene: Scene, *, compact: bool) -> Html:
    if compact:
        return tag("span", _time(message, scene, short=True), class_="side-time")
    return avatar(scene.author(message), icon=icon_of(message))


def _head(message: Json, scene: Scene) -> Html:
    author = scene.author(message)
    badge = tag("span", "APP", class_="badge") if author.is_app else None
    name = tag("span", author.name, class_="author")
    return tag("div", name, badge, _time(message, scene, short=False), class_="message-head")


def _time(message: Json, scene: Scene, *, short: bool) -> Html:
    moment = scene.viewer.clock(float(message["ts"]))
    shown = dates.short_time(moment) if short else dates.time_of_day(moment)
    where = f"{scene.viewer.address('c', scene.channel)}#m-{str(message['ts']).replace('.', '-')}"
    stamp = tag("time", shown, datetime=moment.isoformat(timespec="seconds"))
    return tag("a", stamp, href=where, class_="stamp", title=dates.full(moment))


def _system(message: Json, scene: Scene) -> Html:
    """What the workspace itself wrote; the author stands above, so that their mention is left out."""
    own = f"<@{message.get('user')}>"
    words = str(message.get("text") or "").removeprefix(own).strip()
    return tag("div", mrkdwn.draw(words, scene.viewer), class_="words system-words")


def _reactions(message: Json, scene: Scene) -> Html | None:
    given = message.get("reactions") or []
    if not given:
        return None
    return tag("div", [_reaction(entry, scene) for entry in given], class_="reactions")


def _reaction(entry: Json, scene: Scene) -> Html:
    name, users = str(entry["name"]), list(entry.get("users") or ())
    mine = scene.viewer.person in users
    who = ", ".join(scene.viewer.names.people.get(user, user) for user in users)
    return tag(
        "button",
        tag("span", character(name) or f":{name}:", class_="emoji"),
        tag("span", str(entry.get("count", len(users)))),
        type="button",
        class_=classes("reaction", "mine" if mine else None),
        data_act="react",
        value=name,
        aria_pressed="true" if mine else "false",
        title=f"{who} reacted with {name.replace('_', ' ')}",
    )


def _replies(message: Json, scene: Scene) -> Html | None:
    count = int(message.get("reply_count") or 0)
    if not count or message.get("thread_ts") != message["ts"]:
        return None
    users = [str(user) for user in message.get("reply_users") or ()][:FACES]
    faces = [avatar(scene.author({"user": user}), size="tiny") for user in users]
    latest = scene.viewer.clock(float(message.get("latest_reply") or message["ts"]))
    last = f"Last reply {dates.ago(latest, scene.viewer.clock(scene.viewer.now))}"
    return tag(
        "a",
        faces,
        tag("span", f"{count} {'reply' if count == 1 else 'replies'}", class_="reply-count"),
        tag("span", last, class_="muted"),
        class_="replies",
        href=scene.viewer.address("c", scene.channel, "t", str(message["ts"])),
        data_act="thread",
    )


def _toolbar(message: Json, scene: Scene) -> Html | None:
    if message.get("is_ephemeral"):
        dismiss = _tool("Dismiss", "✕", act="dismiss")
        return tag("div", dismiss, class_="toolbar", role="toolbar", aria_label="Message actions")
    if not scene.writable:
        return None
    reactions = [
        _tool(f"React with {name.replace('_', ' ')}", character(name) or name, act="react", value=name)
        for name in QUICK_REACTIONS[:3]
    ]
    reply = None if scene.in_thread else _tool("Reply in thread", "💬", act="reply")
    return tag(
        "div",
        reactions,
        reply,
        _more(message, scene),
        class_="toolbar",
        role="toolbar",
        aria_label="Message actions",
    )


def _tool(label: str, mark: str, *, act: str, value: str | None = None) -> Html:
    shown = tag("span", mark, aria_hidden="true", class_="emoji")
    return tag("button", shown, type="button", data_act=act, value=value, aria_label=label, title=label)


def _more(message: Json, scene: Scene) -> Html:
    pinned = str(message["ts"]) in scene.pins
    items = [
        _item("Copy text", "copy"),
        _item("Copy link", "copy-link"),
        _item("Unpin from channel" if pinned else "Pin to channel", "unpin" if pinned else "pin"),
        tag("hr") if scene.shortcuts else None,
        [
            _item(
                offer.name,
                "message-shortcut",
                app=offer.app_id,
                callback=offer.callback_id,
                note=offer.app_name,
            )
            for offer in scene.shortcuts
        ],
    ]
    summary = tag("summary", "⋯", aria_label="More actions", title="More actions")
    return tag("details", summary, tag("div", items, class_="menu menu-left", role="menu"), class_="drop")


def _item(
    words: str, act: str, *, app: str | None = None, callback: str | None = None, note: str | None = None
) -> Html:
    return tag(
        "button",
        tag("span", words),
        tag("small", note) if note else None,
        type="button",
        role="menuitem",
        data_act=act,
        data_app=app,
        data_callback=callback,
    )
