"""The stable codes of what can be seen on an HTTP service.

HT00x answered · HT01x did not answer as it should · HT02x did not answer
"""

from enum import StrEnum


class Code(StrEnum):
    """One condition each; the health of a finding tells how bad it is."""

    ANSWERS = "HT001"  # 2xx, in time
    SAYS_ILL = "HT002"  # 2xx, but its own words say that a part has failed
    NOTHING_TO_ASK = "HT003"  # no health address was found

    ALIVE_NOT_READY = "HT010"  # the process lives, something that it needs does not
    SERVER_ERROR = "HT011"  # 5xx
    REFUSES = "HT012"  # 4xx at an address that was configured
    LEADS_AWAY = "HT013"  # a redirect to another host, not followed
    FRONT_CUT_OFF = "HT014"  # 502, 503 or 504 at the front while the back end is well

    REFUSED = "HT020"  # nothing listens
    TIMED_OUT = "HT021"  # no answer in time
    NO_ADDRESS = "HT022"  # the host's name is not known
    TLS_FAILED = "HT023"  # the certificate or the handshake
    BROKEN = "HT024"  # the connection ended in the middle of an answer
