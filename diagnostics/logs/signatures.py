"""What a line of a log speaks of, and the level that it gives itself."""

import re

from diagnostics.logs.codes import Code
from diagnostics.logs.known import SIGNATURES
from diagnostics.logs.known_form import Signature, Weight

READ = 2_000  # characters of a line that are judged
HEAD = 160  # characters in which a line says its level
QUIET = frozenset({"trace", "debug", "info", "notice", "log"})
FATAL = frozenset({"fatal", "critical", "crit", "panic", "alert", "emerg"})
BAD = FATAL | {"error", "err", "severe"}
WORDS = "trace|debug|info|notice|log|warn|warning|error|err|fatal|critical|crit|panic|alert|emerg|severe"
LEVEL = re.compile(
    rf"""\b(?P<shouted>{WORDS.upper()})\b | \[(?P<boxed>(?i:{WORDS}))\]
    | (?i:\b(?:level|lvl|severity)"?\s?[=:]\s?"?(?P<named>{WORDS})\b)""",
    re.VERBOSE,
)
LEVELS = {Code.LOG_CRITICAL: Weight.COMMON, Code.LOG_ERROR_LEVEL: Weight.COMMON}
WEIGHTS = LEVELS | {signature.code: signature.weight for signature in SIGNATURES}


def level(text: str) -> str:
    """The level that a line gives itself, in small letters; empty if none."""
    found = LEVEL.search(text, 0, HEAD)
    return (found["shouted"] or found["boxed"] or found["named"]).casefold() if found else ""


def spoken_of(text: str) -> tuple[Code, ...]:
    """What a line speaks of; empty for most lines."""
    text = text[:READ]
    small, own = text.casefold(), level(text)
    found = tuple(
        signature.code
        for signature in SIGNATURES
        if not (signature.calm and own in QUIET) and _fits(signature, text, small)
    )
    if own in FATAL:
        return (*found, Code.LOG_CRITICAL)
    return found or ((Code.LOG_ERROR_LEVEL,) if own in BAD else ())


def _fits(signature: Signature, text: str, small: str) -> bool:
    if any(word in small for word in signature.unless):
        return False
    if any(word in small for word in signature.words):
        return True
    return bool(signature.shape and signature.shape.search(text))
