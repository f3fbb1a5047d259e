"""Figures and lists as a person says them."""

from datetime import timedelta

from incidents import wording


def counted(number: int, thing: str, things: str = "") -> str:
    """A number with its noun, such as "1 session" or "1,200 sessions"."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def lasting(seconds: float) -> str:
    """Seconds in the largest unit that helps, such as "14 min"."""
    return wording.duration(timedelta(seconds=seconds))


def listed(words: tuple[str, ...], last: str = "and") -> str:
    """Words as a sentence lists them: "a, b and c"."""
    if len(words) < 2:  # noqa: PLR2004 -- a list begins at two
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
