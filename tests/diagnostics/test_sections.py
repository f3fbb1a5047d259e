"""What services.toml may say about Redis and TLS ports, and the sentence for everything else."""

from collections.abc import Mapping

import pytest

from diagnostics.confidential import secrets
from diagnostics.targets import read_targets
from incidents.errors import Misconfigured

CACHE = {"kind": "redis", "name": "cache"}
PROXY = {"kind": "proxy", "name": "proxy"}
EDGE = {"containers": ["edge"]}
PODS = {"namespace": "ingress", "selector": "app=nginx", "server": "https://k8s"}
FRONT = {"kind": "tls", "name": "front", "host": "shop.example.com"}


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (CACHE, "url is missing."),
        (CACHE | {"url": "http://:hunter2@cache"}, "it must begin with redis://, rediss:// or unix://."),
        (CACHE | {"url": "redis://:hunter2@"}, "it must name a host, or a socket after unix://."),
        (CACHE | {"url": "redis://:hunter2@cache:99999"}, "Port out of range"),
        (CACHE | {"url": "redis://cache?retry_on_timeout=1"}, "after the question mark it may hold db, "),
        (CACHE | {"url": "rediss://cache?ssl_ca_certs=/none/ca.pem"}, "a file that it names"),
        (CACHE | {"url": "redis://cache", "limits": {"memory_wran": 1}}, "Did you mean 'memory_warn'?"),
        (FRONT | {"host": "https://shop.example.com"}, "host: it must be a bare name or address"),
        (FRONT | {"port": 70000}, "port: Input should be less than or equal to 65535."),
        (FRONT | {"authority": "/none/ca.pem"}, "authority: there is no such file."),
        (PROXY, "say where its log is: docker = {...} or kubernetes = {...}."),
        (PROXY | {"docker": EDGE, "kubernetes": PODS}, "say where its log is: "),
        (PROXY | {"docker": {}}, "docker: say which containers: containers = [...] or project = ..."),
        (PROXY | {"docker": EDGE | {"urll": "x"}}, "Did you mean 'url'?"),
        (PROXY | {"docker": EDGE | {"url": "tcp://me:hunter2@h:2375"}}, "docker.url: it must begin with"),
        (PROXY | {"kubernetes": PODS | {"namespac": "x"}}, "Did you mean 'namespace'?"),
        (PROXY | {"kubernetes": PODS | {"token_env": "NONE"}}, "names 'NONE', which is not set."),
        (PROXY | {"docker": EDGE, "limits": {"errors_wran": 1}}, "Did you mean 'errors_warn'?"),
        (PROXY | {"docker": EDGE, "logs": {"window": 1}}, "logs.window: Input should be greater than"),
    ],
)
def test_a_mistake_is_named_without_any_secret(section: Mapping[str, object], said: str) -> None:
    with pytest.raises(Misconfigured) as raised:
        read_targets("shop", [section], environ={})
    assert said in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_the_token_in_a_table_comes_from_its_variable_and_is_a_secret() -> None:
    section = PROXY | {"kubernetes": PODS | {"token_env": "INGRESS_TOKEN"}}
    (target,) = read_targets("shop", [section], environ={"INGRESS_TOKEN": "hunter2-secret"})
    assert secrets([target]) == {"hunter2-secret"}
    assert "hunter2" not in f"{target!r} {target.section!r}"


def test_the_password_in_the_address_of_a_redis_is_a_secret() -> None:
    (target,) = read_targets("shop", [CACHE | {"url": "redis://diag:hunter2-secret@cache"}], environ={})
    assert "hunter2-secret" in secrets([target])
    assert "hunter2" not in f"{target!r} {target.section!r}"
