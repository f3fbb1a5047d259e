"""However a program ends, its server ends too, and the next start finds what was committed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread

import psycopg

from storage.embedded import Options, running_blocking
from storage.embedded.pidfile import until
from tests.storage.embedded.conftest import ROOT, Program

QUICK = Options(durable=False)
COUNTING = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT sum(number)%'"


def test_kill_9_of_the_program_leaves_no_server(
    made: Path, program: Callable[[Path], Program], ended: Callable[[int], bool]
) -> None:
    running = program(made)
    running.process.kill()
    assert ended(running.pid)


def test_kill_9_of_both_loses_no_committed_row(made: Path, program: Callable[[Path], Program]) -> None:
    running = program(made)
    with psycopg.connect(running.dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
    os.kill(running.pid, signal.SIGKILL)
    running.process.kill()
    with running_blocking(made, QUICK) as server, psycopg.connect(server.dsn) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (1,)


def test_a_session_that_outlives_its_killed_server_does_not_keep_the_next_from_starting(
    made: Path, program: Callable[[Path], Program], ended: Callable[[int], bool]
) -> None:
    running = program(made)
    session = psycopg.connect(running.dsn, autocommit=True)
    backend = session.info.backend_pid
    busy = Thread(target=count_for_ever, args=(session,))
    busy.start()
    with psycopg.connect(running.dsn, autocommit=True) as watcher:
        assert until(lambda: watcher.execute(COUNTING).fetchone() is not None, seconds=10)
    os.kill(running.pid, signal.SIGKILL)
    running.process.kill()
    with running_blocking(made, QUICK) as server:
        assert server.ours
    assert ended(backend)
    busy.join()
    session.close()


def count_for_ever(session: psycopg.Connection) -> None:
    with suppress(psycopg.OperationalError):
        session.execute("SELECT sum(number) FROM generate_series(1, 1000000000000) AS number")


def test_a_program_that_starts_while_the_killed_ones_server_is_ending_gets_its_own(
    made: Path, program: Callable[[Path], Program]
) -> None:
    first = program(made)
    first.process.kill()
    first.process.wait()
    second = program(made)
    assert second.ours
    assert second.pid != first.pid


def test_two_programs_starting_at_once_share_one_server(open_folder: Path) -> None:
    command = [sys.executable, str(Path(__file__).with_name("program.py")), str(open_folder / "data")]
    both = [
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.stdout.readline() for process in both if process.stdout]
    assert sorted('"ours": true' in line for line in said) == [False, True]
    for process in both:
        process.communicate("end\n", timeout=20)
        assert process.returncode == 0


def test_ctrl_c_reaches_the_program_and_not_its_server(
    made: Path, program: Callable[[Path], Program], ended: Callable[[int], bool]
) -> None:
    running = program(made)
    assert os.getpgid(running.pid) != os.getpgid(running.process.pid)
    os.killpg(running.process.pid, signal.SIGINT)
    assert ended(running.pid)


def test_where_the_kernel_does_not_help_a_pipe_ends_the_server(ended: Callable[[int], bool]) -> None:
    script = (
        "from pathlib import Path; from storage.embedded.account import choose;"
        "from storage.embedded.launched import launched;"
        "process = launched(['/bin/sleep', '600'], choose(Path('/nowhere')), output=-3, by_pipe=True);"
        "print(process.pid, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as program:
        assert program.stdout
        sleeper = int(program.stdout.readline())
        program.kill()
    assert ended(sleeper)
