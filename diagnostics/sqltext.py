"""Statements without their literals, so that they can be shown: names stay, values become `?`.

A scanner rather than a parser: pg_stat_activity cuts statements in the middle, which no parser takes. Where
it is in doubt whether something is a value, it is one.
"""

import re

TOKEN = re.compile(
    r"""
      (?P<comment>--[^\n]*|/\*)
    | (?P<dollar>\$(?:[A-Za-z_\x80-\U0010ffff][\w\x80-\U0010ffff]{0,62})?\$)
    | (?P<escaped>\b[eE]')
    | (?P<string>(?:\b(?:[bBxXnN]|[uU]&))?')
    | (?P<name>"[^"]*(?:"|$))
    | (?P<parameter>\$\d+)
    | (?P<word>[A-Za-z_\x80-\U0010ffff][\w$\x80-\U0010ffff]*)
    | (?P<number>(?:\d|\.\d)[\w.]*)
    """,
    re.VERBOSE,
)
SPACE = re.compile(r"\s+")
LISTS = re.compile(r"\(\s*\?(?:\s*,\s*\?)+\s*\)")
VALUE = "?"


def shape(statement: str, width: int = 120) -> str:
    """The statement on one line, each literal as `?`, comments left out, at most `width` characters."""
    parts: list[str] = []
    place = 0
    while match := TOKEN.search(statement, place):
        parts.append(statement[place : match.start()])
        place = match.end()
        match match.lastgroup:
            case "comment":
                place = _after_comment(statement, match)
                parts.append(" ")
            case "dollar" | "escaped" | "string":
                place = _after_literal(statement, match)
                parts.append(VALUE)
            case "number":
                parts.append(VALUE)
            case _:
                parts.append(match.group())
    line = SPACE.sub(" ", "".join([*parts, statement[place:]])).strip()
    line = LISTS.sub("(?, ...)", line)
    return line if len(line) <= width else line[: width - 1] + "…"


def _after_comment(statement: str, match: "re.Match[str]") -> int:
    if match.group() != "/*":
        return match.end()
    depth, place = 1, match.end()
    while depth:
        closing, opening = statement.find("*/", place), statement.find("/*", place)
        if closing < 0:
            return len(statement)
        if 0 <= opening < closing:
            depth, place = depth + 1, opening + 2
        else:
            depth, place = depth - 1, closing + 2
    return place


def _after_literal(statement: str, match: "re.Match[str]") -> int:
    if match.lastgroup == "dollar":
        closing = statement.find(match.group(), match.end())
        return closing + len(match.group()) if closing >= 0 else len(statement)
    return _after_quote(statement, match.end(), escapes=match.lastgroup == "escaped")


def _after_quote(statement: str, place: int, *, escapes: bool) -> int:
    while place < len(statement):
        character = statement[place]
        if character == "\\":
            if not escapes and statement[place + 1 : place + 2] == "'":
                return len(
                    statement
                )  # an escape or the end, as standard_conforming_strings has it: hide the rest
            place += 2 if escapes else 1
        elif character == "'":
            if statement[place + 1 : place + 2] != "'":
                return place + 1
            place += 2
        else:
            place += 1
    return place
