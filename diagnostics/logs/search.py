"""Where a text stands in logs: counted, the first and last lines shown. It is compared, never interpreted."""

from collections.abc import Iterator, Sequence

from diagnostics.logs.codes import Code
from diagnostics.logs.excerpt import Excerpt, Line
from diagnostics.logs.findings import Told, ago, clock, sources
from diagnostics.wording import counted, duration
from incidents.evidence import Figure, Finding, Health, Sought
from incidents.quoting import quoted

FIRST, LAST = 3, 5  # lines shown
WIDE = 400  # characters of each, around the text


def answered(at: Told, excerpts: Sequence[Excerpt], sought: Sought) -> Finding:
    """How many lines hold the text, whatever the case of its letters; secrets cannot be asked for.

    The excerpts must be free of secrets already, so a secret is not found even by who knows it.
    """
    hits = sorted(_hits(excerpts, sought), key=lambda hit: (hit[1].at is not None, hit[1].at or 0))
    lines = sum(len(excerpt.lines) for excerpt in excerpts)
    by_source = {e.source: sum(source == e.source for source, _ in hits) for e in excerpts}
    figures = (
        Figure("found", len(hits)),
        Figure("lines", lines),
        Figure("reach", round(ago(excerpts), 1), "s"),
        Figure("sources", ", ".join(f"{name} {number}" for name, number in by_source.items())),
    )
    if not hits:
        return _nothing(at, excerpts, sought, figures)
    first, last = hits[0][1], hits[-1][1]
    return Finding(
        code=Code.LOG_FOUND,
        probe=at.probe,
        target=at.target,
        health=Health.OK,
        sentence=f"“{sought.text}” stands in {len(hits):,} of {counted(lines, 'line')}{_where(excerpts)}"
        f"{_times(first, last)}.",
        figures=(*figures, Figure("first", clock(first.at) or None), Figure("last", clock(last.at) or None)),
        table=(("source", "time", "line"), *_shown(hits, sought)),
    )


def _nothing(at: Told, excerpts: Sequence[Excerpt], sought: Sought, figures: tuple[Figure, ...]) -> Finding:
    lines = sum(len(excerpt.lines) for excerpt in excerpts)
    left_out = not all(excerpt.whole for excerpt in excerpts)
    return Finding(
        code=Code.LOG_NOT_FOUND,
        probe=at.probe,
        target=at.target,
        health=Health.OK,
        sentence=f"“{sought.text}” stands in none of {counted(lines, 'line')}{_where(excerpts)}.",
        figures=figures,
        meaning="Older lines were not read." if left_out else "",
    )


def _hits(excerpts: Sequence[Excerpt], sought: Sought) -> Iterator[tuple[str, Line]]:
    text = sought.text.casefold()
    for excerpt in excerpts:
        yield from ((excerpt.source, line) for line in excerpt.lines if text in line.text.casefold())


def _where(excerpts: Sequence[Excerpt]) -> str:
    return f" of {sources([excerpt.source for excerpt in excerpts])}, the last {duration(ago(excerpts))}"


def _times(first: Line, last: Line) -> str:
    return f"; first at {clock(first.at)}, last at {clock(last.at)}" if first.at and last.at else ""


def _shown(hits: list[tuple[str, Line]], sought: Sought) -> Iterator[tuple[str, str, str]]:
    left = len(hits) - FIRST - LAST
    for number, (source, line) in enumerate(hits):
        if number < FIRST or number >= len(hits) - LAST:
            yield source, clock(line.at), _around(line.text, sought.text)
        elif number == FIRST:
            yield "…", "", f"{counted(left, 'line')} left out"


def _around(text: str, sought: str) -> str:
    """The part of a line in which the text stands."""
    place = max(text.casefold().find(sought.casefold()), 0)
    begin = max(place - WIDE // 2, 0)
    return ("…" if begin else "") + quoted(text[begin:], WIDE)
