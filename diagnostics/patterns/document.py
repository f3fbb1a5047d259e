"""YAML that remembers its lines: plain data only, no tags, no aliases, no key twice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from incidents.errors import Misconfigured

Place: TypeAlias = tuple[int | str, ...]  # from the top of the document to a value, by numbers and keys

LARGEST = 256 * 1024  # bytes of a file
LOADER = (
    yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
)  # plain data only; the C one is tenfold


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds."""

    path: Path
    data: Any  # plain lists, mappings, texts and numbers, to be checked by a model
    lines: Mapping[Place, int]

    def at(self, place: Place) -> str:
        """File and line of that place, or of the nearest one around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return f"{self.path}:{self.lines.get(place, 1)}"


def document(path: Path) -> Document:
    """The file as data with its lines.

    Raises:
        Misconfigured: it cannot be read, or is not YAML, with the line.
    """
    text = _text(path)
    try:
        for token in yaml.scan(text, Loader=LOADER):
            _plain(path, token)
        loader = LOADER(text)
        node = loader.get_single_node()
        lines = dict(_lines(path, node, ())) if node else {}
        data = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Misconfigured(f"{path}:{line}: is not valid YAML: {error.problem}. Mend that line.") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Misconfigured(f"{path}: is not valid YAML: {str(error).partition(chr(10))[0]}.") from None
    return Document(path, data, lines)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise Misconfigured(f"{path} is too large; at most {LARGEST // 1024} KB. Make two files of it.")
        return content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be read ({error}). Make it a readable UTF-8 file.") from None


def _plain(path: Path, token: yaml.Token) -> None:
    """Refuse what would let a small file stand for a large one, or for more than data."""
    refused = {yaml.AnchorToken: "an anchor (&)", yaml.AliasToken: "an alias (*)", yaml.TagToken: "a tag (!)"}
    for kind, name in refused.items():
        if isinstance(token, kind):
            line = token.start_mark.line + 1
            raise Misconfigured(f"{path}:{line}: has {name}. Put the text in quotes, or write it out.")


def _lines(path: Path, node: yaml.Node, place: Place) -> Iterator[tuple[Place, int]]:
    yield place, node.start_mark.line + 1
    match node:
        case yaml.SequenceNode():
            for number, item in enumerate(node.value):
                yield from _lines(path, item, (*place, number))
        case yaml.MappingNode():
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    line = key.start_mark.line + 1
                    raise Misconfigured(f"{path}:{line}: {key.value} stands there twice. Keep it once.")
                seen.add(key.value)
                yield from _lines(path, value, (*place, key.value))
                yield (*place, key.value), key.start_mark.line + 1
