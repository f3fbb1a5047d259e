"""The page docs/codes.md, from what the families of probes describe."""

from collections.abc import Iterator

from diagnostics.code import WATCHED, WORD, Described
from diagnostics.logs import codes as log_codes
from diagnostics.patterns.schema import LOGS, slug
from diagnostics.registry import FAMILIES

HEAD = """\
# Codes of findings

Written by `make codes` from the descriptions beside the probes. Every finding carries its code; this page
says what each one means and what to do. The patterns in `config/patterns/` ask for the facts named here;
every code also has `.seen`, `.ill` and `.health`.
"""
OF_LOGS = {each.code for each in log_codes.CODES}
UNITS = {"": "a number", WORD: "a text", "s": "seconds", "ms": "milliseconds", "%": "percent"}


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for family in sorted(FAMILIES, key=lambda family: family.kind):
        if family.codes:
            parts.append(f"\n## {family.kind}\n\nFacts begin with `{family.word}.`\n")
            parts += [section(family.word, each) for each in family.codes if each.code not in OF_LOGS]
    parts.append(f"\n## {LOGS}\n\n{_readers()}\n")
    parts += [section(LOGS, each) for each in log_codes.CODES]
    parts.append("\n## Of any probe\n\nNo facts; what such a look would have seen is not known.\n")
    parts += [section("", each) for each in WATCHED]
    return "".join(parts)


def _readers() -> str:
    """Whose logs these are, by the words of their families."""
    words = [f"`{family.word}.`" for family in FAMILIES if OF_LOGS & {each.code for each in family.codes}]
    return (
        f"Facts begin with `{LOGS}.` for all logs of a service, or with {' or '.join(words)} for those alone."
    )


def section(word: str, each: Described) -> str:
    """What one code means; its anchor is the code in small letters."""
    return "\n".join(_section(word, each)) + "\n"


def _section(word: str, each: Described) -> Iterator[str]:
    yield f'\n<a id="{each.code.value.lower()}"></a>'
    yield f"### {each.code.value}: {each.title}\n"
    if word:
        yield f"Fact: `{word}.{each.fact}`\n"
    if each.meaning:
        yield f"{each.meaning}\n"
    if each.next_step:
        yield f"**What to do:** {each.next_step}\n"
    if each.figures:
        yield "| figure | fact | unit |\n|---|---|---|"
        for figure, unit in each.figures.items():
            yield f"| {figure} | `{word}.{each.fact}.{slug(figure)}` | {UNITS.get(unit, unit)} |"
