"""The stable codes of what can be seen of circuit breakers.

CB00x what they say · CB01x they could not be asked
"""

from enum import StrEnum

from diagnostics.code import WORD, Described
from diagnostics.probes.http.unanswered import FIGURES


class Code(StrEnum):
    """One condition each; the health of a finding tells how bad it is."""

    CLOSED = "CB001"  # calls go through
    OPEN = "CB002"  # calls fail at once
    HALF_OPEN = "CB003"  # a few calls are tried
    DISABLED = "CB004"  # it protects nothing
    NO_STATE = "CB005"  # the answer tells of none

    REFUSED = "CB010"  # nothing listens
    TIMED_OUT = "CB011"  # no answer in time
    NO_ADDRESS = "CB012"  # the host's name is not known
    TLS_FAILED = "CB013"  # the certificate or the handshake
    BROKEN = "CB014"  # the connection ended in the middle of an answer
    NOT_ALLOWED = "CB015"  # 401 or 403
    UNAVAILABLE = "CB016"  # 5xx
    NOT_THERE = "CB017"  # any other status


_STATE = {
    "breaker": WORD,
    "breakers": "",
    "state": WORD,
    "failures": "",
    "behind it": WORD,
    "behind it answers for": "s",
}

CODES = (
    Described(Code.CLOSED, "the circuit breaker is closed", _STATE),
    Described(
        Code.OPEN,
        "the circuit breaker is open",
        _STATE,
        "Calls behind it fail at once.",
        "If the service behind it is back, wait 60 s for half-open; if it is still down, use the fallback.",
    ),
    Described(
        Code.HALF_OPEN,
        "the circuit breaker is half-open",
        _STATE,
        "A few calls are tried; it closes if they succeed.",
        "Wait, then ask again.",
    ),
    Described(
        Code.DISABLED,
        "the circuit breaker is switched off",
        _STATE,
        "Calls wait for a service that is down.",
        "Switch it on again when the incident is over.",
    ),
    Described(Code.NO_STATE, "the answer tells of no circuit breaker", FIGURES),
    Described(Code.REFUSED, "nothing listens at its admin address", FIGURES),
    Described(Code.TIMED_OUT, "its admin address does not answer in time", FIGURES),
    Described(Code.NO_ADDRESS, "the host name of its admin address is not known", FIGURES),
    Described(Code.TLS_FAILED, "encryption with its admin address fails", FIGURES),
    Described(Code.BROKEN, "its admin address ended the connection in mid-answer", FIGURES),
    Described(Code.NOT_ALLOWED, "its admin address refuses the login", FIGURES),
    Described(Code.UNAVAILABLE, "its admin address answers 5xx", FIGURES),
    Described(Code.NOT_THERE, "its admin address is wrong", FIGURES),
)
