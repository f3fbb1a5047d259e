"""The statements by which a decision is written, each made once: everything it needs in one round trip."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    Executable,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    column,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.sql.selectable import FromClause

from incidents.mitigation import Fate
from incidents.ports import SET_UP
from storage.tables import boards, counters, deliveries, entries, incident_ids, incidents, requests, steps


def _rows(parameter: str) -> FromClause:
    """The members of a JSON list, one a row, in column `value`."""
    given = bindparam(parameter, type_=JSONB)
    return func.jsonb_array_elements(given).table_valued(column("value", JSONB), name=parameter)


def _within(outer: FromClause, field: str) -> FromClause:
    """The members of the JSON list in a field of each row."""
    members = func.jsonb_array_elements(_json(outer, field))
    return members.table_valued(column("value", JSONB), name=field).lateral()


def _text(row: FromClause, *path: str) -> ColumnElement[str]:
    return func.jsonb_extract_path_text(row.c.value, *path, type_=Text)


def _json(row: FromClause, *path: str) -> ColumnElement[Any]:
    return func.jsonb_extract_path(row.c.value, *path, type_=JSONB)


def _number(row: FromClause, field: str) -> ColumnElement[int]:
    return cast(_text(row, field), BigInteger)


def _time(row: FromClause, field: str) -> ColumnElement[Any]:
    return cast(_text(row, field), DateTime(timezone=True))


def _asked(incident: Callable[[FromClause], ColumnElement[Any]]) -> Executable:
    row = _rows("rows")
    values: dict[str, ColumnElement[Any]] = {
        "incident_id": incident(row),
        "key": _text(row, "key"),
        "at": _time(row, "at"),
        "by": _text(row, "by"),
        "via": _text(row, "via"),
        "payload": _json(row, "payload"),
        "answer_to": _text(row, "answer_to"),
    }
    return (
        insert(requests)
        .from_select(list(values), select(*values.values()).select_from(row))
        .on_conflict_do_nothing()
        .returning(requests.c.key, requests.c.incident_id)
    )


ASKED = _asked(lambda row: _number(row, "incident"))
"""Note requests, about an incident or none; those that were not noted before."""

BORN = _asked(lambda _: incident_ids.next_value())
"""Note requests that declare, each with the number of its new incident; those not noted before."""

_counters = insert(counters).values(year=bindparam("year"), last=bindparam("many"))
COUNTED = _counters.on_conflict_do_update(
    index_elements=["year"], set_={"last": counters.c.last + _counters.excluded.last}
).returning(counters.c.last)
"""Take the next numbers of a year; the last of them. The year is locked until the transaction ends."""


def _kept(row: FromClause) -> CTE:
    values: dict[str, ColumnElement[Any]] = {
        "id": _number(row, "incident"),
        "reference": _text(row, "reference"),
        "declared_at": _time(row, "declared_at"),
        "open": cast(_text(row, "open"), Boolean),
        "room_id": _text(row, "room_id"),
        "rings_at": _time(row, "rings_at"),
        "details": _json(row, "details"),
    }
    new = insert(incidents).from_select(list(values), select(*values.values()).select_from(row))
    change = {name: new.excluded[name] for name in values if name != "id"}
    return new.on_conflict_do_update(index_elements=["id"], set_=change).returning(incidents.c.id).cte("kept")


def _said(row: FromClause) -> CTE:
    fact = _within(row, "facts")
    values: dict[str, ColumnElement[Any]] = {
        "incident_id": _number(row, "incident"),
        "request_key": _text(row, "key"),
        "at": _time(row, "at"),
        "by": _text(row, "by"),
        "via": _text(row, "via"),
        "fact": fact.c.value,
    }
    said = select(*values.values()).select_from(row.join(fact, true()))
    return insert(entries).from_select(list(values), said).returning(entries.c.number).cte("said")


def _owed(row: FromClause) -> CTE:
    work = _within(row, "works")
    values: dict[str, ColumnElement[Any]] = {
        "id": cast(_text(work, "id"), Uuid),
        "incident_id": _number(row, "incident"),
        "work": _json(work, "work"),
        "created_at": _time(row, "at"),
    }
    owed = select(*values.values()).select_from(row.join(work, true()))
    return insert(deliveries).from_select(list(values), owed).returning(deliveries.c.id).cte("owed")


def _begun(row: FromClause) -> CTE:
    step = _within(row, "steps")
    begun = select(_number(row, "incident"), _text(step, "name"), _time(row, "at"))
    return (
        insert(steps)
        .from_select(["incident_id", "name", "begun_at"], begun.select_from(row.join(step, true())))
        .on_conflict_do_update(index_elements=["incident_id", "name"], set_={"done": False})
        .returning(steps.c.name)
        .cte("begun")
    )


def _written() -> Executable:
    row = _rows("rows")
    kept = _kept(row)
    return select(kept.c.id).add_cte(_said(row), _owed(row), _begun(row))


WRITTEN = _written()
"""Keep incidents with their new entries, deliveries and set-up steps."""

FORGOTTEN = (
    requests.update()
    .where(
        requests.c.answer_to != literal(""),
        requests.c.at < bindparam("before", type_=DateTime(timezone=True)),
    )
    .values(answer_to="")
)
"""Forget the ways back to people that no longer work."""


def _step_begun() -> Executable:
    row = _rows("rows")
    asked = select(
        _number(row, "incident").label("incident_id"),
        _text(row, "name").label("name"),
        _time(row, "at").label("begun_at"),
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


def _ended(whole: FromClause) -> tuple[CTE, CTE]:
    """The way back to the declarer is used up; steps that turned out not to be needed are forgotten."""
    incident = _number(whole, "incident")
    answered = requests.update().values(answer_to="")
    answered = answered.where(requests.c.incident_id == incident, requests.c.answer_to != literal(""))
    spared = steps.delete().where(steps.c.incident_id == incident, ~steps.c.done, steps.c.name != SET_UP)
    return answered.returning(requests.c.key).cte("answered"), spared.returning(steps.c.name).cte("spared")


def _notes() -> Executable:
    """One statement for all of it, so that it needs no transaction around it."""
    row = _rows("kept")
    values: list[ColumnElement[Any]] = [
        _number(row, "incident"),
        _text(row, "board"),
        _text(row, "room"),
        _text(row, "message"),
    ]
    board = insert(boards).from_select(
        ["incident_id", "board", "room", "message"], select(*values).select_from(row)
    )
    change = {"room": board.excluded.room, "message": board.excluded.message}
    kept = board.on_conflict_do_update(index_elements=["incident_id", "board"], set_=change)
    done = _rows("done")
    step = (
        steps.update()
        .where(steps.c.incident_id == _number(done, "incident"), steps.c.name == _text(done, "name"))
        .values(done=True, result=_text(done, "result"))
        .returning(steps.c.name)
        .cte("step")
    )
    return select(step.c.name).add_cte(kept.returning(boards.c.board).cte("board"), *_ended(_rows("whole")))


NOTED = _notes()
"""Keep where boards stand, note steps as done, and end set-ups."""


def _last_mitigated() -> Executable:
    begun, end = entries.alias("begun"), entries.alias("ended")
    same = (end.c.incident_id == begun.c.incident_id) & (end.c.fact["number"] == begun.c.fact["number"])
    refused = and_(
        end.c.fact["kind"].as_string() == "mitigation_failed",
        end.c.fact["unclear"].as_boolean().is_(false()),
    )
    fates = [
        end.c.fact["result"]["hits"].contains([{"fate": fate.value}]) for fate in (Fate.DONE, Fate.FAILED)
    ]
    left_alone = and_(
        end.c.fact["kind"].as_string() == "mitigation_done",
        end.c.fact["resumed"].as_boolean().is_(false()),
        *(~fate for fate in fates),
    )
    untouched = exists().where(same, or_(refused, left_alone))
    asked_for = incidents.c.details["proposals"].contains(bindparam("asked_for", type_=JSONB))
    return select(func.max(begun.c.at)).where(
        begun.c.incident_id.in_(select(incidents.c.id).where(asked_for)),
        begun.c.fact["kind"].as_string() == "mitigation_begun",
        begun.c.fact["action"].as_string() == bindparam("action", type_=Text),
        begun.c.fact["target"].as_string() == bindparam("target", type_=Text),
        begun.c.at < bindparam("before", type_=DateTime(timezone=True)),
        ~untouched,
    )


LAST_MITIGATED = _last_mitigated()
"""When a change was last begun on a target; not counting those that turned out to have changed nothing.

Only the timelines of incidents in which it was asked for are read, for incidents are far fewer than entries.
"""
