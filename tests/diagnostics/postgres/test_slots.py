"""What a slot keeps, judged from the server's rows: unread, lagging, lost, without or with a bound."""

from diagnostics.probes.postgres.replication import kept
from diagnostics.probes.postgres.section import Limits
from incidents.evidence import Finding, Health

GIGABYTE = 1024**3


def slot(name: str = "second", **row: object) -> dict[str, object]:
    return {"name": name, "active": False, "status": "reserved", "allowed": None, "bytes": 0.0} | row


def said(*rows: dict[str, object]) -> Finding:
    return kept("payments db", list(rows), Limits())


def test_an_unread_slot_is_a_warning_and_critical_once_it_keeps_very_much() -> None:
    assert said(slot(bytes=20.0 * GIGABYTE)).health is Health.WARN
    assert said(slot(bytes=60.0 * GIGABYTE)).health is Health.CRITICAL


def test_a_reader_that_lags_is_told_from_one_that_is_gone() -> None:
    lags = said(slot(active=True, bytes=20.0 * GIGABYTE))
    assert lags.sentence == "The reader of a slot lags; second keeps 20 GB of log."
    gone = said(slot("first", bytes=30.0 * GIGABYTE), slot(active=True, bytes=20.0 * GIGABYTE))
    assert gone.sentence == "1 replication slot unread; first keeps 30 GB of log."


def test_a_bound_on_what_slots_may_keep_saves_the_disk_and_loses_the_reader() -> None:
    assert said(slot()).meaning == "The log grows until the disk is full."
    assert said(slot(allowed=10.0 * GIGABYTE)).meaning.startswith("Beyond 10 GB its log is removed")


def test_a_slot_whose_log_is_gone_needs_a_new_reader() -> None:
    lost = said(slot(status="lost", bytes=None))
    assert lost.sentence.endswith("second has lost log that its reader needs.")
    assert lost.next_step.startswith("Build its reader anew")


def test_what_is_not_told_is_not_called_small() -> None:
    assert "keeps an unknown amount of log" in said(slot(bytes=None)).sentence
