"""Which PostgreSQL is taken, and what is said when none fits."""

from pathlib import Path

import pytest

from storage.embedded import DatabaseError, Options, running_blocking
from storage.embedded.binaries import every, find


def installation(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


def test_the_folder_that_is_named_is_taken(tmp_path: Path) -> None:
    assert find(given=installation(tmp_path / "bin", "17.5 (Debian 17.5-1)")).version == "17.5"


def test_a_named_folder_without_programs_is_an_error_that_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="Name the folder that holds the programs postgres and initdb"):
        find(given=tmp_path)


def test_a_server_without_initdb_is_passed_over(tmp_path: Path) -> None:
    (installation(tmp_path / "bin", "17.5") / "initdb").unlink()
    assert list(every(tmp_path / "bin")) == []


def test_a_program_that_does_not_run_here_is_passed_over(tmp_path: Path) -> None:
    (installation(tmp_path / "bin", "17.5") / "postgres").write_bytes(b"\x7fELF of another machine")
    assert list(every(tmp_path / "bin")) == []


def test_an_old_postgresql_is_not_taken_for_new_data(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"found 9\.6"):
        find(given=installation(tmp_path / "bin", "9.6.24"))


def test_data_of_a_version_that_is_not_here_name_the_package(open_folder: Path) -> None:
    cluster = open_folder / "data" / "data"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("99\n")
    with (
        pytest.raises(DatabaseError, match=r"PostgreSQL 99.*apt-get install postgresql-99"),
        running_blocking(open_folder / "data"),
    ):
        pytest.fail("it started")


def test_data_are_served_by_the_version_that_wrote_them(open_folder: Path) -> None:
    newest_first = sorted({binaries.major: binaries for binaries in every()}.items())
    for major, binaries in newest_first:
        folder = open_folder / str(major)
        with running_blocking(folder, Options(durable=False, binaries=binaries.folder)):
            pass
        with running_blocking(folder, Options(durable=False)) as server:
            assert server.version.startswith(f"{major}.")
