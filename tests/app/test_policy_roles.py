"""`[[role]]` in `policy.toml`: a team's own roles, those a severity needs, and each mistake with its fix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app import config
from incidents.errors import Misconfigured
from incidents.policy import Policy
from incidents.roles import BUILT_IN, Role

_FILE = """
assumed_severity = "SEV2"

[[severity]]
name = "SEV1"
meaning = "Down for all"
{severity}

[[severity]]
name = "SEV2"
meaning = "Down for many"

{roles}
"""
_LIAISON = """
[[role]]
name = "Customer liaison"
duty = "Speaks with customers, so that nobody else has to"
aliases = ["liaison", "customers"]
"""


@pytest.fixture
def policy(tmp_path: Path) -> Callable[..., Policy]:
    def read(roles: str = "", severity: str = "") -> Policy:
        (tmp_path / "policy.toml").write_text(_FILE.format(roles=roles, severity=severity), encoding="utf-8")
        return config.policy(tmp_path)

    return read


@pytest.fixture
def complaint(policy: Callable[..., Policy], tmp_path: Path) -> Callable[..., str]:
    def complain(roles: str = "", severity: str = "") -> str:
        with pytest.raises(Misconfigured) as error:
            policy(roles, severity)
        return str(error.value).replace(f"{tmp_path}/", "")

    return complain


def _role(name: str = "Liaison", more: str = "") -> str:
    return f'[[role]]\nname = "{name}"\nduty = "Helps"\n{more}\n'


def test_without_roles_of_its_own_a_team_has_the_built_in_ones(policy: Callable[..., Policy]) -> None:
    assert policy().roles == BUILT_IN
    assert policy().severity("SEV1").roles == ()


def test_a_teams_roles_come_after_the_built_in_ones(policy: Callable[..., Policy]) -> None:
    roles = policy(_LIAISON).roles
    assert roles == (*BUILT_IN, Role("Customer liaison"))
    assert (roles[-1].label, roles[-1].duty) == (
        "Customer liaison",
        "Speaks with customers, so that nobody else has to",
    )
    assert policy(_LIAISON).role_in("customers me") == (roles[-1], "me")


def test_a_severity_says_which_roles_must_be_filled(policy: Callable[..., Policy]) -> None:
    found = policy(_LIAISON, 'roles = ["commander", "tech lead", "liaison"]').severity("SEV1")
    assert found.roles == (Role.COMMANDER, Role.TECHNICAL_LEAD, Role("Customer liaison"))


def test_a_role_that_a_severity_needs_must_exist(complaint: Callable[..., str]) -> None:
    assert complaint(_LIAISON, 'roles = ["commander", "liason"]') == (
        "policy.toml: severity[1].roles: there is no role “liason”. Did you mean Customer liaison? "
        "There are: Incident commander, Technical lead, Communications lead, Scribe, Customer liaison."
    )


_FORM = "must be at most 40 letters, digits, blanks and & ' / . + -, such as Customer liaison"
_BUILT_IN = "who is there without it. Choose another word"
_LIST = 'must be a list: ["..."] for texts, [[...]] at the head of each table'


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        (_role("Scribe"), f"role[1].name: stands for the scribe, {_BUILT_IN} (it is “Scribe”)."),
        (
            _role("Technical_Lead"),
            f"role[1].name: stands for the technical lead, {_BUILT_IN} (it is “Technical_Lead”).",
        ),
        (
            _role(more='aliases = ["ok", "IC"]'),
            f"role[1].aliases[2]: stands for the incident commander, {_BUILT_IN} (it is “IC”).",
        ),
        (
            _role(more='aliases = ["expert"]'),
            (
                "role[1].aliases[1]: has a meaning of its own after `/incident role`. Choose another word "
                "(it is “expert”)."
            ),
        ),
        (
            _role(more='aliases = ["helper"]') + _role("Helper"),
            "role: “helper” stands for two roles, or twice for one. Keep it once.",
        ),
        (
            _role("Stand-in") + _role("Stand in"),
            "role: “standin” stands for two roles, or twice for one. Keep it once.",
        ),
        (_role("*bold*"), f"role[1].name: {_FORM} (it is “*bold*”)."),
        (_role("x" * 41), f"role[1].name: {_FORM} (it is “{'x' * 41}”)."),
        (_role(more="aliases = 1"), f"role[1].aliases: {_LIST} (it is 1)."),
        ('[[role]]\nname = "Liaison"\n', "role[1].duty: is missing. Add it."),
        (
            '[[role]]\nname = "Liaison"\nduty = ""\n',
            "role[1].duty: must be one line of at most 75 characters.",
        ),
        (_role(more='alias = ["x"]'), "role[1].alias: there is no such key. Did you mean aliases?"),
        (
            "".join(_role(f"Role {number}") for number in range(7)),
            "role: must be at most six tables, each headed [[role]].",
        ),
        ('[role]\nname = "Liaison"\nduty = "Helps"\n', f"role: {_LIST}."),
    ],
)
def test_a_mistake_in_a_role_is_named_with_its_key_reason_and_fix(
    complaint: Callable[..., str], roles: str, said: str
) -> None:
    assert complaint(roles) == f"policy.toml: {said}"
