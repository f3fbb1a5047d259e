"""What the page that customers see shows beside its status: the words that it must have, or nothing."""

import re
from collections.abc import Sequence

from diagnostics.probes.http.answer import Answer
from diagnostics.probes.http.codes import Code, described
from diagnostics.probes.http.findings import figures, where
from diagnostics.wording import listed
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

PROBE = "http.front"
MOST = 1024 * 1024  # bytes that are read of a page whose words are looked for
HTML = frozenset({"text/html", "application/xhtml+xml"})
NO_CONTENT = 204
FOR_PEOPLE = (  # what stands in such pages only
    (
        re.compile(r"<input\b[^>]{0,300}\btype\s?=\s?[\"']?password", re.IGNORECASE),
        "a page that asks for a password",
    ),
    (
        re.compile(
            r"<(?:title|h1)\b[^>]{0,200}>[^<]{0,200}"
            r"(?:maintenance|right back|back (?:soon|shortly)|temporarily unavailable|under construction)",
            re.IGNORECASE,
        ),
        "a page of maintenance",
    ),
)
SHOWN = 80  # characters of words in a sentence


def page(target: str, front: Answer, expects: Sequence[str]) -> Finding | None:
    """The finding about a page of success that is not what it must be; None if nothing speaks against it."""
    if not front.good or front.away:
        return None
    shown = _plain(front.body)
    missing = tuple(words for words in expects if _plain(words) not in shown)
    if missing:
        return _without(target, front, missing, empty=not shown)
    empty = not shown and front.media in HTML and front.status != NO_CONTENT
    return _empty(target, front) if empty else None


def other_page(target: str, probe: str, answer: Answer) -> Finding | None:
    """The finding about a health address that answers with a page for people; None if it does not."""
    if not answer.good or answer.away or answer.media not in HTML:
        return None
    shows = next((words for shape, words in FOR_PEOPLE if shape.search(answer.body)), "")
    entry = described(Code.OTHER_PAGE)
    return (
        Finding(
            code=Code.OTHER_PAGE,
            probe=probe,
            target=target,
            health=Health.WARN,
            sentence=f"{where(answer)} answers {answer.status}, but with {shows}.",
            figures=(*figures(answer), Figure("page", shows)),
            meaning=entry.meaning,
            next_step=entry.next_step,
        )
        if shows
        else None
    )


def _plain(text: str) -> str:
    """Text as it is compared: one space between words, small letters."""
    return " ".join(text.casefold().split())


def _without(target: str, front: Answer, missing: tuple[str, ...], *, empty: bool) -> Finding:
    words = listed(tuple(f"“{quoted(each, SHOWN)}”" for each in missing), "or")
    entry = described(Code.WORDS_MISSING)
    shows = "an empty page" if empty else "a page"
    part = f" in its first {MOST // 1024} kB" if front.cut else ""
    return Finding(
        code=Code.WORDS_MISSING,
        probe=PROBE,
        target=target,
        health=Health.UNKNOWN if front.cut else Health.CRITICAL,
        sentence=f"{where(front)} answers {front.status}, but with {shows} without {words}{part}.",
        figures=(*figures(front), Figure("missing", quoted(missing[0], SHOWN))),
        meaning=entry.meaning,
        next_step=entry.next_step,
    )


def _empty(target: str, front: Answer) -> Finding:
    entry = described(Code.EMPTY_PAGE)
    return Finding(
        code=Code.EMPTY_PAGE,
        probe=PROBE,
        target=target,
        health=Health.WARN,
        sentence=f"{where(front)} answers {front.status} with an empty page.",
        figures=figures(front),
        meaning=entry.meaning,
        next_step=entry.next_step,
    )
