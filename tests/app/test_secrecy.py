"""Whoever speaks knows all secrets: the bot's own, those for looking and for changing; so does the log."""

import base64
import logging
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from app import mitigating, secrecy
from app.examining import targets
from app.log import WITHHELD, Hiding
from app.terminal import exit_with
from diagnostics.redaction import Redacted, Redactor

LOOKING, CHANGING, OWN = "Zq8-looking-pw", "Zq8-changing-pw", "Zq8-own-pw"
ENVIRONMENT = {
    "SHOP_DIAG_URL": f"postgresql://diag:{LOOKING}@db/shop",
    "SHOP_MITIGATION_URL": f"postgresql://mitigate:{CHANGING}@db/shop",
    "DATABASE_URL": f"postgresql://tocsin:{OWN}@db/tocsin",
    "PWD": "/home/tocsin",
}
FILE = """
[services.shop]
name = "Shop"

[[services.shop.probes]]
kind = "postgres"
name = "db"
dsn_env = "SHOP_DIAG_URL"

[[services.shop.mitigations]]
kind = "postgres"
name = "db"
actions = ["end-idle"]
dsn_env = "SHOP_MITIGATION_URL"

[[services.shop.probes]]
kind = "prometheus"
name = "metrics"
url = "http://127.0.0.1:9090"
bearer_token = "Zq8-written-in-the-file"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "services.toml").write_text(FILE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("secret", [LOOKING, CHANGING, OWN])
@pytest.mark.parametrize("form", [str, lambda text: base64.b64encode(text.encode()).decode()])
def test_one_redactor_knows_all_of_them_in_every_form(
    folder: Path, secret: str, form: Callable[[str], str]
) -> None:
    changeable = mitigating.targets(folder, environ=ENVIRONMENT)
    section = {"kind": "postgres", "name": "db", "dsn_env": "SHOP_DIAG_URL"}
    services = targets({"shop": (section,)}, file=folder / "services.toml", environ=ENVIRONMENT)
    knowing = Redactor(secrecy.known([ENVIRONMENT["DATABASE_URL"]], services, changeable))
    said = knowing.redact(f"it said {form(secret)} there").text
    assert said.startswith("it said [redacted:known]")
    assert form(secret)[:-3] not in said


def test_a_password_that_is_a_plain_word_does_not_stand_in_the_way_of_commands() -> None:
    masked = secrecy.masking(["payments", "Zq8-own-pw"])
    assert masked("SEV1 payments down 👩‍🚒") == "SEV1 payments down 👩‍🚒"
    assert masked("payments logs in with Zq8-own-pw") == "payments logs in with [redacted:known]"


def test_what_the_file_names_is_known_although_it_cannot_be_used_as_it_stands(folder: Path) -> None:
    with (folder / "services.toml").open("a") as file:
        file.write('\n[[services.shop.probes]]\nkind = "no such kind"\ntoken_env = "ODD"\n')
    found = secrecy.of_file(folder, {**ENVIRONMENT, "ODD": "Zq8-odd"})
    assert {LOOKING, CHANGING, "Zq8-odd", "Zq8-written-in-the-file"} <= found
    assert secrecy.of_file(folder / "nowhere", ENVIRONMENT) == frozenset()


def test_the_environment_of_a_shell_is_known_by_names_that_tell_and_by_its_addresses(folder: Path) -> None:
    environment = {**ENVIRONMENT, "DEPLOY_TOKEN": "Zq8-deploy", "HOME_PAGE": "https://shop.example"}
    found = secrecy.of_environment(folder, environment)
    assert {LOOKING, CHANGING, OWN, "Zq8-deploy"} <= found
    assert not found & {"/home/tocsin", "https://shop.example"}


def logged(hiding: Hiding, *message: object, error: BaseException | None = None) -> str:
    trace = (type(error), error, error.__traceback__) if error else None
    return hiding.format(
        logging.LogRecord("tocsin", logging.ERROR, "here.py", 1, message[0], message[1:], trace)
    )


def test_the_log_hides_secrets_in_messages_in_their_parts_and_in_tracebacks() -> None:
    hiding = Hiding(Redactor([OWN]))
    try:
        raise ValueError(f"cannot connect with {OWN}")  # noqa: TRY301 - the text is what is tested
    except ValueError as error:
        said = logged(hiding, "%s with %s failed: password=%s", "shop", OWN, "hunter2hunter2", error=error)
    assert "shop with [redacted:known] failed: password=[redacted:" in said
    assert "ValueError: cannot connect with [redacted:known]" in said
    assert OWN not in said
    assert "hunter2hunter2" not in said


def test_what_the_bot_learns_later_is_hidden_from_then_on() -> None:
    hiding = Hiding(Redactor())
    assert LOOKING in logged(hiding, LOOKING)
    hiding.learn(Redactor([LOOKING]))
    assert LOOKING not in logged(hiding, LOOKING)


class Broken:
    """A redaction that fails."""

    def redact(self, text: str) -> Redacted:
        """Never."""
        raise RuntimeError(text)

    def redact_lines(self, lines: Sequence[str]) -> tuple[Redacted, ...]:
        """Never."""
        raise RuntimeError(*lines)


def test_what_cannot_be_freed_of_secrets_is_withheld_and_so_is_what_cannot_be_formatted() -> None:
    assert logged(Hiding(Broken()), OWN).endswith(f"ERROR tocsin: {WITHHELD}")
    assert logged(Hiding(Redactor()), "%d", OWN).endswith(f"ERROR tocsin: {WITHHELD}")


UNCAUGHT = """
import threading, warnings
from app.log import Hiding, written
from diagnostics.redaction import Redactor
written(Hiding(Redactor(["Zq8-own-pw"])), "INFO")
warnings.warn("careful with Zq8-own-pw")
def fall(): raise RuntimeError("thread has Zq8-own-pw")
thread = threading.Thread(target=fall); thread.start(); thread.join()
raise RuntimeError("main has Zq8-own-pw")
"""


def test_errors_that_nobody_caught_are_written_without_secrets() -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNCAUGHT], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    for said in ("careful with", "RuntimeError: thread has", "RuntimeError: main has"):
        assert f"{said} [redacted:known]" in done.stderr
    assert OWN not in done.stderr


def test_the_shell_says_what_went_wrong_without_secrets(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOCSIN_CONFIG", str(folder))
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)

    async def fails() -> None:
        raise KeyError(f"postgresql://diag:{LOOKING}@db/shop and {CHANGING}")

    with pytest.raises(SystemExit, match="1"):
        exit_with(fails)
    said = capsys.readouterr().err
    assert "KeyError: " in said
    assert LOOKING not in said
    assert CHANGING not in said
