"""Hosts, addresses and paths from services.toml: checked, and free of secrets and of anything beside them."""

import ipaddress
import re
from typing import Annotated, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator

LONGEST = 253  # characters of a host's name
LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"  # compose lets hosts have an underscore
NAME = re.compile(rf"{LABEL}(?:\.{LABEL})*\.?")
WEB = re.compile(r"[A-Za-z0-9._~!$'()*+,;=:@%&/-]*")  # of what RFC 3986 allows in a path, all of it
ASKED = re.compile(r"[A-Za-z0-9._~*+,;=:@%&/?-]*")
FILE = re.compile(r"/[A-Za-z0-9._~@%+,=:/ -]*")


def bare(host: str) -> str:
    """The name (also an international one) or address of a host, as it is.

    Raises:
        ValueError: it is none, or holds anything beside it.
    """
    if not (is_ip(host) or _is_name(host)):
        raise ValueError("it must be a bare name or address, such as shop.example.com")
    return host


def is_ip(text: str) -> bool:
    """Whether it is an IP address; one with a zone is so only if that is a plain word."""
    address, _, zone = text.partition("%")
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return False
    return text == address or (":" in address and zone.isascii() and zone.isalnum())


def _is_name(text: str) -> bool:
    try:
        ascii_name = text.encode("idna").decode()
    except UnicodeError:
        return False
    return len(ascii_name) <= LONGEST and NAME.fullmatch(ascii_name) is not None


def plain(url: str) -> str:
    """The address without a slash at its end.

    Raises:
        ValueError: it is no http address, or holds a password, query or fragment.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it must begin with http:// or https:// and name a host")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("it must hold no password, query or fragment")
    if not url.isprintable() or " " in url:
        raise ValueError("it must hold no spaces or control characters")
    bare(parts.hostname)
    _ = parts.port  # one that is out of range is told here
    if not WEB.fullmatch(parts.path) or climbs(parts.path):
        raise ValueError("its path must hold no .. and only what a path may hold")
    return url.rstrip("/")


def encrypted(url: str) -> str:
    """A checked base address; without encryption only on this machine, since a token goes with it.

    Raises:
        ValueError: in words for services.toml.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or any(sign.isspace() for sign in url):
        raise ValueError("it must begin with https:// and name a host")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("it must hold no password, query or fragment")
    plain(url)
    if parts.scheme == "http" and not _here(parts.hostname):
        raise ValueError("it must begin with https://: a token goes with every request")
    return url.rstrip("/")


def _here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def climbs(path: str) -> bool:
    """Whether a path leads upwards."""
    return ".." in path.split("/")


def below(path: str) -> str:
    """A path on a host, perhaps with a query.

    Raises:
        ValueError: it is none.
    """
    if not path.startswith("/"):
        raise ValueError("it must be a path that begins with /")
    if not ASKED.fullmatch(path) or climbs(path.partition("?")[0]):
        raise ValueError("it must be a path such as /health or /health?full=1, without ..")
    return path


def shown(page: str) -> str:
    """A page: a path, or a full address. Raises ValueError."""
    if page.startswith("/"):
        return below(page)
    if not page.startswith(("http://", "https://")):
        raise ValueError("it must be a path that begins with /, or a full address")
    address, mark, query = page.partition("?")
    _ = plain(address), below(f"/?{query}")
    return f"{address}{mark}{query}"


def file_path(path: str) -> str:
    """The full path of a file here. Raises ValueError: it is none, or leads upwards."""
    if not FILE.fullmatch(path) or climbs(path):
        raise ValueError("it must be a full path that begins with /, without ..")
    return path


Host: TypeAlias = Annotated[str, AfterValidator(bare)]
Address: TypeAlias = Annotated[str, AfterValidator(plain)]
Path: TypeAlias = Annotated[str, AfterValidator(below)]
Page: TypeAlias = Annotated[str, AfterValidator(shown)]
