"""The kinds of targets that can be changed. A new kind is one folder and its name here."""

from importlib import import_module

from mitigations.action import AnyKind

WORDS = ("postgres", "docker", "systemd", "kubernetes", "github", "breaker", "switch")


def kind_of(word: str) -> AnyKind | None:
    """The kind of that word, or None; its folder is imported now, since its client takes long."""
    if word not in WORDS:
        return None
    kind: AnyKind = import_module(f"mitigations.{word}.kind").KIND
    return kind


def kinds() -> tuple[AnyKind, ...]:
    """All of them."""
    return tuple(kind for word in WORDS if (kind := kind_of(word)))
