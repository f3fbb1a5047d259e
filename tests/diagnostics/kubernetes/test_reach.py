"""The Kubernetes API away, silent, refusing, or granting only a part: each has its code; nothing hangs."""

import socket
from pathlib import Path

import pytest

from diagnostics.confidential import secrets
from diagnostics.examine import Examiner
from diagnostics.probes.kubernetes import cluster
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.errors import Misconfigured, Refused
from incidents.evidence import Health
from tests.diagnostics.kubernetes.standin import TOKEN, Api, section, serving, waiting, well
from tests.diagnostics.remote import NOW, codes, looked_at, one

KUBECONFIG = """
apiVersion: v1
kind: Config
current-context: here
clusters: [{{name: here, cluster: {{server: "{url}"}}}}]
contexts: [{{name: here, context: {{cluster: here, user: bot}}}}]
users: [{{name: bot, user: {user}}}]
"""
LOCAL = {"kind": "kubernetes", "name": "pods", "namespace": "shop", "selector": "app=payments"}


async def test_nothing_that_listens_is_said_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        examination = await looked_at(section(Api(url)))
    assert codes(examination) == {"K8010": "warn"}
    assert "goes on serving" in examination.findings[0].meaning
    assert "rollouts: the Kubernetes API cannot be asked" in examination.unseen


async def test_a_silent_api_ends_the_look_after_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ANSWER", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        examination = await looked_at(section(Api(f"http://127.0.0.1:{silent.getsockname()[1]}")))
    assert codes(examination) == {"K8011": "warn"}


async def test_a_name_that_nobody_knows_has_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_name: object, **_kind: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # no question leaves this machine
    assert codes(await looked_at(section(Api("https://kubernetes.invalid")))) == {"K8012": "unknown"}


async def test_a_handshake_that_fails_has_its_code() -> None:
    async with serving() as api:
        api.url = api.url.replace("http://", "https://")
        assert codes(await looked_at(section(api))) == {"K8013": "warn"}


async def test_a_refused_token_is_no_word_about_the_service() -> None:
    async with serving() as api:
        well(api)
        examination = await looked_at(section(api, token="another-token-012345"))
    assert codes(examination) == {"K8014": "unknown"}
    assert examination.health is Health.UNKNOWN
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    ("right", "kept"),
    [
        ("list pods", {"K8400", "K8200", "K8090"}),
        ("list events", {"K8100", "K8301", "K8302", "K8400", "K8090", "LG001"}),
        ("list replicasets.apps", {"K8100", "K8200", "K8301", "K8302", "K8090", "LG001"}),
        ("get deployments.apps", {"K8100", "K8200", "K8301", "K8302", "K8090", "LG001"}),
        ("list pods.metrics.k8s.io", {"K8100", "K8200", "K8400", "K8090", "LG001"}),
    ],
)
async def test_a_missing_right_costs_one_thing_and_is_named(right: str, kept: set[str]) -> None:
    async with serving() as api:
        well(api)
        api.forbidden = {right}
        examination = await looked_at(section(api))
    assert set(codes(examination)) == kept
    finding = next(each for each in examination.findings if each.code == "K8090")
    verb, _, resource = right.partition(" ")
    name, _, group = resource.partition(".")
    assert finding.health is Health.UNKNOWN
    assert finding.sentence == f"Tocsin's role may not {verb} {resource} in shop (403)."
    wanted = f'apiGroups: ["{group}"], resources: ["{name}"], verbs: ["{verb}"]'
    assert finding.next_step == f"Add to the role: {wanted}."


async def test_an_api_that_fails_is_a_warning_and_the_rest_is_still_tried() -> None:
    async with serving() as api:
        well(api)
        api.broken = {"replicasets": 500}
        examination = await looked_at(section(api))
    assert one(examination, "K8015").sentence == "The Kubernetes API answers 500."
    assert one(examination, "K8100").health is Health.OK


async def test_a_look_after_the_api_came_back_sees_again() -> None:
    async with serving() as api:
        well(api)
        api.broken = {"pods": 401}
        away = await looked_at(section(api))
        back = await looked_at(section(api), api.broken.clear)
    assert set(codes(away)) == {"K8014"}
    assert codes(back)["K8100"] == "ok"


async def test_lists_are_bounded_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "MOST", 2)
    async with serving() as api:
        api.put("pods", *(waiting(str(number), "CrashLoopBackOff") for number in range(9)))
        examination = await looked_at(section(api))
    assert one(examination, "K8101").sentence.startswith("2 of 2 pods")
    assert sum("/pods?" in path and "metrics" not in path for path in api.asked) == 2  # and for the logs


async def test_no_secret_and_of_another_namespace_only_what_is_said_of_nodes_is_asked_for() -> None:
    async with serving() as api:
        well(api)
        await looked_at(section(api))
    elsewhere = [path for path in api.asked if "/namespaces/shop/" not in path]
    assert [path.partition("?")[0] for path in elsewhere] == ["/api/v1/namespaces/default/events"]
    assert "involvedObject.kind%3DNode" in elsewhere[0].replace("%253D", "%3D") or "kind=Node" in elsewhere[0]
    assert not any(word in path for path in api.asked for word in ("secrets", "exec", "configmaps"))


async def test_a_kubeconfig_with_a_token_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "config"
    async with serving() as api:
        well(api)
        file.write_text(KUBECONFIG.format(url=api.url, user=f"{{token: {TOKEN}}}"))
        examination = await looked_at({**LOCAL, "kubeconfig": str(file)})
    assert codes(examination)["K8100"] == "ok"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            KUBECONFIG.format(url="http://127.0.0.1:1", user="{exec: {apiVersion: v1, command: touch}}"),
            "program",
        ),
        ("not: [a kubeconfig", "cannot be read"),
        ("just words", "cannot be read"),
        (None, "not found"),
    ],
)
async def test_a_kubeconfig_that_cannot_be_used_is_said_and_runs_nothing(
    tmp_path: Path, text: str | None, said: str
) -> None:
    file = tmp_path / "config"
    if text is not None:
        file.write_text(text)
    examination = await looked_at({**LOCAL, "kubeconfig": str(file)})
    assert codes(examination) == {"K8016": "unknown"}
    assert said in examination.findings[0].sentence


async def test_outside_of_a_cluster_the_pods_own_account_is_missing() -> None:
    assert codes(await looked_at(LOCAL)) == {"K8016": "unknown"}


def test_the_token_is_kept_from_everything_that_is_shown() -> None:
    (target,) = read_targets("payments", [{**LOCAL, "server": "https://k8s", "token": TOKEN}], environ={})
    assert TOKEN in secrets([target])
    assert TOKEN not in f"{target!r} {target.section!r} {target.section}"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("namespace", "--server=https://attacker.example"),
        ("namespace", "../kube-system"),
        ("namespace", "shop/../kube-system"),
        ("namespace", "shop\n"),
        ("namespace", "*"),
        ("namespace", "Shop"),
        ("selector", "--all"),
        ("selector", "app"),
        ("selector", "app=payments&limit=1"),
        ("selector", "app=payments\n"),
        ("selector", "app=../x/y"),
        ("selector", "app=-x"),
        ("selector", ""),
        ("server", "http://k8s.example.com"),
        ("server", "ftp://k8s"),
        ("server", "https://user:hunter2@k8s"),
        ("server", "https://k8s/?x=1"),
        ("server", "https://k8s\n.example.com"),
        ("ca", "ca.crt"),
        ("ca", "/etc/../shadow"),
        ("kubeconfig", "-rf"),
        ("kubeconfig", "/a\n/b"),
    ],
)
def test_a_setting_that_is_no_such_thing_is_refused_by_name(setting: str, value: str) -> None:
    base = LOCAL if setting in {"kubeconfig", "namespace", "selector"} else LOCAL | {"server": "https://k8s"}
    with pytest.raises(Misconfigured) as raised:
        read_targets("payments", [base | {setting: value}], environ={})
    assert f"(pods): {setting}: it must" in str(raised.value)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"server": "https://k8s", "kubeconfig": "/c"}, "give server or kubeconfig, not both"),
        ({"token": "x"}, "token and ca belong to server"),
        ({"context": "x"}, "context belongs to kubeconfig"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(more: dict[str, str], said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        read_targets("payments", [LOCAL | more], environ={})


@pytest.mark.parametrize(
    "typed",
    [
        "pods --server=https://attacker.example",
        "--namespace=kube-system",
        "pods/../secrets",
        "pods\n-n kube-system",
    ],
)
async def test_nothing_typed_in_chat_reaches_the_api(typed: str) -> None:
    async with serving() as api:
        targets = read_targets("payments", [section(api)], environ={})
        async with Examiner({"payments": targets}, clock=lambda: NOW, redactor=Redactor()) as examiner:
            with pytest.raises(Refused):
                [each async for each in examiner.examine(typed, "payments")]
    assert api.asked == []
