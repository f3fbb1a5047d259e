"""An address from services.toml: checked, and free of what would put a secret or a query into it."""

from typing import Annotated, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator


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
    return url.rstrip("/")


Address: TypeAlias = Annotated[str, AfterValidator(plain)]
