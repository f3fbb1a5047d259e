"""How much the redactor catches and damages, over both corpora."""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass

from diagnostics.redaction import Redactor
from tests.diagnostics.redaction.corpus import Sample, harmless, secrets

PIECE = 6  # characters of a secret that must not be left


@dataclass(frozen=True, slots=True)
class Figures:
    """What came out; `line` and `megabytes` (of log text) in seconds of one processor, `kept` as a share."""

    secrets: int
    missed: tuple[Sample, ...]
    harmless: int
    damaged: tuple[tuple[Sample, str], ...]
    kept: float
    line: float
    megabytes: float


MEGABYTES = 3


def measured() -> Figures:
    """Both corpora through the redactor; times in seconds of one processor."""
    redactor = Redactor(f"a-known-value-{number}" for number in range(8))
    guilty, innocent = secrets(), harmless()
    outcomes = [(sample, redactor.redact(sample.text).text) for sample in guilty]
    begun = time.process_time()
    damaged = [(sample, redactor.redact(sample.text).text) for sample in innocent]
    line = (time.process_time() - begun) / len(innocent)
    return Figures(
        secrets=len(guilty),
        missed=tuple(sample for sample, text in outcomes if left(sample, text)),
        harmless=len(innocent),
        damaged=tuple((sample, text) for sample, text in damaged if text != sample.text),
        kept=_kept(outcomes),
        line=line,
        megabytes=_timed(redactor, innocent),
    )


def left(sample: Sample, text: str) -> str:
    """A piece of a secret that is still in the text; empty if there is none."""
    text = re.sub(r"\[redacted:\w+\]", " ", text)
    around = sample.text
    for secret in sample.secrets:
        around = around.replace(secret, " ")
    for secret in sample.secrets:
        size = min(PIECE, len(secret))
        pieces = (secret[place : place + size] for place in range(len(secret) - size + 1))
        found = next((piece for piece in pieces if piece in text and piece not in around), "")
        if found:
            return found
    return ""


def _kept(outcomes: Iterable[tuple[Sample, str]]) -> float:
    """The share of the words beside secrets that are still there."""
    words = there = 0
    for sample, text in outcomes:
        around = sample.text
        for secret in sample.secrets:
            around = around.replace(secret, " ")
        found = re.findall(r"\w{3,}", around)
        words += len(found)
        there += sum(word in text for word in found)
    return there / words


def _timed(redactor: Redactor, samples: Iterable[Sample]) -> float:
    once = "\n".join(sample.text for sample in samples)
    text = once * (MEGABYTES * 1_000_000 // len(once))
    begun = time.process_time()
    redactor.redact(text)
    return time.process_time() - begun
