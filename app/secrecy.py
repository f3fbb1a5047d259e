"""What must never be seen, of all that Tocsin holds; gathered here, so that whoever speaks knows all."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from app import mitigating
from app.mitigating import Changeable
from diagnostics import confidential
from diagnostics.probe import Target
from diagnostics.redaction import Redactor, redacted
from diagnostics.redaction_names import telling

OWN = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "DATABASE_URL")
_FOLDERS = {"PWD", "OLDPWD"}  # they sound like passwords


def known(
    own: Iterable[str], services: Mapping[str, Iterable[Target]], changeable: Changeable
) -> frozenset[str]:
    """The bot's own secrets, those by which it looks at systems and those by which it changes them.

    Args:
        own: tokens, and addresses with a password.
        services: what is looked at, by service.
        changeable: what may be changed, by service.
    """
    looking = confidential.secrets(target for found in services.values() for target in found)
    changing = mitigating.secrets(target for found in changeable.values() for target in found)
    return frozenset((*(part for secret in own for part in parts(secret)), *looking, *changing))


def masking(secrets: Iterable[str]) -> Callable[[str], str]:
    """Takes secrets out of what people write; what holds none stays as it is, to the last invisible sign.

    A password that is a plain word, such as "payments", stays a word there, since lines consist of words.
    """
    redaction = Redactor(secret for secret in secrets if not secret.isalpha())

    def masked(text: str) -> str:
        found = redacted(redaction, text)
        return found.text if found.masked else text

    return masked


def parts(secret: str) -> Iterator[str]:
    """A secret, and the password in it if it is an address; nothing of an address without one."""
    yield from confidential.hidden(secret)


def of_file(folder: Path, environ: Mapping[str, str]) -> frozenset[str]:
    """What services.toml holds or names, whether or not it can be used as it stands; never raises."""
    try:
        tables = tomllib.loads((folder / "services.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return frozenset()
    return frozenset(part for secret in _named(tables, environ) for part in parts(secret))


def of_environment(folder: Path, environ: Mapping[str, str]) -> frozenset[str]:
    """What this process may have been given: by names that tell, in addresses, and by services.toml.

    For the log and the terminal, where a word too much that is masked does no harm.
    """
    names = {name for name in environ if telling(name) and name not in _FOLDERS} | set(OWN)
    addresses = {value for value in environ.values() if "://" in value}
    given = {environ[name] for name in names if environ.get(name)} | addresses
    return frozenset(part for secret in given for part in parts(secret)) | of_file(folder, environ)


def _named(value: object, environ: Mapping[str, str], key: str = "") -> Iterator[str]:
    match value:
        case str() if key.endswith("_env"):
            yield from filter(None, [environ.get(value)])
        case str() if telling(key) or "://" in value:
            yield value
        case Mapping():
            for name, inner in value.items():
                yield from _named(inner, environ, name)
        case list():
            for inner in value:
                yield from _named(inner, environ, key)
