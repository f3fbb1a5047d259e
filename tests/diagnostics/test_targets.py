"""What services.toml may say about probes, and the sentence for everything else; never a secret in it."""

from collections.abc import Mapping

import pytest

from diagnostics.confidential import secrets
from diagnostics.probes.postgres.section import PostgresSection
from diagnostics.registry import FAMILIES
from diagnostics.targets import read_targets
from diagnostics.wording import listed
from incidents.errors import Misconfigured

DSN = "postgresql://app:hunter2-secret@db/shop"
DB = {"kind": "postgres", "name": "db", "dsn": DSN}
API = {"kind": "http", "name": "api", "url": "http://api"}
KINDS = listed(tuple(repr(family.kind) for family in FAMILIES), "or")
MAIL = {"kind": "smtp", "name": "mail", "host": "mail", "user": "app", "password_env": "MAIL_PASSWORD"}


def test_targets_are_read_in_order() -> None:
    targets = read_targets("payments", [DB, API], environ={})
    assert [str(target.name) for target in targets] == ["payments db", "payments api"]


def test_an_address_may_stand_in_a_variable() -> None:
    section = {"kind": "postgres", "name": "db", "dsn_env": "PAYMENTS_DATABASE_URL"}
    (target,) = read_targets("payments", [section], environ={"PAYMENTS_DATABASE_URL": DSN})
    assert secrets([target]) == {DSN, "hunter2-secret"}


def test_a_secret_is_in_no_representation() -> None:
    (target,) = read_targets("payments", [DB], environ={})
    assert "hunter2" not in f"{target!r} {target} {target.section!r} {target.section}"


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"name": "db"}, f"kind is missing. It is {KINDS}."),
        ({"kind": "postgre", "name": "db"}, "unknown kind 'postgre'. Did you mean 'postgres'?"),
        ({"kind": "zzz", "name": "db"}, f"unknown kind 'zzz'. It is {KINDS}."),
        ({"kind": "http", "url": "http://a"}, "name must be one word that people type, such as 'api'."),
        (API | {"name": "two words"}, "name must be one word"),
        (API | {"name": "all"}, "name must be one word"),
        (API | {"heath": "/health"}, "(api): unknown key 'heath'. Did you mean 'health'?"),
        (
            API | {"zzz": 1},
            "(api): unknown key 'zzz'. Known: expects, front, health, kind, live, name, ready, slow and url.",
        ),
        ({"kind": "http", "name": "api"}, "(api): url is missing."),
        (API | {"url": "ftp://a"}, "(api): url: it must begin with http:// or https:// and name a host."),
        (API | {"url": "http://u:hunter2@a"}, "url: it must hold no password, query or fragment."),
        (API | {"health": "health"}, "health: it must be a path that begins with /."),
        (API | {"slow": "hunter2"}, "slow: Input should be a valid number"),
        ({"kind": "postgres", "name": "db"}, "(db): dsn is missing."),
        (DB | {"dsn": "mysql://app:hunter2@db"}, "dsn: it must begin with postgresql://."),
        (DB | {"dsn": "hunter2"}, "dsn: it must begin with postgresql://."),
        (DB | {"limits": {"slots_wran": 1}}, "unknown key 'limits.slots_wran'. Did you mean 'slots_warn'?"),
        (DB | {"dsn_env": "X"}, "give dsn or dsn_env, not both."),
        ({"kind": "postgres", "name": "db", "dsn_env": "X"}, "dsn_env names 'X', which is not set."),
    ],
)
def test_a_mistake_is_named_with_its_place_and_the_fix(section: Mapping[str, object], said: str) -> None:
    with pytest.raises(Misconfigured) as raised:
        read_targets("payments", [section], environ={})
    assert str(raised.value).startswith("services.payments.probes[1]")
    assert said in str(raised.value)
    assert "hunter2" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_what_only_libpq_understands_is_left_out_of_an_address() -> None:
    dsn = "postgres://u@/shop?host=/run/pg&connect_timeout=3&port=5433&channel_binding=require"
    (target,) = read_targets("payments", [DB | {"dsn": dsn}], environ={})
    assert isinstance(target.section, PostgresSection)
    assert target.section.dsn.get_secret_value() == "postgresql://u@/shop?host=/run/pg&port=5433"


def test_a_password_in_the_query_is_a_secret_too() -> None:
    (target,) = read_targets("payments", [DB | {"dsn": "postgresql://db/shop?password=hunter2"}], environ={})
    assert "hunter2" in secrets([target])


def test_a_secret_that_is_no_address_is_a_secret_as_it_stands() -> None:
    (target,) = read_targets("payments", [MAIL], environ={"MAIL_PASSWORD": "hunter2-secret"})
    assert secrets([target]) == {"hunter2-secret"}
    assert "hunter2" not in f"{target!r} {target} {target.section!r} {target.section}"


def test_an_address_without_a_password_is_no_secret() -> None:
    (target,) = read_targets(
        "payments", [{"kind": "redis", "name": "cache", "url": "redis://cache"}], environ={}
    )
    assert secrets([target]) == frozenset()


def test_a_table_where_a_list_belongs_is_told() -> None:
    with pytest.raises(Misconfigured, match=r"write \[\[services\.payments\.probes\]\]"):
        read_targets("payments", DB, environ={})  # type: ignore[arg-type]  # as an operator may have written it


def test_two_of_one_name_are_refused() -> None:
    with pytest.raises(Misconfigured, match="two are named 'api'"):
        read_targets("payments", [API, API], environ={})


DOCKER = {"kind": "docker", "name": "app", "containers": ["api"]}


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"kind": "docker", "name": "app"}, "say which containers: containers = [...] or project = ..."),
        (DOCKER | {"url": "http://docker"}, "url: it must begin with unix://, tcp:// or ssh://"),
        (DOCKER | {"url": "ssh://root:hunter2@host"}, "and hold no password"),
        (DOCKER | {"url": "unix://"}, "url: it must name a socket's path or a host"),
        (DOCKER | {"services": ["api"]}, "services are those of a compose project: name it with project"),
        (DOCKER | {"tls": {"ca": "/none/ca.pem"}}, "tls.ca: Path does not point to a file"),
        (DOCKER | {"logs": {"lines": 10_000_000}}, "logs.lines: Input should be less than or equal to 50000"),
        (DOCKER | {"logs": {"size": 10**9}}, "logs.size: Input should be less than or equal to"),
    ],
)
def test_a_mistake_about_containers_is_named(section: Mapping[str, object], said: str) -> None:
    with pytest.raises(Misconfigured) as raised:
        read_targets("payments", [section], environ={})
    assert said in str(raised.value)
    assert "hunter2" not in str(raised.value)
