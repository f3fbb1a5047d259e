"""What the certificates of a port mean. Pure."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from diagnostics.probes.certificates import Certificate, first_to_end
from diagnostics.probes.tls.codes import Code
from diagnostics.probes.tls.section import TlsSection
from diagnostics.probes.unreached import Unreached, unreached
from diagnostics.wording import DAY, duration
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

PROBE = "tls.expiry"
REFUSE = "Clients that check certificates refuse to connect."
OWN_AUTHORITY = "If that is an authority of your own, name its file in services.toml (authority)."
INCOMPLETE = "It sends no certificate but its own: if the issuer is public, configure the whole chain."
VERIFY = {
    9: Code.NOT_YET,
    10: Code.EXPIRED,
    62: Code.WRONG_HOST,
    64: Code.WRONG_HOST,
    2: Code.UNKNOWN_ISSUER,
    20: Code.UNKNOWN_ISSUER,
    21: Code.UNKNOWN_ISSUER,
    18: Code.SELF_SIGNED,
    19: Code.SELF_SIGNED,
}
NETWORK = {
    Unreached.REFUSED: (
        Code.REFUSED,
        "Nothing listens at",
        "See whether the process runs, and on which port.",
    ),
    Unreached.NO_ANSWER: (
        Code.NO_ANSWER,
        "No handshake in time with",
        "See whether it is frozen or overloaded, then at firewalls between here and there.",
    ),
    Unreached.NO_ADDRESS: (
        Code.NO_ADDRESS,
        "The name is not known here:",
        "Check the name in services.toml and the resolver of this machine.",
    ),
    Unreached.TLS: (
        Code.NO_HANDSHAKE,
        "No agreement about TLS with",
        "It speaks no TLS on that port, or only versions that are no longer safe. Check the port.",
    ),
    Unreached.BROKEN: (
        Code.BROKEN,
        "The connection was ended in the handshake by",
        "Read its log: it may speak no TLS on that port, or want a certificate from the client.",
    ),
}


OTHERWISE = (Code.NOT_REACHED, "No connection to", "Try it by hand: openssl s_client -connect.")
NO_SUCH_NAME = "TLSV1_UNRECOGNIZED_NAME"
UNNAMED = (
    Code.NAME_UNKNOWN,
    "There is no certificate for {} at",
    "Add the name and its certificate where the port is served, or correct the name that clients use.",
)


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen of a port, and when.

    Attributes:
        chain: the certificates that were sent, its own first.
        fault: why they were not accepted; None if they were.
        fits: whether its own is for the host that we expect.
    """

    target: str
    section: TlsSection
    now: datetime
    chain: tuple[Certificate, ...]
    fault: ssl.SSLCertVerificationError | None = None
    fits: bool = True


def judged(sight: Sight) -> tuple[Finding, ...]:
    """One finding for each fault, or one about how long the certificates last."""
    if not sight.chain:
        return (unreadable(sight.target, sight.section),)
    return tuple(_faults(sight)) if sight.fault else (_lasts(sight),)


def no_handshake(target: str, section: TlsSection, error: Exception) -> Finding:
    """The finding about a port without a handshake."""
    code, sentence, next_step = NETWORK.get(unreached(error), OTHERWISE)
    if getattr(error, "reason", None) == NO_SUCH_NAME:
        code, sentence, next_step = UNNAMED[0], UNNAMED[1].format(section.expected), UNNAMED[2]
    return Finding(
        code=code,
        probe=PROBE,
        target=target,
        health=Health.CRITICAL,
        sentence=f"{sentence} {_place(section)}.",
        figures=(
            Figure("host", section.expected),
            Figure("error", type(error).__name__),
            Figure("reason", getattr(error, "reason", None)),
        ),
        meaning="Nobody can connect there.",
        next_step=next_step,
    )


def unreadable(target: str, section: TlsSection) -> Finding:
    """The finding about a certificate that cannot be read."""
    return Finding(
        code=Code.UNREADABLE,
        probe=PROBE,
        target=target,
        health=Health.UNKNOWN,
        sentence=f"{_place(section)} sends no certificate that can be read.",
        figures=(Figure("host", section.expected), Figure("error", None)),
        meaning="How long it lasts is not known.",
        next_step="Look at it by hand: openssl s_client -showcerts -connect.",
    )


def _lasts(sight: Sight) -> Finding:
    section = sight.section
    ending = first_to_end(sight.chain, sight.now) or sight.chain[0]
    days = ending.left(sight.now) / DAY
    left = duration(ending.left(sight.now))
    critical, warn, note = days <= section.critical, days <= section.warn, days <= section.note
    return Finding(
        code=Code.ENDS_SOON if note or warn or critical else Code.VALID,
        probe=PROBE,
        target=sight.target,
        health=Health.CRITICAL if critical else Health.WARN if warn else Health.OK,
        sentence=f"{_whose(sight, ending)} is valid for another {left}, until {_day(ending.ends)}.",
        figures=_figures(sight, ending),
        meaning="From then on clients refuse to connect." if note or warn or critical else "",
        next_step="Renew it, and see why the automatic renewal has not." if note or warn or critical else "",
        table=_table(sight),
    )


def _faults(sight: Sight) -> Iterator[Finding]:
    own, code = sight.chain[0], sight.fault.verify_code if sight.fault else 0
    named = VERIFY.get(code, Code.NOT_TRUSTED)
    past = next((each for each in sight.chain if each.left(sight.now) <= 0 and not each.root), None)
    if own.left(sight.now) <= 0 or named is Code.EXPIRED:
        yield _expired(sight, own if own.left(sight.now) <= 0 else past or own)
    if own.begins > sight.now or named is Code.NOT_YET:
        yield _fault(
            sight,
            Code.NOT_YET,
            f"The certificate of {sight.section.expected} is valid only from {_day(own.begins)} on.",
            "Check the clock of this machine and of the one that issued it.",
        )
    if not sight.fits or named is Code.WRONG_HOST:
        yield _fault(
            sight,
            Code.WRONG_HOST,
            f"The certificate is for {own.for_names}, not for {sight.section.expected}.",
            "Install the certificate of this host, or correct the name that clients use.",
        )
    if named in {Code.UNKNOWN_ISSUER, Code.SELF_SIGNED, Code.NOT_TRUSTED}:
        yield _untrusted(sight, named)


def _expired(sight: Sight, which: Certificate) -> Finding:
    ago = -which.left(sight.now)
    when = (
        f"expired {duration(ago)} ago, on {_day(which.ends)}" if ago >= 0 else "has expired, or one above it"
    )
    return _fault(
        sight,
        Code.EXPIRED,
        f"{_whose(sight, which)} {when}.",
        "Renew it now, and see why the automatic renewal failed.",
    )


def _untrusted(sight: Sight, code: Code) -> Finding:
    own, said = sight.chain[0], quoted(sight.fault.verify_message, 100) if sight.fault else ""
    alone = len(sight.chain) == 1
    match code:
        case Code.SELF_SIGNED:
            return _fault(
                sight,
                code,
                f"The certificate of {sight.section.expected} is signed by {quoted(own.issuer, 80)}, "
                "which vouches for itself.",
                OWN_AUTHORITY,
            )
        case Code.UNKNOWN_ISSUER:
            return _fault(
                sight,
                code,
                f"The issuer of the certificate of {sight.section.expected} is not known here: "
                f"{quoted(own.issuer, 80)}.",
                f"{INCOMPLETE} {OWN_AUTHORITY}" if alone else OWN_AUTHORITY,
            )
        case _:
            return _fault(
                sight,
                code,
                f"The certificate of {sight.section.expected} is not accepted: {said}.",
                "Replace it.",
            )


def _fault(sight: Sight, code: Code, sentence: str, next_step: str) -> Finding:
    return Finding(
        code=code,
        probe=PROBE,
        target=sight.target,
        health=Health.CRITICAL,
        sentence=sentence,
        figures=_figures(sight, sight.chain[0]),
        meaning=REFUSE,
        next_step=next_step,
        table=_table(sight),
    )


def _figures(sight: Sight, certificate: Certificate) -> tuple[Figure, ...]:
    return (
        Figure("host", sight.section.expected),
        Figure("names", certificate.for_names),
        Figure("issuer", certificate.issuer),
        Figure("ends", _day(certificate.ends)),
        Figure("left", round(certificate.left(sight.now)), "s"),
        Figure("verify code", sight.fault.verify_code if sight.fault else 0),
    )


def _whose(sight: Sight, certificate: Certificate) -> str:
    own = f"The certificate of {sight.section.expected}"
    if certificate is sight.chain[0]:
        return own
    return (
        f"The certificate of {quoted(certificate.subject, 80)}, which vouches for {sight.section.expected},"
    )


def _table(sight: Sight) -> tuple[tuple[str, ...], ...]:
    rows = ((each.subject, each.issuer, _day(each.begins), _day(each.ends)) for each in sight.chain)
    return (("certificate of", "issued by", "from", "until"), *rows)


def _place(section: TlsSection) -> str:
    return f"{section.host} port {section.port}"


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
