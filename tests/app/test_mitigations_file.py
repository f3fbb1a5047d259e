"""What `services.toml` says may be changed: as the operators' page shows it, and mistakes with their file."""

from __future__ import annotations

import re
from pathlib import Path

import asyncssh
import pytest

from app import config, mitigating
from incidents.errors import Misconfigured

ROOT = Path(__file__).parents[2]
SERVICE = "[services.payments]\nname = 'Payments'\n"
VARIABLES = {
    "PAYMENTS_MITIGATION_URL": "postgresql://m:hunter2@db/shop",
    "PAYMENTS_ADMIN_TOKEN": "hunter2",
    "PAYMENTS_K8S_TOKEN": "hunter3",
    "PAYMENTS_DEPLOY_HOOK": "https://deploy/hunter4",
    "PAYMENTS_ACTIONS_TOKEN": "hunter5",
    "PAYMENTS_FLAGS_TOKEN": "hunter6",
    "PAYMENTS_UNITS_KEY": asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode(),
}


def _written(folder: Path, text: str) -> Path:
    (folder / "services.toml").write_text(SERVICE + text, encoding="utf-8")
    return folder


def test_the_example_of_the_operators_page_is_read(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    (example,) = (
        block for block in re.findall(r"```toml\n(.*?)```", page, re.DOTALL) if "mitigations" in block
    )
    targets = mitigating.targets(_written(tmp_path, example), environ=VARIABLES)["payments"]
    assert [action.word for target in targets for action in target.actions] == [
        "end-idle",
        "end-root",
        "cancel-query",
        "cancel-ddl",
        "restart",
        "roll-back",
        "restart-all",
        "restart",
        "rollout-restart",
        "undo",
        "scale-up",
        "delete-pods",
        "roll-back",
        "turn-off",
        "reset-breaker",
        "open-breaker",
        "enable-breaker",
    ]
    assert mitigating.secrets(targets) == {*VARIABLES.values(), "hunter2"}


def test_the_commented_example_in_the_file_itself_is_read(tmp_path: Path) -> None:
    text = (ROOT / "config" / "services.toml").read_text(encoding="utf-8")
    block = text.partition("[[services.payments.mitigations]]")[2].replace("\n# ", "\n")
    targets = mitigating.targets(
        _written(tmp_path, f"[[services.payments.mitigations]]{block}"), environ=VARIABLES
    )
    assert [str(target) for target in targets["payments"]] == [
        "payments db",
        "payments app",
        "payments db1",
        "payments deploys",
    ]


def test_a_service_without_any_has_none(tmp_path: Path) -> None:
    assert config.mitigations(_written(tmp_path, "")) == {"payments": ()}
    assert mitigating.targets(tmp_path, environ={}) == {"payments": ()}


def test_a_mistake_is_said_with_the_file_and_without_the_value(tmp_path: Path) -> None:
    section = "[[services.payments.mitigations]]\nkind='postgres'\nname='db'\nactions=['x']\ndsn='hunter2'"
    with pytest.raises(Misconfigured) as raised:
        mitigating.targets(_written(tmp_path, section), environ={})
    assert str(raised.value) == (
        f"{tmp_path}/services.toml: services.payments.mitigations[1] (db): dsn: it must begin with postgresql://."
    )


def test_a_table_where_a_list_belongs_is_told(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"services\.payments\.mitigations: must be a list"):
        config.mitigations(_written(tmp_path, "[services.payments.mitigations]\nkind='postgres'"))
