"""The operators' files that give status updates their shape."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from incidents.errors import Misconfigured

PLACEHOLDERS = ("severity", "title", "status", "impact", "actions", "next_update", "time", "reference")


@dataclass(frozen=True, slots=True)
class Templates:
    """The shapes of a status update: one with news, one without, and one that the bot posts by itself."""

    update: Template
    nothing_new: Template
    automatic: Template

    @classmethod
    def read(cls, folder: Path) -> Templates:
        """The templates of that folder: `update.txt`, `nothing_new.txt` and `automatic.txt`.

        Raises:
            Misconfigured: a file is missing, empty or names a placeholder that there is not.
        """
        return cls(
            update=_read(folder / "update.txt"),
            nothing_new=_read(folder / "nothing_new.txt"),
            automatic=_read(folder / "automatic.txt"),
        )

    def written(self, values: Mapping[str, str], *, automatic: bool, unchanged: bool) -> str:
        """The update in its shape; `values` has every placeholder, made safe already."""
        if automatic:
            return self.automatic.substitute(values)
        return (self.nothing_new if unchanged else self.update).substitute(values)


def _read(path: Path) -> Template:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise Misconfigured(f"{path} is missing. Restore it: it gives status updates their shape.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be read ({error}). It must be a text file in UTF-8.") from None
    if not text:
        raise Misconfigured(f"{path} is empty. Write the shape of a status update, such as “$status”.")
    return _checked(path, Template(text))


def _checked(path: Path, template: Template) -> Template:
    if not template.is_valid():
        raise Misconfigured(f"{path}: a “$” stands alone. Write “$$” for a dollar sign.")
    for name in template.get_identifiers():
        if name not in PLACEHOLDERS:
            near = difflib.get_close_matches(name, PLACEHOLDERS, n=1)
            hint = (
                f"Did you mean ${near[0]}?"
                if near
                else f"There are: {', '.join(f'${p}' for p in PLACEHOLDERS)}."
            )
            raise Misconfigured(f"{path}: there is no placeholder ${name}. {hint}")
    return template
