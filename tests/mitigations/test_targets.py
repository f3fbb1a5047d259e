"""What services.toml may say about mitigations, and the sentence for all else; never a secret in it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from incidents.errors import Misconfigured
from incidents.mitigation import Approval
from mitigations.postgres.section import PostgresSection
from mitigations.targets import read_targets, secrets

DSN = "postgresql://mitigate:hunter2-secret@db/shop"
DB = {"kind": "postgres", "name": "db", "actions": ["end-idle"], "dsn": DSN}
API = {"kind": "docker", "name": "api", "actions": ["restart"], "container": "shop-api-1"}
PODS = {
    "kind": "kubernetes",
    "name": "k8s",
    "actions": ["rollout-restart"],
    "namespace": "shop",
    "workload": "deployment/payments",
}
BREAKER = {
    "kind": "breaker",
    "name": "stripe",
    "actions": ["reset-breaker"],
    "url": "http://api",
    "state": "/admin/stripe/state",
    "reset": "/admin/stripe/reset",
}


def test_targets_are_read_in_order_with_what_may_be_done() -> None:
    targets = read_targets("payments", [DB, API, BREAKER], environ={})
    found = [(str(target), [action.id for action in target.actions]) for target in targets]
    assert found == [
        ("payments db", ["pg.end_idle"]),
        ("payments api", ["docker.restart"]),
        ("payments stripe", ["breaker.reset"]),
    ]


def test_somebody_else_must_approve_unless_the_operator_says_otherwise() -> None:
    targets = read_targets("payments", [DB, API | {"approval": "anyone"}], environ={})
    assert [target.section.approval for target in targets] == [Approval.ANOTHER, Approval.ANYONE]


def test_two_sections_of_one_name_differ_in_their_actions() -> None:
    other = DB | {"actions": ["cancel-query"], "approval": "anyone"}
    targets = read_targets("payments", [DB, other], environ={})
    assert [target.offer(target.actions[0]).approval for target in targets] == [
        Approval.ANOTHER,
        Approval.ANYONE,
    ]


def test_credentials_may_stand_in_variables_and_are_secrets() -> None:
    db = {key: value for key, value in DB.items() if key != "dsn"} | {"dsn_env": "X"}
    targets = read_targets(
        "payments", [db, BREAKER | {"token_env": "T"}], environ={"X": DSN, "T": "token-4711"}
    )
    assert secrets(targets) == {DSN, "hunter2-secret", "token-4711"}
    assert "hunter2" not in f"{targets!r} {targets[0].section!r}"
    assert "4711" not in f"{targets!r} {targets[1].section!r}"


def test_what_the_driver_does_not_understand_is_left_out_of_an_address() -> None:
    dsn = "postgres://u@/shop?host=/run/pg&connect_timeout=3&port=5433&application_name=x"
    (target,) = read_targets("payments", [DB | {"dsn": dsn}], environ={})
    assert isinstance(target.section, PostgresSection)
    assert target.section.dsn.get_secret_value() == "postgresql://u@/shop?host=/run/pg&port=5433"


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (
            {"name": "db"},
            "kind is missing. It is 'postgres', 'docker', 'systemd', 'kubernetes', 'github', ",
        ),
        (DB | {"kind": "postgre"}, "unknown kind 'postgre'. Did you mean 'postgres'?"),
        (DB | {"name": "two words"}, "name must be one word"),
        (DB | {"name": "<!channel>"}, "name must be one word"),
        (DB | {"actions": ["end-idel"]}, "actions: unknown action 'end-idel'. Did you mean 'end-idle'?"),
        (DB | {"actions": ["drop"]}, "It is 'end-idle', 'end-root', 'cancel-query' or 'cancel-ddl'."),
        (DB | {"actions": []}, "(db): actions: Tuple should have at least 1 item"),
        ({"kind": "postgres", "name": "db", "dsn": DSN}, "(db): actions is missing."),
        (DB | {"actions": ["end-idle", "end-idle"]}, "'end-idle' of 'db' stands there twice."),
        (DB | {"approval": "nobody"}, "approval: Input should be 'another', 'commander' or 'anyone'."),
        (DB | {"cap": 51}, "cap: Input should be less than or equal to 50."),
        (DB | {"cap": "5"}, "cap: Input should be a valid integer."),
        (DB | {"cooldown_minutes": -1}, "cooldown_minutes: Input should be greater than or equal to 0."),
        (DB | {"idle_after": 1}, "idle_after: Input should be greater than or equal to 10."),
        (DB | {"idle_aftr": 60}, "unknown key 'idle_aftr'. Did you mean 'idle_after'?"),
        (DB | {"dsn": "mysql://u:hunter2@db"}, "dsn: it must begin with postgresql://."),
        (DB | {"dsn_env": "X"}, "give dsn or dsn_env, not both."),
        (API | {"url": "tcp://u:hunter2@host"}, "url: it must begin with unix:// or tcp:// and hold no"),
        (API | {"url": "unix://"}, "url: it must name a socket's path or a host."),
        (API | {"container": "../hunter2"}, "container: it must be a name of letters, digits"),
        (API | {"container": "a/b?c"}, "container: it must be a name of letters, digits"),
        (API | {"project": "shop"}, "say what may be changed"),
        (API | {"project": "shop", "service": "api"}, "say what may be changed"),
        (API | {"tls": {"ca": __file__}}, "tls belongs to a tcp:// address."),
        (API | {"url": "tcp://h:1", "tls": {"ca": __file__}}, "tls: its files are no certificates"),
        (PODS | {"namespace": "../x"}, "namespace: it must be the name of a namespace"),
        (PODS | {"workload": "payments"}, "workload: it must be such as deployment/payments"),
        (PODS | {"workload": "secret/payments"}, "workload: it must be such as deployment/payments"),
        (PODS | {"workload": "deployment/a/../b"}, "workload: it must be such as deployment/payments"),
        (PODS | {"server": "https://u:hunter2@k8s", "token": "t"}, "server: it must hold no password"),
        (PODS | {"server": "https://k8s/x", "token": "t"}, "server: it must begin with https://"),
        (PODS | {"server": "https://k8s"}, "give server and token_env together, or neither."),
        (PODS | {"token": "hunter2"}, "give server and token_env together, or neither."),
        (PODS | {"ca": __file__}, "ca belongs to server, which is missing."),
        (
            PODS | {"server": "https://k8s", "token": "t", "ca": __file__},
            "ca: that file holds no certificate",
        ),
        (PODS | {"actions": ["scale-up"]}, "most: say up to how many replicas scale-up may go."),
        (
            PODS | {"actions": ["undo"], "workload": "statefulset/a"},
            "actions: undo works on a deployment only.",
        ),
        (BREAKER | {"url": "http://u:hunter2@api"}, "url: it must hold no password, query or fragment."),
        (BREAKER | {"url": "file:///etc"}, "url: it must begin with http:// or https://"),
        (BREAKER | {"reset": "//evil.example/"}, "reset: it must be a path such as"),
        (BREAKER | {"reset": "/admin/../../x"}, "reset: it must be a path such as"),
        (BREAKER | {"state": "/a b?c"}, "state: it must be a path such as"),
        (BREAKER | {"field": "a b"}, "field: it must be the name of a field"),
        (BREAKER | {"token": "hunter2 two\n"}, "token: it must be visible ASCII without blanks."),
    ],
)
def test_a_mistake_is_named_with_its_place_and_the_fix(section: Mapping[str, object], said: str) -> None:
    with pytest.raises(Misconfigured) as raised:
        read_targets("payments", [section], environ={})
    assert str(raised.value).startswith("services.payments.mitigations")
    assert said in str(raised.value)
    assert "hunter2" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_table_where_a_list_belongs_is_told() -> None:
    with pytest.raises(Misconfigured, match=r"write \[\[services\.payments\.mitigations\]\]"):
        read_targets("payments", DB, environ={})  # type: ignore[arg-type]  # as an operator may have written it


def test_no_statement_is_made_of_anything_but_constants() -> None:
    folder = Path(__file__).parents[2] / "mitigations" / "postgres"
    for source in folder.glob("*.py"):
        text = source.read_text()
        assert ".execute(" not in text, f"{source.name}: the simple protocol takes several statements at once"
        for words in ("%s", ".format("):
            assert words not in text, f"{source.name}: a statement takes values as parameters only"
