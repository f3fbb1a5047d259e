"""The steps of runbooks, as they are worked through in a room."""

from pathlib import Path

import pytest

from app import runbooks
from incidents.checklists import Guide
from incidents.errors import Misconfigured
from incidents.ticking import MOST_STEPS

BOOK = """# Data *gone*

## Confirm

1. This is no step.

## Steps

Before the list.

1. Stop `writes`, and *End idle sessions*
   on a second line.

   A second paragraph, see [the book](other.md).
2. Nested:
   - one
   - two

After it:

- this is none

## Expected time to recover

Hours: a **restore** takes long.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "runbooks").mkdir()
    return tmp_path


def written(folder: Path, text: str, name: str = "gone.md") -> None:
    (folder / "runbooks" / name).write_text(text, "utf-8")


def test_the_first_numbered_list_of_the_steps_is_read_with_all_that_stands_in_it(folder: Path) -> None:
    written(folder, BOOK)
    written(folder, "# Index\n\n1. no steps\n", "README.md")
    steps = (
        "Stop `writes`, and *End idle sessions* on a second line. A second paragraph, see the book.",
        "Nested: one two",
    )
    assert list(runbooks.guides(folder)) == [
        Guide("gone", "Data *gone*", steps, "Hours: a *restore* takes long.")
    ]


def test_without_a_folder_of_one_s_own_tocsin_s_are_read(tmp_path: Path) -> None:
    found = runbooks.guides(tmp_path)
    assert len(tuple(found)) == len(list(runbooks.SHIPPED.glob("*.md"))) - 1  # all but the index
    loss = found.named("corruption")
    said = " ".join(loss.steps).casefold()
    asked = ("stop writing", "window", "rows", "backup", "second database", "compare", "plan", "document")
    assert [part for part in asked if part not in said] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "## Steps\n\n" + "1. x\n" * (MOST_STEPS + 1),
            f"has {MOST_STEPS + 1} steps; a checklist has at most",
        ),
        (f"## Steps\n\n1. x\n2. {'y' * 401}\n", "step 2 has 401 characters"),
    ],
)
def test_what_a_message_cannot_show_is_refused_at_the_start(folder: Path, text: str, said: str) -> None:
    written(folder, text)
    with pytest.raises(Misconfigured, match=said):
        runbooks.guides(folder)


def test_a_file_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "runbooks" / "bad.md").write_bytes(b"\xff\xfe")
    with pytest.raises(Misconfigured, match=r"bad\.md cannot be read"):
        runbooks.guides(folder)
