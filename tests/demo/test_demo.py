"""The demo as a person runs it: one address to open, and nothing left however it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from demo.ports import HERE, free_ports
from tests.demo.conftest import ROOT, Demo, descendants

Start = Callable[..., Demo]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the processes are looked up in /proc")


def test_it_prints_one_address_where_the_bot_is_connected_and_what_to_type_first(start: Start) -> None:
    printed = start().printed()
    assert printed.count("http://") == 1
    assert "/incident SEV1 payments down" in printed
    assert "#incidents proposes one by itself" in printed
    address = next(word for word in printed.split() if word.startswith("http://"))
    with urllib.request.urlopen(f"{address}/control/state") as answer:  # noqa: S310 -- our own loopback address
        assert json.load(answer)["apps"][0]["connections"] > 0


def _shell(line: str) -> "subprocess.CompletedProcess[str]":
    """What the printed line does in another terminal."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    ours = line.replace(".venv/bin/tocsin", f"{sys.executable} -m app")
    return subprocess.run(
        ["/bin/sh", "-c", ours], cwd=ROOT, env=kept, capture_output=True, text=True, check=True
    )


def test_the_printed_line_reads_the_demos_own_record_from_another_terminal(start: Start) -> None:
    demo = start()
    printed = demo.printed()
    line = next(text for text in printed.splitlines() if "tocsin incident list" in text).partition(": ")[2]
    declare = line.replace("incident list", "incident start SEV1 payments down")
    assert "The bot opens the room now." in _shell(declare).stdout
    listed = _shell(line)
    assert "payments down" in listed.stdout
    assert "was started for this command" not in listed.stderr

    demo.ended_by(signal.SIGTERM)
    alone = _shell(declare)
    assert "was started for this command" in alone.stderr
    assert "No bot runs on this record." in alone.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_told_to_end_it_says_one_line_and_leaves_nothing(start: Start, number: int) -> None:
    demo = start()
    demo.printed()
    assert demo.watch() > 5  # the shop, the workspace, the bot, a database and the programs of two servers
    assert demo.ended_by(number) == (0, "The demo has ended. Nothing of it runs any more.\n")
    assert demo.left() == 0


def test_kill_9_leaves_nothing_and_the_next_start_works(start: Start) -> None:
    killed = start()
    killed.printed()
    killed.watch()
    killed.process.kill()
    assert killed.left() == 0
    assert "/incident SEV1" in start().printed()


def test_told_to_end_while_it_starts_it_leaves_nothing(start: Start) -> None:
    with socket.create_server((HERE, 0)) as silent:  # takes the bot's connection, and never answers
        demo = start(DATABASE_URL=f"postgresql://nobody@{HERE}:{silent.getsockname()[1]}/none")
        caller, _ = silent.accept()
        with caller:
            assert demo.watch() > 2
            code, _ = demo.ended_by(signal.SIGTERM)
            assert (code, demo.left()) == (0, 0)


def test_a_bot_that_does_not_start_is_explained_with_its_last_words_and_its_log(
    start: Start, homes: Path
) -> None:
    demo = start(DATABASE_URL=f"postgresql://nobody@{HERE}:1/none")
    printed = demo.printed()
    assert printed.startswith("The bot ended with exit code")
    assert "Its last words:" in printed
    assert f"Its log is {homes / 'home' / 'logs' / 'bot.log'}." in printed
    assert "Traceback" not in printed
    assert demo.process.wait() == 1


def test_a_bot_that_is_killed_starts_again(start: Start) -> None:
    demo = start()
    demo.printed()
    os.kill(_bot(demo), signal.SIGKILL)
    assert demo.process.stdout
    assert demo.process.stdout.readline().startswith("The bot was ended by signal 9.")
    assert demo.ended_by(signal.SIGINT)[0] == 0


def test_a_second_demo_is_sent_to_the_first(start: Start) -> None:
    first = start().printed()
    address = next(word for word in first.split() if word.startswith("http://"))
    second = start()
    assert address in second.printed()
    assert second.process.wait() == 1


def test_a_folder_that_cannot_be_used_is_named(start: Start, homes: Path) -> None:
    (homes / "file").touch()
    demo = start(TOCSIN_HOME=str(homes / "file"))
    assert "Set TOCSIN_HOME to a folder that can be written." in demo.printed()
    assert demo.process.wait() == 1


def test_a_taken_port_is_replaced_by_a_free_one() -> None:
    usual = free_ports()
    with socket.create_server((HERE, usual.workspace)):
        instead = free_ports()
    assert instead.workspace != usual.workspace
    assert len({instead.workspace, instead.panel, instead.api, instead.database}) == 4


def _bot(demo: Demo) -> int:
    """The process id of its bot."""
    return next(
        pid
        for pid in descendants(demo.process.pid)
        if b"app.cli:main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
