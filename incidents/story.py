"""The timeline as it is read: what was recorded, in order, among the moments that were told of afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from operator import itemgetter

from incidents.facts import Entry
from incidents.model import Incident
from incidents.wording import NameOf, TimeOf, line


def story(
    incident: Incident,
    entries: Iterable[Entry],
    name_of: NameOf,
    write_time: TimeOf,
    write_link: NameOf = str,
) -> list[str]:
    """One line each, by when it happened; when it began and was detected stand there too, once known."""
    moments = [(at, f"{write_time(at)}  {words}") for at, words in _moments(incident)]
    recorded = [(entry.happened_at, line(entry, name_of, write_time, write_link)) for entry in entries]
    return [words for _, words in sorted([*moments, *recorded], key=itemgetter(0))]


def _moments(incident: Incident) -> Iterator[tuple[datetime, str]]:
    if incident.began_at:
        yield incident.began_at, "It began."
    if incident.detected_at:
        yield incident.detected_at, f"It was detected{_by(incident)}."


def _by(incident: Incident) -> str:
    return f" by {incident.detected_by}" if incident.detected_by else ""
