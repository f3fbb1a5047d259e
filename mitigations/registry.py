"""The kinds of targets that can be changed. A new kind is one folder and one line here."""

from mitigations.action import AnyKind
from mitigations.breaker import kind as breaker
from mitigations.docker import kind as docker
from mitigations.github import kind as github
from mitigations.kubernetes import kind as kubernetes
from mitigations.postgres import kind as postgres
from mitigations.switch import kind as switch
from mitigations.systemd import kind as systemd

KINDS: tuple[AnyKind, ...] = (
    postgres.KIND,
    docker.KIND,
    systemd.KIND,
    kubernetes.KIND,
    github.KIND,
    breaker.KIND,
    switch.KIND,
)


def kind_of(word: str) -> AnyKind | None:
    """The kind of that word, or None."""
    return next((kind for kind in KINDS if kind.kind == word), None)
