"""Much text is freed of secrets beside the loop, little on it; either way nothing goes out before."""

import asyncio
import threading
from collections.abc import Sequence

from diagnostics.cleaning import LITTLE, cleaned
from diagnostics.examine import Examiner
from diagnostics.probe import Outcome, Probe
from diagnostics.redaction import Redacted, Redactor
from incidents.evidence import Finding, Health
from tests.diagnostics.stand import NOW, last, says, target

PATIENCE = 20.0


def outcome(*cells: str) -> Outcome:
    table = (("line",), *((cell,) for cell in cells))
    return Outcome((Finding("TT001", "tt", "payments app", Health.OK, "It is so.", table=table),))


class Held:
    """Holds the first text until it is let go; says from which thread it was called, and that it was."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.called, self.go = asyncio.Event(), threading.Event()
        self.threads: set[int] = set()
        self.let_go: list[bool] = []

    def redact(self, text: str) -> Redacted:
        self.threads.add(threading.get_ident())
        self.loop.call_soon_threadsafe(self.called.set)
        self.let_go.append(self.go.wait(PATIENCE))
        return Redacted(text)

    def redact_lines(self, lines: Sequence[str]) -> tuple[Redacted, ...]:
        return tuple(map(self.redact, lines))


async def test_while_much_text_is_held_up_other_work_goes_on() -> None:
    held = Held()
    cleaning = asyncio.create_task(cleaned(held, outcome("x" * (LITTLE + 1))))
    async with asyncio.timeout(PATIENCE):
        await held.called.wait()
    assert not cleaning.done()
    held.go.set()  # only a loop that is free comes to this line
    clean = await cleaning
    assert all(held.let_go)
    assert threading.get_ident() not in held.threads
    assert (clean.unseen, clean.masked) == ("", 0)
    assert len(clean.findings[0].table) == 2


async def test_another_target_answers_while_the_text_of_one_is_still_being_freed() -> None:
    held = Held()
    looks = {
        "app": Probe("tt.app", "logs", says(*outcome("x" * (LITTLE + 1)).findings)),
        "db": Probe("tt.db", "slots", says(Finding("TT002", "tt.db", "payments db", Health.OK, ""))),
    }
    targets = {"payments": [target(word, probe) for word, probe in looks.items()]}
    async with Examiner(targets, clock=lambda: NOW, redactor=Only(held)) as asks:
        big = asyncio.create_task(last(asks.examine("app", "payments")))
        async with asyncio.timeout(PATIENCE):
            await held.called.wait()
            small = await last(asks.examine("db", "payments"))
        assert small.complete
        assert not big.done()
        held.go.set()
        assert (await big).complete


class Only(Held):
    """Holds what is long."""

    def __init__(self, held: Held) -> None:
        self.held = held

    def redact(self, text: str) -> Redacted:
        return self.held.redact(text) if len(text) > LITTLE else Redacted(text)


async def test_little_text_needs_no_thread() -> None:
    held = Held()
    held.go.set()
    await cleaned(held, outcome("x" * 100))
    assert held.threads == {threading.get_ident()}


async def test_a_secret_in_much_text_is_masked_and_counted() -> None:
    lines = ("harmless " * 10,) * 400
    clean = await cleaned(Redactor(["hunter2-and-more"]), outcome(*lines, "password=hunter2-and-more"))
    assert clean.masked == 1
    assert "hunter2" not in str(clean.findings)
