"""Certificates as they are read from a handshake, whether or not they can be trusted."""

import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

SHOWN = 5  # names of a certificate that are shown
DER = 2  # OpenSSL's number for that encoding


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate.

    Attributes:
        subject: its common name, or else the first name that it is for.
        issuer: the common name of who issued it, or else the organisation.
        names: the hosts and addresses that it is for.
        begins: from when it is valid, UTC.
        ends: until when, UTC.
        der: its bytes.
    """

    subject: str
    issuer: str
    names: tuple[str, ...]
    begins: datetime
    ends: datetime
    der: bytes

    def left(self, now: datetime) -> float:
        """Seconds until it ends; negative once it has."""
        return (self.ends - now).total_seconds()

    @property
    def for_names(self) -> str:
        """The hosts that it is for, in words."""
        shown = ", ".join(self.names[:SHOWN]) or "no host at all"
        more = len(self.names) - SHOWN
        return f"{shown} and {more} more" if more > 0 else shown

    @property
    def root(self) -> bool:
        """Whether it is issued by itself."""
        return self.subject == self.issuer


def read(der: bytes) -> Certificate:
    """The certificate in these bytes.

    Raises:
        ValueError: they hold none.
    """
    found = x509.load_der_x509_certificate(der)
    names = _names(found)
    return Certificate(
        subject=_common(found.subject) or (names[0] if names else "no name"),
        issuer=_common(found.issuer) or "no name",
        names=names,
        begins=found.not_valid_before_utc,
        ends=found.not_valid_after_utc,
        der=der,
    )


def sent(connection: ssl.SSLObject) -> tuple[Certificate, ...]:
    """The certificates that the other side sent, its own first; empty if it sent none.

    Raises:
        ValueError: what it sent cannot be read.
    """
    return tuple(read(der) for der in _chain(connection))


def first_to_end(chain: Iterable[Certificate], now: datetime) -> Certificate | None:
    """Which certificate of a chain that was verified ends first.

    Those that have ended were not needed to verify it, and a root is known by its key.
    """
    alive = [certificate for certificate in chain if certificate.left(now) > 0 and not certificate.root]
    return min(alive, key=lambda certificate: certificate.ends, default=None)


def trusting(authority: Path | None) -> ssl.SSLContext:
    """A context that verifies, by this machine's authorities and perhaps one more.

    Raises:
        OSError: the file of the authority cannot be read, or holds none.
    """
    context = ssl.create_default_context()
    if authority:
        context.load_verify_locations(cafile=authority)
    return context


def reading() -> ssl.SSLContext:
    """A context that verifies nothing: to read a certificate that is not trusted, never to talk."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def trusting_only(certificate: Certificate) -> ssl.SSLContext:
    """A context that trusts that very certificate: what it still refuses is the host's name, or the dates."""
    context = ssl.create_default_context(cadata=certificate.der)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _chain(connection: ssl.SSLObject) -> list[bytes]:
    public = getattr(connection, "get_unverified_chain", None)  # from Python 3.13 on
    if public:
        return list(public() or ())
    inner = getattr(getattr(connection, "_sslobj", None), "get_unverified_chain", None)
    if inner:
        return [certificate.public_bytes(DER) for certificate in inner() or ()]
    own = connection.getpeercert(binary_form=True)
    return [own] if own else []


def _names(found: x509.Certificate) -> tuple[str, ...]:
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = (str(address) for address in names.get_values_for_type(x509.IPAddress))
    return (*names.get_values_for_type(x509.DNSName), *addresses)


def _common(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME) or name.get_attributes_for_oid(
        NameOID.ORGANIZATION_NAME
    )
    return str(found[0].value) if found else ""
