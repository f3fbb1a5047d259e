"""What is no name, path or address is refused where it is written down, and a forged plan changes nothing."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import asyncssh
import psycopg
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from incidents.errors import Misconfigured, Refused
from incidents.mitigation import Fate, Offer
from mitigations.registry import kinds
from mitigations.targets import read_targets
from tests.attacks import ATTACKS
from tests.diagnostics.conftest import as_role
from tests.diagnostics.faults import leaked
from tests.mitigations.conftest import Changes, offered
from tests.mitigations.postgres.stand import changing

KEY = asyncssh.generate_private_key("ssh-ed25519")
SECTIONS: Mapping[str, dict[str, Any]] = {
    "postgres": {"actions": ["cancel-ddl"], "dsn": "postgresql://m:m@db/shop"},
    "docker": {"actions": ["restart"], "project": "shop", "service": "api"}
    | {"url": "tcp://docker:2376", "deploy_hook": "https://deploy/x", "previous": "last-good"},
    "kubernetes": {"actions": ["undo"], "namespace": "shop", "workload": "deployment/payments"}
    | {"server": "https://k8s", "token": "t"},
    "github": {"actions": ["roll-back"], "repository": "acme/payments", "workflow": "rollback.yml"}
    | {"token": "t", "url": "https://api.github.com", "ref": "main"},
    "breaker": {"actions": ["reset-breaker"], "url": "http://api", "state": "/s", "reset": "/r"}
    | {"force_open": "/o", "enable": "/e", "field": "state", "since": "since"},
    "systemd": {"actions": ["restart"], "host": "db1", "port": 22, "user": "tocsin-units"}
    | {"key": KEY.export_private_key().decode(), "known_hosts": f"db1 {KEY.export_public_key().decode()}"}
    | {"units": ["nginx.service"], "started_within": 90, "settle": 5},
    "switch": {"actions": ["turn-off"], "url": "http://api", "state": "/s", "field": "on", "wanted": False}
    | {"set": {"method": "PUT", "path": "/s", "media": "application/json"}},
}
FREE = {
    "actions",
    "deploy_hook",
    "key",
    "set",
    "token",
    "units",
    "wanted",
}  # lists, secrets and parts that follow below
SETTINGS = [(kind, key) for kind, section in SECTIONS.items() for key in section if key not in FREE]


def refused(section: Mapping[str, Any]) -> str:
    with pytest.raises(Misconfigured) as raised:
        read_targets("payments", [{"name": "db", **section}], environ={})
    return str(raised.value)


def test_every_kind_is_attacked() -> None:
    assert set(SECTIONS) == {kind.kind for kind in kinds()}
    for kind, section in SECTIONS.items():
        assert read_targets("payments", [{"kind": kind, "name": "db", **section}], environ={})


@pytest.mark.parametrize(("kind", "key"), SETTINGS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_setting_that_is_none_is_refused_by_its_key(kind: str, key: str, attack: str) -> None:
    said = refused({"kind": kind, **SECTIONS[kind], key: attack})
    assert f"(db): {key}: " in said
    assert not attack or attack not in said


@pytest.mark.parametrize("key", ["method", "path", "media"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_request_that_is_none_is_refused_by_its_key(key: str, attack: str) -> None:
    request = {**SECTIONS["switch"]["set"], key: attack}
    assert f"set.{key}: " in refused({"kind": "switch", **SECTIONS["switch"], "set": request})


@pytest.mark.parametrize("hook", ["http://deploy/x", "ftp://deploy/x", "https://u:p@deploy/x", "deploy", ""])
def test_a_hook_without_encryption_or_with_a_password_is_refused(hook: str) -> None:
    said = refused({"kind": "docker", **SECTIONS["docker"], "deploy_hook": hook})
    assert "deploy_hook: it must begin with https://" in said


@pytest.mark.parametrize("name", ["x y", "<!channel>", "a|b", "*b*", "`x`", "a&b", "@here", "#general", ""])
def test_a_name_that_cannot_be_typed_and_shown_is_refused(name: str) -> None:
    assert "name must be one word" in refused({"kind": "docker", **SECTIONS["docker"], "name": name})


@dataclass
class Recorder:
    """A service that answers every question alike, and remembers what it was told to change."""

    changed: list[str] = field(default_factory=list)
    address: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        if request.method != "GET":
            self.changed.append(f"{request.method} {request.path_qs}")
        told = {"id": 77, "state": "active", "on": True, "breaker": "open", "workflow_runs": []}
        return web.json_response(told)


@pytest.fixture
async def recorder() -> AsyncIterator[Recorder]:
    stand = Recorder()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", stand.answer)
    async with TestServer(application) as server:
        stand.address = str(server.make_url("/")).rstrip("/")
        yield stand


@pytest.mark.parametrize("kind", ["github", "breaker", "switch"])
@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_forged_plan_changes_nothing_over_http(
    recorder: Recorder, changes: Changes, kind: str, attack: str
) -> None:
    section = SECTIONS[kind] | {"kind": kind, "url": recorder.address}
    more = {"field": "breaker", "since": None} if kind == "breaker" else {}
    async with changes({**section, **more}) as mitigators:
        plan = await mitigators.plan(offered(mitigators, section["actions"][0]))
        (aim,) = plan.aims
        for forged, _ in aim.identity:
            if kind == "breaker" and (forged, attack) == ("since", ""):
                continue  # that is what it is
            values = tuple((key, attack if key == forged else value) for key, value in aim.identity)
            try:
                result = await mitigators.carry_out(replace(plan, aims=(replace(aim, identity=values),)))
            except Refused:
                continue
            assert [hit.fate for hit in result.hits] == [Fate.GONE]
    assert recorder.changed == []


@pytest.mark.parametrize("attack", ATTACKS)
async def test_an_offer_that_is_none_is_refused_by_name(
    recorder: Recorder, changes: Changes, attack: str
) -> None:
    async with changes(SECTIONS["switch"] | {"kind": "switch", "url": recorder.address}) as mitigators:
        there = offered(mitigators, "turn-off")
        for wrong in (replace(there, action=attack), replace(there, target=attack)):
            with pytest.raises(Refused, match="is not offered"):
                await mitigators.plan(wrong)
        with pytest.raises(Refused, match="is not offered"):
            await mitigators.plan(Offer(attack, attack, attack, attack))
    assert recorder.changed == []


async def test_no_word_of_a_plan_reaches_a_real_database(database: str, changes: Changes) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE TABLE payments (id int)")
    async with leaked(as_role(database, "app"), 2), changing(changes, database) as there:
        plan = await there.plan(offered(there, "end-idle"))
        for attack in (
            *ATTACKS,
            "0 OR true",
            "1); SELECT pg_terminate_backend(pid) FROM pg_stat_activity; --",
        ):
            for forged, _ in plan.aims[0].identity:
                identity = tuple(
                    (key, attack if key == forged else value) for key, value in plan.aims[0].identity
                )
                with pytest.raises(Refused, match=r"cannot be read\. Nothing was changed"):
                    await there.carry_out(replace(plan, aims=(replace(plan.aims[0], identity=identity),)))
        left = (await there.plan(plan.offer)).before
    assert left == plan.before
    with psycopg.connect(database, autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM payments").fetchone() == (0,)
