"""What the bot and the shell both stand on: the operator's files and the record, opened and closed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import config
from app.settings import Places
from incidents.catalogue import Catalogue
from incidents.checklists import Guides
from incidents.desk import Desk
from incidents.errors import Unavailable
from incidents.policy import Policy
from storage import embedded
from storage.checks import PostgresChecks
from storage.database import Database, open_database
from storage.journal import PostgresJournal
from storage.ledger import PostgresLedger
from storage.looked import PostgresLookBook
from storage.outbox import PostgresOutbox
from workflows.jobs import Jobs


@dataclass(frozen=True, slots=True)
class Foundation:
    """Opened and ready.

    Attributes:
        probes: each service's probe tables as the operator wrote them.
        started: the folder of the server that was started for us alone; None where one ran already.
    """

    policy: Policy
    catalogue: Catalogue
    probes: dict[str, tuple[dict[str, Any], ...]]
    services_file: Path
    url: str
    started: Path | None
    database: Database
    ledger: PostgresLedger
    journal: PostgresJournal
    outbox: PostgresOutbox
    checks: PostgresChecks
    looks: PostgresLookBook
    desk: Desk


@asynccontextmanager
async def laid(places: Places, guides: Guides | None = None) -> AsyncIterator[Foundation]:
    """Read the files, open the database (our own if none is given), bring its tables up to date.

    Args:
        places: where all that is.
        guides: what can be worked through as a checklist, for those whose desk is asked for it.

    Raises:
        Misconfigured, Unavailable: what is wrong and what to do.
    """
    policy = config.policy(places.tocsin_config)
    catalogue, probes = config.services(places.tocsin_config)
    async with _server(places) as (url, started), open_database(url) as database:
        ledger = PostgresLedger(database, enqueue=Jobs().enqueue, time_zone=policy.time_zone)
        yield Foundation(
            policy,
            catalogue,
            probes,
            places.tocsin_config / "services.toml",
            url,
            started,
            database,
            ledger,
            PostgresJournal(database),
            PostgresOutbox(database),
            PostgresChecks(database, enqueue=Jobs().enqueue),
            PostgresLookBook(database),
            Desk(ledger, policy, catalogue, guides),
        )


@asynccontextmanager
async def _server(places: Places) -> AsyncIterator[tuple[str, Path | None]]:
    """The record's address, the one given or our own server's, and that one's folder if we started it."""
    if places.database_url:
        yield places.database_url.get_secret_value(), None
        return
    folder = (places.tocsin_home / "postgres").absolute()
    try:
        async with embedded.running(folder) as server:
            yield server.dsn, folder if server.ours else None
    except embedded.DatabaseError as error:
        raise Unavailable(str(error)) from error
