"""Reads the corpora: lines with secrets and harmless ones, whose random parts are made when they are read.

In the files a secret stands between « and », ⏎ is the end of a line, and ⟨hex 32⟩ is what `_MAKERS` says:
so no token stands in a file as a whole. Lines that begin with "## " are headings.
"""

import base64
import re
import string
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
_PART = re.compile(r"⟨(\w+) ([^⟩]+)⟩")
_MARKED = re.compile(r"«([^»]+)»")
_ALPHABETS: Mapping[str, str] = {
    "hex": "0123456789abcdef",
    "HEX": "0123456789ABCDEF",
    "an": string.ascii_letters + string.digits,
    "AN": string.ascii_uppercase + string.digits,
    "low": string.ascii_lowercase + string.digits,
    "az": string.ascii_letters,
    "w": string.ascii_letters + string.digits + "_-",
    "b64": string.ascii_letters + string.digits + "+/",
    "d": string.digits,
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One record: what it is about, its text, and the secrets in it."""

    about: str
    text: str
    secrets: tuple[str, ...] = ()


def secrets() -> list[Sample]:
    """Every record with a secret."""
    return [sample for path in sorted(HERE.glob("secrets_*.txt")) for sample in _read(path)]


def harmless() -> list[Sample]:
    """Every record that must stay as it is."""
    return [sample for path in sorted(HERE.glob("harmless_*.txt")) for sample in _read(path)]


def _read(path: Path) -> Iterator[Sample]:
    about = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        if line.startswith("## "):
            about = line[3:]
        elif line.strip():
            yield _sample(about, line, Random(f"{path.name} {number}"))  # noqa: S311 -- the same at every reading


def _sample(about: str, line: str, random: Random) -> Sample:
    whole = _PART.sub(lambda part: _made(part[1], part[2], random), line).replace("⏎", "\n")
    return Sample(about, _MARKED.sub(r"\1", whole), tuple(_MARKED.findall(whole)))


def _made(kind: str, argument: str, random: Random) -> str:
    if kind in _ALPHABETS:
        return _letters(_ALPHABETS[kind], int(argument), random)
    return _MAKERS[kind](argument, random)


def _letters(alphabet: str, length: int, random: Random) -> str:
    return "".join(random.choice(alphabet) for _ in range(length))


def _jwt(_argument: str, random: Random) -> str:
    claims = (
        base64.urlsafe_b64encode(b'{"sub":"%d","aud":"shop"}' % random.randrange(10**9)).decode().rstrip("=")
    )
    return f"eyJhbGciOiJIUzI1NiJ9.{claims}.{_letters(_ALPHABETS['w'], 43, random)}"


def _body(lines: str, random: Random) -> str:
    return "\n".join(_letters(_ALPHABETS["b64"], 64, random) for _ in range(int(lines)))


def _card(grouping: str, random: Random) -> str:
    """Digits as in "4### #### #### ####", with the last one made right."""
    digits = [character if character != "#" else str(random.randrange(10)) for character in grouping]
    while not _right("".join(digits)):
        digits[-1] = str((int(digits[-1]) + 1) % 10)
    return "".join(digits)


def _right(number: str) -> bool:
    values = [int(character) for character in reversed(number) if character.isdigit()]
    return (sum(values[::2]) + sum(sum(divmod(2 * value, 10)) for value in values[1::2])) % 10 == 0


_MAKERS: Mapping[str, Callable[[str, Random], str]] = {
    "jwt": _jwt,
    "uuid": lambda _, random: str(uuid.UUID(int=random.getrandbits(128), version=4)),
    "body": _body,
    "line": lambda lines, random: _body(lines, random).replace("\n", "\\n"),
    "card": _card,
    "base64": lambda text, _: base64.b64encode(text.encode()).decode(),
    "join": lambda parts, _: "".join(parts.split()),
}
