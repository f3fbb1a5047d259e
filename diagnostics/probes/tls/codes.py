"""The stable codes of what can be seen on a TLS port.

TL00x accepted · TL01x not accepted · TL02x no handshake
"""

from enum import StrEnum

from diagnostics.code import WORD, Described


class Code(StrEnum):
    """One condition each; the health of a finding tells how bad it is."""

    VALID = "TL001"  # accepted, and for long enough
    ENDS_SOON = "TL002"  # accepted, but it or one above it ends soon

    EXPIRED = "TL010"  # verify code 10
    NOT_YET = "TL011"  # verify code 9
    WRONG_HOST = "TL012"  # verify code 62 or 64
    UNKNOWN_ISSUER = "TL013"  # verify code 2, 20 or 21
    SELF_SIGNED = "TL014"  # verify code 18 or 19
    NOT_TRUSTED = "TL015"  # any other verify code
    UNREADABLE = "TL016"  # it sends no certificate, or one that cannot be read

    REFUSED = "TL020"  # nothing listens
    NO_ANSWER = "TL021"  # no handshake in time
    NO_ADDRESS = "TL022"  # the host's name is not known
    NO_HANDSHAKE = "TL023"  # it speaks no TLS, or none that we speak
    BROKEN = "TL024"  # it ended the connection in the handshake
    NOT_REACHED = "TL025"  # any other reason
    NAME_UNKNOWN = "TL026"  # it has no certificate for the name that it was asked for


CERTIFICATE = {"host": WORD, "names": WORD, "issuer": WORD, "ends": WORD, "left": "s", "verify code": ""}
REASON = {"host": WORD, "error": WORD, "reason": WORD}

CODES = (
    Described(Code.VALID, "the certificate is accepted", CERTIFICATE),
    Described(Code.ENDS_SOON, "the certificate ends soon", CERTIFICATE, "From then on clients refuse it."),
    Described(Code.EXPIRED, "the certificate has expired", CERTIFICATE, "Clients refuse to connect."),
    Described(Code.NOT_YET, "the certificate is not valid yet", CERTIFICATE, "Clients refuse to connect."),
    Described(
        Code.WRONG_HOST, "the certificate is for another host", CERTIFICATE, "Clients refuse to connect."
    ),
    Described(Code.UNKNOWN_ISSUER, "its issuer is not known", CERTIFICATE, "Clients without it refuse."),
    Described(Code.SELF_SIGNED, "it is signed by itself", CERTIFICATE, "Clients that were not told refuse."),
    Described(Code.NOT_TRUSTED, "it is not trusted for another reason", CERTIFICATE),
    Described(Code.UNREADABLE, "no certificate to read", REASON),
    Described(Code.REFUSED, "nothing listens", REASON),
    Described(Code.NO_ANSWER, "no handshake in time", REASON),
    Described(Code.NO_ADDRESS, "the host's name is not known", REASON),
    Described(Code.NO_HANDSHAKE, "no handshake", REASON),
    Described(Code.BROKEN, "the connection was ended in the handshake", REASON),
    Described(Code.NAME_UNKNOWN, "no certificate for the name that is asked for", REASON),
    Described(Code.NOT_REACHED, "not reached for another reason", REASON),
)
