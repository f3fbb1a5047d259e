"""The statements by which a decision is written, each made once: everything it needs in one round trip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    DateTime,
    Executable,
    Integer,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from storage.tables import boards, counters, deliveries, entries, incident_ids, incidents, requests, steps


def _each(parameter: str) -> ColumnElement[Any]:
    """The members of a JSON list, one a row."""
    given = bindparam(parameter, type_=JSONB)
    return func.jsonb_array_elements(given, type_=JSONB).column_valued(parameter)


def _text(value: ColumnElement[Any], *path: str) -> ColumnElement[str]:
    return func.jsonb_extract_path_text(value, *path, type_=Text)


def _json(value: ColumnElement[Any], *path: str) -> ColumnElement[Any]:
    return func.jsonb_extract_path(value, *path, type_=JSONB)


_given: Mapping[str, ColumnElement[Any]] = {
    "key": bindparam("key", type_=Text),
    "at": bindparam("at", type_=DateTime(timezone=True)),
    "by": bindparam("by", type_=Text),
    "via": bindparam("via", type_=Text),
    "payload": bindparam("payload", type_=JSONB),
    "answer_to": bindparam("answer_to", type_=Text),
}
_incident = bindparam("incident", type_=BigInteger)


def _asked(incident: ColumnElement[int]) -> CTE:
    """The request with its new incident, unless it was recorded before."""
    return (
        insert(requests)
        .values(incident_id=incident, **_given)
        .on_conflict_do_nothing()
        .returning(requests.c.incident_id)
        .cte("asked")
    )


def _born() -> Executable:
    asked = _asked(incident_ids.next_value())
    year = select(bindparam("year", type_=Integer), literal(1)).select_from(asked)
    counted = (
        insert(counters)
        .from_select(["year", "last"], year)
        .on_conflict_do_update(index_elements=["year"], set_={"last": counters.c.last + 1})
        .returning(counters.c.last)
        .cte("counted")
    )
    return select(asked.c.incident_id, counted.c.last).join_from(asked, counted, true())


BORN = _born()
"""Note a request that declares; the new incident's id and number in its year, or nothing if repeated."""

ASKED = (
    insert(requests)
    .values(incident_id=_incident, **_given)
    .on_conflict_do_nothing()
    .returning(requests.c.key)
)
"""Note a request; its key, or nothing if repeated."""


def _said() -> CTE:
    fact = _each("facts")
    columns = ["incident_id", "request_key", "at", "by", "via", "fact"]
    row = select(_incident, _given["key"], _given["at"], _given["by"], _given["via"], fact)
    return insert(entries).from_select(columns, row).returning(entries.c.number).cte("said")


def _owed() -> CTE:
    work = _each("works")
    row = select(cast(_text(work, "id"), Uuid), _incident, _json(work, "work"), _given["at"])
    return (
        insert(deliveries)
        .from_select(["id", "incident_id", "work", "created_at"], row)
        .returning(deliveries.c.id)
        .cte("owed")
    )


def _begun() -> CTE:
    row = select(_incident, _text(_each("steps"), "name"), _given["at"])
    return (
        insert(steps)
        .from_select(["incident_id", "name", "begun_at"], row)
        .on_conflict_do_update(index_elements=["incident_id", "name"], set_={"done": False})
        .returning(steps.c.name)
        .cte("begun")
    )


def _written() -> Executable:
    kept = {
        "reference": bindparam("reference", type_=Text),
        "declared_at": bindparam("declared_at", type_=DateTime(timezone=True)),
        "open": bindparam("is_open"),
        "room_id": bindparam("room_id", type_=Text),
        "rings_at": bindparam("rings_at", type_=DateTime(timezone=True)),
        "details": bindparam("details", type_=JSONB),
    }
    incident = (
        insert(incidents)
        .values(id=_incident, **kept)
        .on_conflict_do_update(index_elements=["id"], set_=kept)
        .returning(incidents.c.id)
        .cte("kept")
    )
    return select(incident.c.id).add_cte(_said(), _owed(), _begun())


WRITTEN = _written()
"""Keep an incident with its new entries, deliveries and set-up steps."""

FORGOTTEN = (
    requests.update()
    .where(
        requests.c.answer_to != literal(""),
        requests.c.at < bindparam("before", type_=DateTime(timezone=True)),
    )
    .values(answer_to="")
)
"""Forget the ways back to people that no longer work."""

ANSWERED = (
    requests.update()
    .where(
        requests.c.incident_id.in_(bindparam("incidents", expanding=True)),
        requests.c.answer_to != literal(""),
    )
    .values(answer_to="")
)
"""Forget the ways back to those who asked for these incidents; they were answered."""


def _step_begun() -> Executable:
    row = _each("rows")
    asked = select(
        cast(_text(row, "incident"), BigInteger).label("incident_id"),
        _text(row, "name").label("name"),
        cast(_text(row, "at"), DateTime(timezone=True)).label("begun_at"),
    ).cte("asked")
    columns = [steps.c.incident_id, steps.c.name, steps.c.begun_at, steps.c.done, steps.c.result]
    made = (
        insert(steps)
        .from_select(["incident_id", "name", "begun_at"], select(asked))
        .on_conflict_do_nothing()
        .returning(*columns)
        .cte("made")
    )
    same = (steps.c.incident_id == asked.c.incident_id) & (steps.c.name == asked.c.name)
    before = select(*columns, literal(value=False).label("fresh")).join_from(steps, asked, same)
    return before.union_all(select(made, literal(value=True)))


STEPS_BEGUN = _step_begun()
"""Note steps as begun; each as it stands, and whether this made it."""


def _step_done() -> Executable:
    row = _each("rows")
    return (
        steps.update()
        .where(
            steps.c.incident_id == cast(_text(row, "incident"), BigInteger),
            steps.c.name == _text(row, "name"),
        )
        .values(done=True, result=_text(row, "result"))
    )


STEPS_DONE = _step_done()
"""Note steps as done."""

STEPS_SPARED = steps.delete().where(
    steps.c.incident_id.in_(bindparam("incidents", expanding=True)), ~steps.c.done
)
"""Forget steps that turned out not to be needed."""

_board = insert(boards)
BOARD_KEPT = _board.values(
    incident_id=_incident, board=bindparam("board"), room=bindparam("room"), message=bindparam("message")
).on_conflict_do_update(
    index_elements=["incident_id", "board"],
    set_={"room": _board.excluded.room, "message": _board.excluded.message},
)
"""Keep where a board stands."""
