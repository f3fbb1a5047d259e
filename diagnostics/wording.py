"""Figures as a person says them: durations, counts, sizes and shares."""

MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR
KIB = 1024
ARTICLES = frozenset({"A", "An", "The", "No"})


def duration(seconds: float) -> str:
    """Seconds in the largest unit that helps, such as "14 min"."""
    if seconds < 1:
        return f"{max(round(seconds * 1000), 0)} ms"
    if seconds < 10:  # noqa: PLR2004 -- below ten the tenth of a second still says something
        return f"{seconds:.1f} s".replace(".0 s", " s")
    for unit, length in (("days", DAY), ("h", HOUR), ("min", MINUTE)):
        if seconds >= 2 * length:
            return f"{int(seconds // length)} {unit}"
    return f"{int(seconds)} s"


def counted(number: int, thing: str, things: str = "") -> str:
    """A number with its noun, such as "1 session" or "1,200 sessions"."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def size(count: float) -> str:
    """Bytes in the largest unit that helps, such as "1.4 GB" (of 1,024)."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < KIB:
            return f"{count:.0f} {unit}" if unit == "bytes" or count >= 10 else f"{count:.1f} {unit}"  # noqa: PLR2004 -- two digits are enough
        count /= KIB
    return f"{count:.1f} TB"


def percent(part: float, whole: float) -> int:
    """The share in whole percent, rounded down so that 100 means all; 0 of nothing is 0."""
    return int(100 * part / whole) if whole else 0


def listed(words: tuple[str, ...], last: str = "and") -> str:
    """Words as a sentence lists them: "a, b and c"."""
    if len(words) < 2:  # noqa: PLR2004 -- a list begins at two
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def capital(sentence: str) -> str:
    """The sentence with its first letter large, the others left alone."""
    return sentence[:1].upper() + sentence[1:]


def within(title: str) -> str:
    """A title as it stands within a sentence: without the capital of its article; names keep theirs."""
    article, blank, rest = title.partition(" ")
    return f"{article.lower()}{blank}{rest}" if article in ARTICLES else title


def with_unit(value: float, unit: str) -> str:
    """A figure by its unit: "14 min" of seconds, "1.4 GB" of bytes, "85 %", "1,200", "3 per minute"."""
    plain = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    match unit:
        case "s":
            return duration(value)
        case "ms":
            return duration(value / 1000)
        case "%":
            return f"{int(value)} %"
        case "bytes":
            return size(value)
        case _:
            return f"{plain} {unit}".rstrip()
