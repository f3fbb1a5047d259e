"""Where to look for facts that are missing: at a target that was not asked, or what is not configured."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from diagnostics.patterns.schema import Schema
from diagnostics.wording import listed


@dataclass(frozen=True, slots=True)
class Reach:
    """What could be asked, and what was.

    Attributes:
        configured: of each service, what people type for its targets, and the word of each one's facts.
        looked: the targets that were looked at as a whole, such as "payments db".
    """

    configured: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    looked: AbstractSet[str] = frozenset()

    def asks(self, service: str, words: AbstractSet[str]) -> dict[str, bool]:
        """The service's targets that know facts of these words, and whether each was looked at."""
        own = self.configured.get(service, {})
        return {name: f"{service} {name}" in self.looked for name, word in own.items() if word in words}


def further(service: str, missing: Sequence[AbstractSet[str]], reach: Reach, schema: Schema) -> str:
    """The command that would tell what is missing; empty where nothing that is configured does.

    Args:
        service: in which the cause is looked for.
        missing: the words of the facts that are missing, sign by sign, the most telling first.
        reach: what could be asked.
        schema: the facts that there are.
    """
    signs = [schema.readers(words) for words in missing]
    if service not in reach.configured:
        return ""
    found = [reach.asks(service, words) for words in signs]
    waiting = [name for targets in found for name, looked in targets.items() if not looked]
    names = tuple(dict.fromkeys(waiting))
    return f"`/diagnose {service} {names[0] if len(names) == 1 else 'all'}`" if names else ""


def unconfigured(service: str, words: AbstractSet[str], reach: Reach, schema: Schema) -> str:
    """The kinds of probe that tell facts of these words, if none of them is configured for the service."""
    readers = schema.readers(words)
    if not readers or service not in reach.configured or reach.asks(service, readers):
        return ""
    return _kinds(readers, schema)


def _kinds(words: AbstractSet[str], schema: Schema) -> str:
    return listed(tuple(schema.probes[word] for word in schema.probes if word in words), "or")
