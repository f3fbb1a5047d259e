"""What is no name, path or address is refused by its key in the settings of every kind of probe."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel, SecretStr

from diagnostics.registry import FAMILIES
from diagnostics.targets import read_targets
from incidents.errors import Misconfigured
from tests.attacks import ATTACKS
from tools.probes import EXAMPLES

EXEMPT: Mapping[str, str] = {
    "bearer_token": "a secret, sent in a header",
    "token": "a secret, sent in a header",
    "username": "sent encoded, with a password",
    "password": "a secret, sent encoded",
    "user": "sent encoded, with a password",
    "labels": "values are quoted as strings of PromQL",
    "alert_labels": "values are quoted as strings of PromQL",
    "instance": "quoted as a string of PromQL",
    "query": "PromQL of the operator's own",
    "queries": "PromQL of the operator's own",
    "impact": "PromQL of the operator's own, and words shown as text",
    "expects": "compared with a page",
    "components": "compared with a status page",
    "name": "checked by itself, below",
}
ALLOWED = {  # what is an attack elsewhere, and a good name here
    ("kubernetes", "context", "user:password@attacker.example"),
    ("proxy", "kubernetes.context", "user:password@attacker.example"),
}
WEB = ("http", "https")
PLACES = {"docker": {"containers": ["edge"]}, "kubernetes": {"namespace": "shop", "selector": "app=edge"}}


def types_of(annotation: Any) -> Iterator[Any]:  # noqa: ANN401 -- what stands beside a setting
    if get_origin(annotation) is Literal:
        yield str
    elif arguments := get_args(annotation):
        for argument in arguments:
            yield from types_of(argument)
    else:
        yield annotation


def settings(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, Any]]:
    """Each setting that takes text, with its type; those of tables behind the table's name."""
    for key, field in model.model_fields.items():
        kinds = [kind for kind in types_of(field.annotation) if isinstance(kind, type)]
        table = next((kind for kind in kinds if issubclass(kind, BaseModel)), None)
        if key in EXEMPT:
            continue
        if table:
            yield from settings(table, f"{above}{key}.")
        elif any(issubclass(kind, str | Path | SecretStr) for kind in kinds) or "IP" in str(kinds):
            yield f"{above}{key}", field.annotation


SETTINGS = [
    (family.kind, key, annotation)
    for family in FAMILIES
    for key, annotation in settings(family.section)
    if key != "kind"
]


def written(annotation: Any, attack: str) -> object:  # noqa: ANN401 -- what stands beside a setting
    """The attack in the shape that the setting has: alone, in a list, or in a list under a name."""
    origins = {get_origin(annotation), *map(get_origin, get_args(annotation))}
    if dict in origins:
        return {"db.example.com": [attack]}
    return [attack] if origins & {tuple, frozenset} else attack


def attacked(kind: str, key: str, value: object) -> dict[str, object]:
    section = {"kind": kind, "name": "it", **EXAMPLES[kind]}
    *tables, last = key.split(".")
    if kind == "proxy" and tables:
        del section["docker"]
        section[tables[0]] = PLACES[tables[0]]
    inner: object = value
    for depth in range(len(tables), 0, -1):
        before = section.get(tables[0]) if depth == 1 else {}
        inner = {**(before if isinstance(before, dict) else {}), last: inner}
        last = tables[depth - 1]
    return {**section, last: inner}


def refused(section: Mapping[str, object]) -> str:
    with pytest.raises(Misconfigured) as raised:
        read_targets("shop", [section], environ={})
    return str(raised.value)


def test_every_kind_is_attacked() -> None:
    kinds = {family.kind for family in FAMILIES}
    assert set(EXAMPLES) == kinds == {kind for kind, _, _ in SETTINGS}
    for kind in kinds:
        assert read_targets("shop", [{"kind": kind, "name": "it", **EXAMPLES[kind]}], environ={})


@pytest.mark.parametrize(("kind", "key", "annotation"), SETTINGS, ids=lambda value: str(value)[:30])
def test_a_setting_that_is_none_is_refused_by_its_key(kind: str, key: str, annotation: object) -> None:
    for attack in ATTACKS:
        if (kind, key, attack) in ALLOWED:
            continue
        said = refused(attacked(kind, key, written(annotation, attack)))
        assert f"(it): {key}" in said, attack
        assert not attack or attack not in said


def begun(*beginnings: str) -> list[str]:
    """Attacks behind what an address or path rightly begins with."""
    ends = (
        "$(reboot)",
        "<!channel>",
        "\u202edb",
        "host\r\nX-Injected: 1",
        "-oProxyCommand=x",
        "a/../b",
        "a b",
    )
    return [f"{beginning}{end}" for beginning in beginnings for end in ends]


@pytest.mark.parametrize(
    ("kind", "key", "beginnings"),
    [
        ("http", "url", ("http://", "https://")),
        ("http", "front", ("https://", "/../")),
        ("breaker", "behind", ("http://",)),
        ("prometheus", "alertmanager", ("http://",)),
        ("third_party", "status", ("https://",)),
        ("sentry", "url", ("https://",)),
        ("deploys", "github_url", ("https://",)),
        ("kubernetes", "server", ("https://",)),
        ("redis", "url", ("redis://", "rediss://user@")),
        ("docker", "url", ("tcp://", "ssh://", "ssh://me@", "unix:///../")),
        ("proxy", "docker.url", ("tcp://", "ssh://", "unix:///../")),
    ],
)
def test_an_address_that_only_begins_well_is_refused_by_its_key(
    kind: str, key: str, beginnings: tuple[str, ...]
) -> None:
    for attack in begun(*beginnings):
        assert f"(it): {key}: " in refused(attacked(kind, key, attack)), attack


@pytest.mark.parametrize("key", ["health", "live", "ready", "front"])
@pytest.mark.parametrize(
    "attack", ["/$(reboot)", "/<!channel>", "/\u202e", "/a\r\nX-Injected: 1", "/a/../b", "/a b"]
)
def test_a_path_that_only_begins_well_is_refused_by_its_key(key: str, attack: str) -> None:
    assert f"(it): {key}: " in refused(attacked("http", key, attack))


@pytest.mark.parametrize(
    "host",
    ["mail", "mail.example.com.", "shop_db", "münchen.example", "10.0.0.1", "fd00::2", "fe80::1%eth0"],
)
def test_a_host_by_name_or_address_is_taken_as_it_is(host: str) -> None:
    (target,) = read_targets("shop", [attacked("smtp", "host", host)], environ={})
    assert target.section.model_dump()["host"] == host


@pytest.mark.parametrize(
    "host", ["fe80::1%<!channel>", "fe80::1%a\r\nb", "-v", "a..b", ".", "a" * 64, "a." * 127 + "a"]
)
def test_a_host_that_only_resembles_one_is_refused(host: str) -> None:
    assert "(it): host: it must be a bare name or address" in refused(attacked("smtp", "host", host))


@pytest.mark.parametrize("table", ["public.users", "Shop.order-items", "öl.fässer", "a.b c", "a.b$1"])
def test_a_table_of_any_name_that_people_give_is_taken(table: str) -> None:
    assert read_targets("shop", [attacked("postgres", "tables", [table])], environ={})


@pytest.mark.parametrize(
    "name", ["x y", "a\r\nb", "", "all", "<!channel>", "a|b", "*b*", "`x`", "a&b", "@here", "\u202edb"]
)
def test_a_name_that_cannot_be_typed_is_refused(name: str) -> None:
    assert "name must be one word" in refused({"kind": "tls", "name": name, **EXAMPLES["tls"]})
