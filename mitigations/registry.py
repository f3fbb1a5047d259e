"""The kinds of targets that can be changed. A new kind is one folder and one line here."""

from mitigations.action import AnyKind
from mitigations.breaker import kind as breaker
from mitigations.docker import kind as docker
from mitigations.kubernetes import kind as kubernetes
from mitigations.postgres import kind as postgres

KINDS: tuple[AnyKind, ...] = (postgres.KIND, docker.KIND, kubernetes.KIND, breaker.KIND)


def kind_of(word: str) -> AnyKind | None:
    """The kind of that word, or None."""
    return next((kind for kind in KINDS if kind.kind == word), None)
