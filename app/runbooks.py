"""The team's runbooks, read for the steps that are worked through in an incident's room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from incidents.checklists import Guide, Guides
from incidents.errors import Misconfigured
from incidents.ticking import MOST_STEPS

SHIPPED = Path(__file__).parents[1] / "config" / "runbooks"
_STEPS, _EXPECTED = "steps", "expected time to recover"
_LONGEST = 400
_MARKS = {"em_open": "*", "em_close": "*", "strong_open": "*", "strong_close": "*"}
_BREAKS = frozenset({"softbreak", "hardbreak"})


def guides(folder: Path) -> Guides:
    """A guide from each runbook with numbered steps, `runbooks/*.md` of that folder.

    Those of Tocsin if there is no such folder. Raises Misconfigured.
    """
    place = folder / "runbooks"
    place = place if place.is_dir() else SHIPPED
    markdown = MarkdownIt()
    found = (_guide(path, markdown) for path in sorted(place.glob("*.md")))
    return Guides({guide.key: guide for guide in found if guide})


def _guide(path: Path, markdown: MarkdownIt) -> Guide | None:
    """Its guide; None where it has no numbered list under `## Steps`."""
    tokens = markdown.parse(_read(path))
    parts = dict(_parts(tokens))
    steps = tuple(_steps(parts.get(_STEPS, ())))
    if not steps:
        return None
    if len(steps) > MOST_STEPS:
        raise Misconfigured(f"{path} has {len(steps)} steps; a checklist has at most {MOST_STEPS}.")
    for number, step in enumerate(steps, 1):
        if len(step) > _LONGEST:
            raise Misconfigured(
                f"{path}: step {number} has {len(step)} characters; a step of a checklist has at most "
                f"{_LONGEST}. Make two of it."
            )
    expected = " ".join(map(_inline, _inlines(parts.get(_EXPECTED, ()))))
    return Guide(path.stem, _title(tokens) or path.stem, steps, expected)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be read ({error}). Make it a readable UTF-8 file.") from None


def _title(tokens: Sequence[Token]) -> str:
    heads = (tokens[n + 1] for n, token in enumerate(tokens) if token.type == "heading_open")
    return next(map(_inline, heads), "")


def _parts(tokens: Sequence[Token]) -> Iterator[tuple[str, Sequence[Token]]]:
    """What stands under each heading of the second level, by the heading's words in small letters."""
    for n, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            rest = takewhile(lambda each: each.type != "heading_open", tokens[n + 3 :])
            yield _inline(tokens[n + 1]).casefold(), tuple(rest)


def _steps(part: Sequence[Token]) -> Iterator[str]:
    """The items of the first numbered list, each with all its paragraphs in one."""
    start = next((n + 1 for n, token in enumerate(part) if token.type == "ordered_list_open"), len(part))
    items = tuple(takewhile(lambda each: each.level > 0, part[start:]))
    for n, item in enumerate(items):
        if item.type == "list_item_open" and item.level == 1:
            inside = takewhile(lambda each: each.level > 1, items[n + 1 :])
            yield " ".join(map(_inline, _inlines(tuple(inside))))


def _inlines(part: Sequence[Token]) -> Iterator[Token]:
    return (token for token in part if token.type == "inline")


def _inline(token: Token) -> str:
    """Its words: code in backquotes, emphasis in asterisks, of a link its words."""
    return "".join(map(_word, token.children or ()))


def _word(child: Token) -> str:
    if child.type == "code_inline":
        return f"`{child.content}`"
    if child.type in _BREAKS:
        return " "
    return _MARKS.get(child.type, child.content)
