"""The look before: on record for whoever comes after, and no trouble when the record is away."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from diagnostics import remembered
from diagnostics.probe import Probe
from incidents.errors import Unavailable
from incidents.evidence import Finding, Health
from incidents.looked import Looked
from tests.diagnostics.stand import NOW, dated, examiner_of, finding, last, says, target

ILL = finding("It fails.", Health.CRITICAL)


class Book:
    """A record that two processes share; `trouble` is raised, `held` never answers."""

    def __init__(self) -> None:
        self.looks: dict[tuple[str, datetime], Looked] = {}
        self.trouble: Exception | None = None
        self.held = False

    async def last(self, before: Mapping[str, datetime]) -> Mapping[str, Looked]:
        """As the port."""
        await self._meet()
        mine = [(name, at) for name, at in sorted(self.looks) if name in before and at < before[name]]
        return {name: self.looks[name, at] for name, at in mine}

    async def keep(self, looks: Mapping[str, Looked]) -> None:
        """As the port."""
        await self._meet()
        self.looks |= {(name, look.at): look for name, look in looks.items()}

    async def _meet(self) -> None:
        if self.trouble:
            raise self.trouble
        if self.held:
            await asyncio.Event().wait()


async def looked(book: Book, found: Finding, at: datetime, *, routine: bool = False) -> tuple[str, ...]:
    """What another process says is new."""
    probe = Probe("tt.look", "it", says(found))
    async with examiner_of(target("db", probe), clock=lambda: at, book=book) as examiner:
        return (await last(examiner.examine("db", "payments", routine=routine))).changes


async def test_another_process_says_what_has_changed_since() -> None:
    book = Book()
    assert await looked(book, finding(), NOW) == ()
    assert await looked(book, ILL, NOW + timedelta(minutes=5)) == ("New: It fails.",)
    assert await looked(book, ILL, NOW + timedelta(minutes=6)) == ()


async def test_a_look_that_nobody_asked_for_is_not_kept() -> None:
    book = Book()
    assert await looked(book, finding(), NOW, routine=True) == ()
    assert book.looks == {}


async def test_a_look_is_not_compared_with_one_that_began_later() -> None:
    book = Book()
    await looked(book, finding(), NOW + timedelta(minutes=5))
    assert await looked(book, ILL, NOW) == ()


@pytest.mark.parametrize("held", [False, True])
async def test_a_record_that_is_away_costs_what_is_new_and_no_verdict(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, *, held: bool
) -> None:
    monkeypatch.setattr(remembered, "PATIENCE", 0.05)
    book = Book()
    await looked(book, finding(), NOW)
    book.held, book.trouble = held, None if held else Unavailable("The database does not answer.")
    assert await looked(book, ILL, NOW + timedelta(minutes=5)) == ()
    assert "earlier looks were not to be had" in caplog.text


async def test_looks_for_forms_that_are_long_closed_leave_nothing_behind() -> None:
    now = [0.0]
    told = dated(target("db"), lambda _: Probe("tt.look", "it", says(finding())))
    async with examiner_of(told, monotonic=lambda: now[0]) as examiner:
        for minutes in range(3):
            now[0] += 60
            onset = NOW - timedelta(minutes=minutes)
            await last(examiner.examine("db", "payments", onset=onset, routine=True))
        assert len(examiner._runs._routine) == 1  # noqa: SLF001 -- what grows is seen nowhere else


async def test_a_look_of_days_ago_is_as_forgotten_by_this_process_as_by_others() -> None:
    moment, now = [NOW], [0.0]
    probe = Probe("tt.look", "it", says(ILL))
    async with examiner_of(
        target("db", probe), monotonic=lambda: now[0], clock=lambda: moment[0]
    ) as examiner:
        await last(examiner.examine("db", "payments"))
        now[0], moment[0] = 3600.0, NOW + timedelta(days=3)
        assert (await last(examiner.examine("db", "payments"))).since is None
