"""`python -m bench`: the table, the JSON. It fails only if something could not be measured."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Final

from bench.programs import BOT_LOG, BUILD
from bench.run import SECTIONS, Asked, measured

_JSON: Final = BUILD / "bench.json"


def main() -> int:
    """0 when everything could be measured, whatever the figures are; 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures the bot.")
    parser.add_argument("--full", action="store_true", help="with limits on, wait for every room (minutes)")
    parser.add_argument("--demo", action="store_true", help="start the demo as well, twice")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, metavar="PART", help=", ".join(SECTIONS))
    parser.add_argument("--json", type=Path, default=_JSON, help="where the JSON goes")
    given = parser.parse_args()
    asked = Asked(frozenset(given.only or SECTIONS), to_the_end=given.full, with_demo=given.demo)
    report = asyncio.run(measured(asked, tell=_tell))
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(report.to_json(), encoding="utf-8")
    sys.stdout.write(report.table())
    sys.stdout.write(f"The same as JSON, with every sample: {given.json}\nThe bot's log: {BOT_LOG}\n")
    return 0 if report.complete else 1


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
