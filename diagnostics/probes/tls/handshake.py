"""One handshake: the certificates that were sent, or the error that says why there are none."""

import asyncio
import ssl

from diagnostics.probes.certificates import Certificate, reading, sent, trusting, trusting_only
from diagnostics.probes.tls.section import TlsSection
from diagnostics.probes.unreached import certificate_error

HANDSHAKE = 3.0  # seconds, with the connection
HOST_CODES = frozenset({62, 64})  # of OpenSSL: another host, another address


async def verified(section: TlsSection) -> tuple[Certificate, ...]:
    """The certificates of a port whose handshake we accept.

    Raises:
        ssl.SSLCertVerificationError: we do not; its verify_code says why.
        OSError: there was no handshake.
        ValueError: what was sent cannot be read.
    """
    context = await asyncio.to_thread(trusting, section.authority)  # it reads files
    return await _shake(section, context)


async def unverified(section: TlsSection) -> tuple[Certificate, ...]:
    """The certificates of a port whatever they are.

    Raises:
        OSError: there was no handshake.
        ValueError: what was sent cannot be read.
    """
    return await _shake(section, reading())


async def fits_host(section: TlsSection, certificate: Certificate) -> bool:
    """Whether the certificate is for the host that we expect, whoever issued it.

    Of several faults OpenSSL names one: the issuer before the host, the host before the dates. So it is asked
    again while it trusts that very certificate.

    Raises:
        OSError: there was no handshake.
    """
    try:
        await _shake(section, trusting_only(certificate))
    except ssl.SSLError as error:
        fault = certificate_error(error)
        return fault is None or fault.verify_code not in HOST_CODES
    return True


async def _shake(section: TlsSection, context: ssl.SSLContext) -> tuple[Certificate, ...]:
    async with asyncio.timeout(HANDSHAKE):
        _, writer = await asyncio.open_connection(
            section.host, section.port, ssl=context, server_hostname=section.expected
        )
    try:
        return sent(writer.get_extra_info("ssl_object"))
    finally:
        writer.transport.abort()
