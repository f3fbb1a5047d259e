"""Asking for a part of targets, or for a text in their logs: who answers, who shares, what is said."""

from datetime import timedelta

import pytest

from diagnostics.examine import Examiner
from diagnostics.probe import Probe
from incidents.errors import InvalidText, Refused
from incidents.evidence import Finding, Health, Sought
from tests.diagnostics.stand import NOW, dated, examiner_of, finding, last, says, target

PROBES = (
    Probe("tt.whole", "all things", says(finding("All is well."))),
    Probe("tt.logs", "its logs", says(finding("The logs are quiet.")), part="logs"),
)


def examiner() -> Examiner:
    """Two services with containers, one with a database beside them."""
    return examiner_of(
        target("main", PROBES[0]),
        target("app", *PROBES, logs=True),
        target("app", *PROBES, service="orders", logs=True),
    )


@pytest.mark.parametrize(
    ("asked", "service", "called", "sentences"),
    [
        ("app", "payments", "payments app", {"All is well.", "The logs are quiet."}),
        ("logs", "payments", "payments app logs", {"The logs are quiet."}),
        ("app logs", "payments", "payments app logs", {"The logs are quiet."}),
        ("orders logs", "payments", "orders app logs", {"The logs are quiet."}),
        ("payments app logs", None, "payments app logs", {"The logs are quiet."}),
        ("all logs", None, "all logs", {"The logs are quiet."}),
    ],
)
async def test_a_part_is_looked_at_alone(
    asked: str, service: str | None, called: str, sentences: set[str]
) -> None:
    async with examiner() as asks:
        examination = await last(asks.examine(asked, service))
    assert examination.target == called
    assert {found.sentence for found in examination.findings} == sentences


async def test_a_part_of_several_services_is_asked_back_and_one_that_is_not_there_refused() -> None:
    async with examiner() as asks:
        with pytest.raises(Refused, match="Say which: payments logs or orders logs"):
            asks.examine("logs", None)
        with pytest.raises(Refused, match="main has no target with logs that can be looked at"):
            asks.examine("main logs", "payments")


async def test_parts_are_among_the_words_that_are_offered() -> None:
    async with examiner() as asks:
        assert asks.targets("payments") == ("main", "app", "logs", "all")
        assert asks.targets(None)[:3] == ("payments main", "payments app", "payments logs")
        assert set(asks.understood("orders")) == {"app", "logs", "all", "stand", "db"}


async def test_a_text_is_looked_for_where_that_can_be_done_and_the_answer_is_the_sentence() -> None:
    async with examiner() as asks:
        examination = await last(asks.examine("all", "payments", Sought("boom")))
        with pytest.raises(Refused, match="main has no logs that can be searched"):
            asks.examine("main", "payments", Sought("boom"))
    assert (examination.target, examination.sought) == ("payments app logs", Sought("boom"))
    assert examination.sentence == "“boom” stands there."
    assert examination.health is Health.OK
    assert examination.next_step == ""


async def test_those_who_look_for_one_text_share_and_another_text_is_a_run_of_its_own() -> None:
    looks = 0

    async def look() -> tuple[Finding, ...]:
        nonlocal looks
        looks += 1
        return (finding(),)

    async with examiner_of(target("app", Probe("tt", "its logs", look, part="logs"), logs=True)) as asks:
        whole = [await last(asks.examine(asked, "payments")) for asked in ("app", "app", "logs", "app logs")]
        texts = [await last(asks.examine("logs", "payments", Sought(text))) for text in ("a", "a", "b")]
    assert looks == 2
    assert len({examination.sentence for examination in texts}) == 2
    assert len(whole) == 4


async def test_only_what_tells_of_before_looks_anew_for_an_incident_and_once_for_all_who_ask_in_it() -> None:
    looks: list[str] = []

    def look(name: str) -> Probe:
        async def seen() -> tuple[Finding, ...]:
            looks.append(name)
            return (finding(name),)

        return Probe("tt", name, seen)

    told = dated(target("deploys", look("now")), lambda onset: look(f"before {onset:%H:%M}"))
    async with examiner_of(target("db", look("db")), told) as asks:
        for onset in (None, NOW, NOW, NOW - timedelta(minutes=5)):
            await last(asks.examine("all", "payments", onset=onset))
    assert sorted(looks) == ["before 13:55", "before 14:00", "db", "now"]


async def test_a_target_told_to_an_onset_is_seen_as_a_whole() -> None:
    told = dated(target("deploys", PROBES[0]), lambda _: PROBES[0])
    async with examiner_of(told) as asks:
        examination = await last(asks.examine("deploys", "payments", onset=NOW))
    assert (examination.target, examination.health) == ("payments deploys", Health.OK)
    assert examination.sentence.startswith("Payments deploys looks healthy")


@pytest.mark.parametrize("text", ["", "  ", "x" * 101, "a\nb", "a\x00b"])
def test_a_text_to_find_is_one_short_line(text: str) -> None:
    with pytest.raises(InvalidText):
        Sought(text)
