"""The stable codes of what Sentry shows.

SN01x asking Sentry · SN1xx new errors
"""

from enum import StrEnum

from diagnostics.code import WORD, Described
from diagnostics.probes.unasked import System, described


class Code(StrEnum):
    """One condition each; the health of a finding tells how bad it is."""

    REFUSED = "SN010"
    NO_ANSWER = "SN011"
    NO_ADDRESS = "SN012"
    TLS_FAILED = "SN013"
    BROKEN = "SN014"
    UNAUTHORISED = "SN015"
    FORBIDDEN = "SN016"
    NOT_THERE = "SN017"
    LIMITED = "SN018"

    NOTHING_NEW = "SN100"
    NEW_IN_RELEASE = "SN101"  # an error never seen before, first seen in the newest release
    NEW_ERRORS = "SN102"  # errors never seen before, of an older or unknown release


SENTRY = System(
    name="Sentry",
    setting="url",
    codes=Code,
    rights={"issues": "event:read", "releases": "project:read"},
)
RELEASE = {"newest release": WORD, "minutes since release": "min"}
ERRORS = RELEASE | {
    "errors": "",
    "events": "",
    "users": "",
    "error": WORD,
    "culprit": WORD,
    "release": WORD,
    "minutes since first seen": "min",
    "strength": WORD,
}

CODES = (
    *described(SENTRY),
    Described(Code.NOTHING_NEW, "No new error", RELEASE),
    Described(
        Code.NEW_IN_RELEASE,
        "A new error in the newest release",
        ERRORS,
        "It was never seen before this release, so the release likely brought it.",
        "Compare its first time with when the trouble began; if it fits, roll back that release.",
    ),
    Described(
        Code.NEW_ERRORS,
        "New errors",
        ERRORS,
        "They were never seen before, so something changed: code, data, load or a dependency.",
        "Open the most frequent one in Sentry and see what it waits for or calls.",
    ),
)
