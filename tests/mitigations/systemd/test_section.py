"""What services.toml may say about units: one machine, whose key is known, and services by their names."""

from datetime import UTC, datetime
from pathlib import Path

import asyncssh
import pytest

from incidents.errors import Misconfigured
from mitigations.mitigators import Mitigators
from mitigations.targets import read_targets, secrets
from tests.attacks import ATTACKS
from tests.mitigations.systemd.machine import public

KEY = asyncssh.generate_private_key("ssh-ed25519")
TEXT = KEY.export_private_key().decode()
SECTION = {
    "kind": "systemd",
    "name": "db1",
    "actions": ["restart"],
    "host": "db1",
    "user": "tocsin-units",
    "key": TEXT,
    "known_hosts": f"db1 {public(KEY)}",
    "units": ["nginx.service"],
}
AT_2222 = {"known_hosts": f"[db1]:2222 {public(KEY)}"}


def refused(**settings: object) -> str:
    with pytest.raises(Misconfigured) as raised:
        read_targets("payments", [{**SECTION, **settings}], environ={})
    return str(raised.value).removeprefix("services.payments.mitigations[1] (db1): ")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"user": "root"}, "user: it must be an account of its own, not root"),
        ({"known_hosts": f"db2 {public(KEY)}"}, "known_hosts: it must be a line that begins with db1 and"),
        ({"known_hosts": f"@revoked db1 {public(KEY)}"}, "known_hosts: it must be a line that begins with"),
        (
            {"port": 2222, "known_hosts": f"x {public(KEY)}"},
            "known_hosts: it must be a line that begins with [db",
        ),
        ({"key": None}, "give key_file or key_env."),
        ({"key": "hunter2"}, "key_env: it must hold a private key without a passphrase."),
        ({"key": public(KEY)}, "key_env: it must hold a private key without a passphrase."),
        ({"key_file": __file__}, "give key_file or key_env."),
        ({"key": None, "key_file": __file__}, "key_file: it must hold a private key without a passphrase."),
        ({"key": None, "key_file": "/nowhere"}, "key_file: Path does not point to a file."),
        ({"units": []}, "units: "),
        ({"units": ["nginx.service", "nginx.service"]}, "units: one stands there twice."),
        ({"units": ["nginx"]}, "units: each must be the full name of a service, such as nginx.service."),
        ({"units": ["*.service"]}, "units: each must be the full name"),
        ({"units": ["nginx.socket"]}, "units: each must be the full name"),
    ],
)
def test_what_does_not_fit_is_said_with_its_key(settings: dict[str, object], said: str) -> None:
    assert refused(**settings).startswith(said)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("form", ["{}", "{}.service", "nginx.service {}"])
def test_a_unit_that_is_none_is_refused(attack: str, form: str) -> None:
    if (attack, form) != ("user:password@attacker.example", "{}.service"):  # systemd may call one so
        assert refused(units=[form.format(attack)]).startswith(
            "units: each must be the full name of a service"
        )


def test_a_key_with_a_passphrase_cannot_be_used(tmp_path: Path) -> None:
    locked = KEY.export_private_key("pkcs8-pem", passphrase="hunter2")
    (tmp_path / "key").write_bytes(locked)
    said = refused(key=None, key_file=str(tmp_path / "key"))
    assert said == "key_file: it must hold a private key without a passphrase."


def test_the_key_is_a_secret_and_may_lie_in_a_file(tmp_path: Path) -> None:
    (target,) = read_targets("payments", [SECTION], environ={})
    assert TEXT in secrets([target])
    assert "PRIVATE" not in f"{target!r} {target.section!r}"
    (tmp_path / "key").write_text(TEXT)
    (filed,) = read_targets(
        "payments", [{**SECTION, "key": None, "key_file": str(tmp_path / "key")}], environ={}
    )
    assert filed.section.identity() == KEY  # type: ignore[attr-defined] # it is a section of this kind


def test_a_unit_among_others_and_by_itself_is_the_same_unit() -> None:
    together = SECTION | {"units": ["nginx.service", "app.service"]}
    other = SECTION | {"name": "other", "units": ["redis.service"]}
    services = {
        "payments": read_targets("payments", [together, SECTION | {"name": "nginx"}, other], environ={}),
        "search": read_targets(
            "search", [SECTION | {"units": ["app.service"], "port": 2222} | AT_2222], environ={}
        ),
    }
    mitigators = Mitigators(services, clock=lambda: datetime.now(UTC), mask=str)
    (first, *_) = mitigators.offers("payments")
    assert [offer.target for offer in mitigators.alike(first)] == ["payments db1", "payments nginx"]
