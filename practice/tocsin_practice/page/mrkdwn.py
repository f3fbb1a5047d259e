"""Slack's mrkdwn to HTML: formatting, links, mentions, dates and emoji; everything else is escaped."""

import re
from dataclasses import dataclass, field

from tocsin_practice.page import dates
from tocsin_practice.page.emoji import SHORTCODE, character
from tocsin_practice.page.markup import Html, classes, tag, text
from tocsin_practice.page.viewer import Viewer

SAFE_SCHEMES = ("http://", "https://", "mailto:", "tel:")
FIRST_ATOM = 0xF0000
LAST_ATOM = 0xFFFFD
ATOM = re.compile(f"[{chr(FIRST_ATOM)}-{chr(LAST_ATOM)}]")
FENCE = re.compile(r"```(.*?)```", re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
ANGLE = re.compile(r"<([^<>\n]+)>")
BARE_LINK = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?'\"()\[\]*_~]")
QUOTE = re.compile(r"^(?:>|&gt;) ?(.*)$")
LONG_QUOTE = re.compile(r"(?:^|\n)(?:>>>|&gt;&gt;&gt;)\s?(.*)$", re.DOTALL)
EMPHASIS = (
    ("strong", re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]*?[^\s*])\*(?![\w*])")),
    ("em", re.compile(r"(?<![\w_])_(?=[^\s_])((?:[^_\n]|(?<=\w)_(?=\w))*?[^\s_])_(?![\w_])")),
    ("del", re.compile(r"(?<![\w~])~(?=[^\s~])([^~\n]*?[^\s~])~(?![\w~])")),
)


@dataclass(slots=True)
class _Atoms:
    """Finished pieces of HTML, each standing in the text as one private character until the end."""

    pieces: list[Html] = field(default_factory=list)

    def keep(self, piece: Html) -> str:
        self.pieces.append(piece)
        return chr(FIRST_ATOM + len(self.pieces) - 1)

    def put_back(self, words: str) -> Html:
        return Html(ATOM.sub(lambda match: self.pieces[ord(match.group()) - FIRST_ATOM], words))


def draw(words: str, viewer: Viewer) -> Html:
    """A mrkdwn text as HTML, line breaks kept, quotes and code blocks as blocks."""
    atoms = _Atoms()
    rest = FENCE.sub(lambda match: atoms.keep(_preformatted(match.group(1))), ATOM.sub("", words))
    rest = CODE.sub(lambda match: atoms.keep(tag("code", _code_words(match.group(1)))), rest)
    rest = ANGLE.sub(lambda match: atoms.keep(angle(match.group(1), viewer)), rest)
    rest = BARE_LINK.sub(lambda match: atoms.keep(link(_plain(match.group()), None)), rest)
    rest = SHORTCODE.sub(lambda match: _emoji_atom(match, atoms), rest)
    return atoms.put_back(_paragraphs(rest))


def plain(words: str, viewer: Viewer) -> str:
    """A mrkdwn text as one plain line, for previews and notices."""
    named = ANGLE.sub(lambda match: _angle_words(match.group(1), viewer), words)
    coded = SHORTCODE.sub(lambda match: character(match.group(1)) or match.group(), named)
    return " ".join(_plain(re.sub(r"[*_~`]{1,3}(?=\S)|(?<=\S)[*_~`]{1,3}", "", coded)).split())


def angle(inside: str, viewer: Viewer) -> Html:
    """What stands between angle brackets: a mention, a date, a special word or a link."""
    match inside[0]:
        case "@":
            return _person(inside[1:], viewer)
        case "#":
            return _channel(inside[1:], viewer)
        case "!":
            return _special(inside[1:], viewer)
    return _link(inside)


def _link(inside: str) -> Html:
    target, _, label = inside.partition("|")
    if not target.lower().startswith(SAFE_SCHEMES):
        return text(_plain(f"<{inside}>"))
    return link(_plain(target), _plain(label) if label else None)


def link(target: str, label: str | None) -> Html:
    """A link that opens in its own tab; a target of another scheme than the safe ones is drawn as text."""
    if not target.lower().startswith(SAFE_SCHEMES):
        return text(label or target)
    return tag("a", label or target, href=target, target="_blank", rel="noopener")


def person_mention(person: str, viewer: Viewer, name: str | None = None) -> Html:
    """A person as `@name`, marked when it is the viewer."""
    shown = viewer.names.people.get(person) or name or person
    own = "mention-me" if person == viewer.person else None
    return tag("span", f"@{shown}", class_=classes("mention", own), data_person=person)


def channel_mention(channel: str, viewer: Viewer, name: str | None = None) -> Html:
    """A channel as a link to its page; one that the viewer does not know is drawn without the link."""
    known = viewer.names.channels.get(channel)
    if known is None:
        return tag("span", f"#{name or 'private-channel'}", class_="mention")
    return tag("a", f"#{known}", class_="mention", href=viewer.address("c", channel), data_channel=channel)


def group_mention(group: str, viewer: Viewer, name: str | None = None) -> Html:
    """A user group as `@handle`."""
    shown = viewer.names.groups.get(group) or (name or group).lstrip("@")
    return tag("span", f"@{shown}", class_="mention")


def broadcast(word: str) -> Html:
    """`@here`, `@channel` or `@everyone`."""
    return tag("span", f"@{word}", class_="mention mention-me")


def emoji(shortcode: str) -> Html:
    """An emoji drawn as its character, named for those who cannot see it; unknown ones stay text."""
    found = character(shortcode)
    if found is None:
        return text(f":{shortcode}:")
    return tag("span", found, class_="emoji", role="img", aria_label=shortcode.replace("_", " "))


def date(moment: str, template: str, viewer: Viewer, *, fallback: str, target: str | None = None) -> Html:
    """A `<!date>` on the viewer's clock; what cannot be read is drawn as its fallback."""
    try:
        filled = dates.fill(template, float(moment), viewer)
    except (ValueError, OverflowError, OSError):  # no number, or a year that no calendar has
        filled = None
    if filled is None:
        return text(fallback or template)
    words = link(target, filled) if target else text(filled)
    return tag("time", words, class_="date", title=dates.full(viewer.clock(float(moment))))


def _person(inside: str, viewer: Viewer) -> Html:
    person, _, name = inside.partition("|")
    return person_mention(person, viewer, _plain(name) or None)


def _channel(inside: str, viewer: Viewer) -> Html:
    channel, _, name = inside.partition("|")
    return channel_mention(channel, viewer, _plain(name) or None)


def _special(inside: str, viewer: Viewer) -> Html:
    command, _, label = inside.partition("|")
    words = _plain(label)
    name, *arguments = command.split("^")
    match name, arguments:
        case (("here" | "channel" | "everyone"), _):
            return broadcast(name)
        case "subteam", [group, *_]:
            return group_mention(group, viewer, words or None)
        case "date", [moment, template]:
            return date(moment, _plain(template), viewer, fallback=words)
        case "date", [moment, template, target, *_]:
            return date(moment, _plain(template), viewer, fallback=words, target=_plain(target))
        case _:
            return text(words or _plain(f"<!{inside}>"))


def _paragraphs(words: str) -> str:
    """Text with its atoms in place, cut into quotes and lines, escaped and emphasised."""
    long_quote = LONG_QUOTE.search(words)
    if long_quote:
        return _paragraphs(words[: long_quote.start()]) + tag("blockquote", _lines(long_quote.group(1)))
    parts: list[Html] = []
    for quoted, group in _grouped(words.split("\n")):
        drawn = _lines("\n".join(group))
        parts.append(tag("blockquote", drawn) if quoted else drawn)
    return "".join(parts)


def _grouped(lines: list[str]) -> list[tuple[bool, list[str]]]:
    groups: list[tuple[bool, list[str]]] = []
    for line in lines:
        match = QUOTE.match(line)
        quoted, words = match is not None, match.group(1) if match else line
        if groups and groups[-1][0] == quoted:
            groups[-1][1].append(words)
        else:
            groups.append((quoted, [words]))
    return [group for group in groups if group[0] or any(group[1])]


def _lines(words: str) -> Html:
    drawn = str(text(_plain(words)))
    for name, pattern in EMPHASIS:
        drawn = pattern.sub(rf"<{name}>\1</{name}>", drawn)
    return Html(drawn.replace("\n", "<br>"))


def _preformatted(inside: str) -> Html:
    return tag("pre", _code_words(inside.strip("\n")), tabindex="0")


def _code_words(inside: str) -> str:
    def words(match: re.Match[str]) -> str:
        target, _, label = match.group(1).partition("|")
        return (label or target) if target.lower().startswith(SAFE_SCHEMES) else match.group()

    return _plain(ANGLE.sub(words, inside))


def _emoji_atom(match: re.Match[str], atoms: _Atoms) -> str:
    return atoms.keep(emoji(match.group(1))) if character(match.group(1)) else match.group()


def _plain(words: str) -> str:
    """Undo the three escapes of Slack's wire, and only these."""
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _angle_words(inside: str, viewer: Viewer) -> str:
    return re.sub(r"<[^>]*>", "", angle(inside, viewer)).replace("&#x27;", "'").replace("&quot;", '"')


def mentioned(words: str) -> bool:
    """Whether the text calls on everybody in the channel."""
    return bool(re.search(r"<!(?:here|channel|everyone)(?:\|[^>]*)?>", words))
