"""How sure a cause is, in hundredths and in words."""

from incidents.evidence import Confidence

BASE = 50  # hundredths that a cause has when what it requires is so
LEAST, MOST = 5, 95
HIGH = 85
MEDIUM = 65


def bounded(hundredths: int) -> int:
    """Never quite certain, never quite impossible."""
    return max(LEAST, min(hundredths, MOST))


def confidence(score: int) -> Confidence:
    """What people call that many hundredths."""
    if score >= HIGH:
        return Confidence.HIGH
    return Confidence.MEDIUM if score >= MEDIUM else Confidence.LOW
