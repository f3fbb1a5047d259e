"""The shop as a process: opens it, says so on standard output, and closes it when told to."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from demo.shop.accounts import Passwords
from demo.shop.open import Premises, opened
from storage.embedded import DatabaseError

VARIABLES = {"diagnosis": "SHOP_DIAGNOSIS_PASSWORD", "mitigation": "SHOP_MITIGATION_PASSWORD"}


def main() -> None:
    """Keep the shop open until SIGINT or SIGTERM; exits with 1 if it cannot be opened."""
    parser = argparse.ArgumentParser(prog="python -m demo.shop", description=__doc__)
    parser.add_argument("folder", type=Path, help="of the database's files")
    for what in ("database", "api", "panel"):
        parser.add_argument(f"--{what}", type=int, required=True, help="a TCP port on loopback")
    asked = parser.parse_args()
    premises = Premises(
        folder=asked.folder,
        database=asked.database,
        api=asked.api,
        panel=asked.panel,
        passwords=_passwords(),
    )
    try:
        asyncio.run(_keep_open(premises))
    except (DatabaseError, OSError) as error:
        sys.exit(str(error))


def _passwords() -> Passwords:
    given = {whose: os.environ[name] for whose, name in VARIABLES.items() if os.environ.get(name)}
    return Passwords(**given)


async def _keep_open(premises: Premises) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, told.set)
    async with opened(premises) as shop:
        sys.stdout.write(f"{shop.panel}\n")
        sys.stdout.flush()
        await told.wait()


if __name__ == "__main__":
    main()
