"""Writes the pages of docs/ that say what the probes say, or checks that they stand so.

python -m tools.pages write
python -m tools.pages check
"""

import sys
from pathlib import Path

from tools import codes, probes

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main(task: str) -> int:
    """Write the pages, or say which are not as they would be written; the exit code."""
    pages = {DOCS / "codes.md": codes.page(), DOCS / "probes.md": probes.page()}
    if task == "write":
        for path, text in pages.items():
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        print(f"{path.name} does not say what the probes say. Run `make codes`.", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
