"""What of the settings must never be seen, of targets and of single texts."""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import BaseModel, SecretStr

from diagnostics.probe import Target


def secrets(targets: Iterable[Target]) -> frozenset[str]:
    """What must never be seen of these targets: tokens, passwords, and addresses that hold a password."""
    return frozenset(text for target in targets for text in _secrets(target.section))


def _secrets(value: object) -> Iterator[str]:
    match value:
        case SecretStr():
            yield from hidden(value.get_secret_value())
        case BaseModel():
            for _, inner in value:
                yield from _secrets(inner)
        case Mapping():
            for inner in value.values():
                yield from _secrets(inner)
        case list() | tuple():
            for inner in value:
                yield from _secrets(inner)


def hidden(secret: str) -> Iterator[str]:
    """What of it must not be seen: an address is a secret for its password only, all else as a whole."""
    try:
        parts = urlsplit(secret)
    except ValueError:
        parts = urlsplit("")
    if not (parts.scheme and "://" in secret):
        yield secret
        return
    passwords = [unquote(parts.password)] if parts.password else []
    passwords += parse_qs(parts.query).get("password", [])
    if passwords:
        yield from (secret, *passwords)
