"""The image as the real builder makes it from a fresh clone."""

import json

import pytest

from pictures.order import Order, unpacked, written
from tests.diagnostics.docker.dockerd import Dockerd
from tests.pictures.samples import sessions

pytestmark = [pytest.mark.image, pytest.mark.usefixtures("composed")]

WHAT_RUNS = {
    ".venv",
    "app",
    "config",
    "diagnostics",
    "handlers",
    "incidents",
    "mitigations",
    "pictures",
    "storage",
    "workflows",
}
WHAT_TELLS = {"LICENSE", "README.md", "pyproject.toml", "requirements.txt", "requirements-build.txt"}


def said(engine: Dockerd, *command: str, **options: object) -> str:
    """What a command in the image says, without network and as the image's user.

    It is read from the engine's log when the command has ended: what is streamed can be cut off.
    """
    given = {"network_mode": "none", "detach": True, **options}
    container = engine.client.containers.run("tocsin", command[1:], entrypoint=command[0], **given)  # type: ignore[call-overload, unused-ignore] # the options of a test
    try:
        status = container.wait()["StatusCode"]
        text = str(container.logs(stderr=False).decode())
        assert status == 0, text + container.logs(stdout=False).decode()
        return text
    finally:
        container.remove(force=True)


def test_only_what_the_bot_needs_is_in_it(engine: Dockerd) -> None:
    there = set(said(engine, "ls", "-A", "/opt/tocsin").split())
    assert there == WHAT_RUNS | WHAT_TELLS


def test_nothing_in_it_can_install_anything(engine: Dockerd) -> None:
    script = "import importlib.util as i; print([n for n in ('pip', 'setuptools') if i.find_spec(n)])"
    assert said(engine, "python", "-c", script).strip() == "[]"


def test_a_clone_that_only_its_owner_can_read_makes_an_image_that_its_user_can_read(engine: Dockerd) -> None:
    assert said(engine, "find", "/opt/tocsin", "!", "-readable") == ""


def test_its_user_is_no_system_s_user_and_owns_only_a_home(engine: Dockerd) -> None:
    assert said(engine, "id").strip() == "uid=10001(tocsin) gid=10001(tocsin) groups=10001(tocsin)"
    search = "find / -xdev -user tocsin -type d 2>/dev/null || true"
    assert said(engine, "sh", "-c", search).split() == ["/var/lib/tocsin"]


def test_the_operator_s_files_are_found_and_right(engine: Dockerd) -> None:
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    assert said(engine, "tocsin", "check", environment=tokens).startswith("All is well")


def test_a_picture_can_be_drawn_where_only_the_temporary_folder_can_be_written(engine: Dockerd) -> None:
    order = written(Order((sessions(),), "Europe/Berlin")).decode()
    script = 'printf %s "$ORDER" | MPLCONFIGDIR=/tmp python -m pictures'
    only_there = {"read_only": True, "tmpfs": {"/tmp": ""}}  # noqa: S108 - the container's own
    (image,) = unpacked(said(engine, "sh", "-c", script, environment={"ORDER": order}, **only_there).encode())
    assert image.startswith(b"\x89PNG")


def test_no_layer_and_no_setting_holds_a_token_or_password(engine: Dockerd) -> None:
    image = engine.client.images.get("tocsin")
    kept = json.dumps([image.history(), image.attrs["Config"]])
    for word in ("xoxb-", "xapp-", "PASSWORD", "proxy", "DATABASE_URL"):
        assert word.lower() not in kept.lower()
