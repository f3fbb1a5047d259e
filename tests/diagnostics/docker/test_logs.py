"""Logs of real containers: floods, hostile lines, long lines, terminals, drivers that keep them elsewhere."""

import pytest

from diagnostics.examine import Examiner
from incidents.errors import Refused
from incidents.evidence import Examination, Health, Sought
from tests.diagnostics.docker.conftest import Opens
from tests.diagnostics.docker.dockerd import Dockerd
from tests.diagnostics.docker.test_faults import figures, looked, of

KEY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
HOSTILE = f"""
echo '2026-11-21 ERROR ```<!channel> <https://evil.example|click> connection refused'
echo 'ERROR connecting with postgres://app:swordfish-2026@db/shop: connection refused'
echo 'ERROR token=hunter2-and-more was rejected'
echo 'loading -----BEGIN PRIVATE KEY-----'
echo '{KEY}'
echo '{KEY}'
echo '-----END PRIVATE KEY-----'
echo 'ERROR after the key'
"""


async def searched(examiner: Examiner, text: str, asked: str = "logs") -> Examination:
    found = [snapshot async for snapshot in examiner.examine(asked, "shop", Sought(text))]
    assert found[-1].complete
    return found[-1]


async def test_a_flood_is_bounded_told_and_its_newest_lines_are_read(engine: Dockerd, opens: Opens) -> None:
    script = "yes 'INFO request served in 12 ms' | head -n 200000; echo 'ERROR the last line of all'"
    engine.run("api", script).wait()
    async with opens() as examiner:
        examination = await looked(examiner, "logs")
    flood = of(examination, "LG003")
    assert flood.sentence.startswith("api floods its log: the newest 5,000 lines were written within ")
    assert int(str(figures(flood)["lines"])) == 5_000
    assert "“ERROR the last line of all”" in of(examination, "LG002").sentence
    assert "Older lines were left out" in of(examination, "LG001").sentence


async def test_hostile_lines_are_shown_without_secrets_and_whole_keys_are_gone(
    engine: Dockerd, opens: Opens
) -> None:
    engine.run("api", HOSTILE).wait()
    async with opens() as examiner:
        examination = await looked(examiner, "logs")
        hunted = [
            await searched(examiner, text) for text in ("swordfish", "hunter2", KEY[:10], "after the key")
        ]
    everything = repr([examination, *hunted])
    assert "swordfish" not in everything.replace("“swordfish”", "").replace("text='swordfish'", "")
    assert KEY[:20] not in everything
    assert "[redacted:dsn]" in everything
    assert [figures(found.findings[0])["found"] for found in hunted] == [0, 0, 0, 1]
    assert of(examination, "LG103").sentence.startswith("2 lines speak of refused connections")
    assert len(of(examination, "LG002").table) == 5  # four kinds below the heading


async def test_a_text_is_found_as_it_stands_and_never_as_a_pattern(engine: Dockerd, opens: Opens) -> None:
    script = "for n in $(seq 1 20); do echo order $n of [a-z]+ failed; done; echo order 21 of abc failed"
    engine.run("api", script).wait()
    async with opens() as examiner:
        found = await searched(examiner, "OF [a-z]+")
    assert found.sentence.startswith(
        "“OF [a-z]+” stands in 20 of 21 lines of api, the last 30 min; first at "
    )
    assert found.target == "shop app logs"
    rows = found.findings[0].table[1:]
    assert [row[2] for row in rows][:4] == [
        *(f"order {n} of [a-z]+ failed" for n in (1, 2, 3)), "12 lines left out"
    ]  # fmt: skip
    assert rows[-1][2] == "order 20 of [a-z]+ failed"


async def test_what_is_not_found_says_how_far_was_looked(engine: Dockerd, opens: Opens) -> None:
    engine.run("api", "echo one; echo two").wait()
    async with opens() as examiner:
        found = await searched(examiner, "three", "all")
    assert found.sentence == "“three” stands in none of 2 lines of api, the last 30 min."
    assert found.next_step == ""


async def test_ten_who_look_for_one_text_cost_one_reading_and_another_text_its_own(
    engine: Dockerd, opens: Opens
) -> None:
    engine.run("api", "echo one").wait()
    async with opens() as examiner:
        first, second = (
            examiner.examine("logs", "shop", Sought("one")),
            examiner.examine("docker", "shop", Sought("one")),
        )
        same = [[e async for e in first][-1], [e async for e in second][-1]]
        other = await searched(examiner, "two")
    assert same[0] == same[1]
    assert other.findings[0].code == "LG011"


async def test_a_long_line_that_the_engine_cuts_is_one_line(engine: Dockerd, opens: Opens) -> None:
    filler = "x" * 16_380
    engine.run("api", f"echo {filler}password=swordfish-2026-and-so-on; echo end").wait()
    async with opens() as examiner:
        found = await searched(examiner, "[redacted:secret]")
    assert figures(found.findings[0])["found"] == 1
    assert figures(found.findings[0])["lines"] == 2
    assert "swordfish" not in repr(found)


async def test_a_last_line_without_an_end_is_not_joined_with_the_next_start(
    engine: Dockerd, opens: Opens
) -> None:
    container = engine.run("api", "printf 'ERROR no end'")
    container.wait()
    container.start()
    container.wait()
    async with opens() as examiner:
        found = await searched(examiner, "error no end")
    assert figures(found.findings[0])["lines"] == 2


async def test_a_terminals_log_is_read_too(engine: Dockerd, opens: Opens) -> None:
    engine.run("api", "echo ERROR refused; echo fine", tty=True).wait()
    async with opens() as examiner:
        examination = await looked(examiner, "logs")
    assert of(examination, "LG001").sentence == "2 lines of api in the last 15 min, 1 names an error."


async def test_a_log_that_is_kept_elsewhere_is_not_called_empty(engine: Dockerd, opens: Opens) -> None:
    engine.run("api", "echo hello", log_config={"Type": "none"}).wait()
    async with opens() as examiner:
        examination = await looked(examiner, "logs")
    assert of(examination, "LG004").health is Health.UNKNOWN
    assert examination.health is Health.UNKNOWN


async def test_logs_and_docker_both_lead_there_and_no_other_words(opens: Opens) -> None:
    async with opens() as examiner:
        assert examiner.targets("shop") == ("app", "logs", "all")
        assert set(examiner.understood("shop")) == {
            *("app", "logs", "all", "docker", "container", "containers", "proxy")
        }
        with pytest.raises(Refused, match="There is no target called"):
            examiner.examine("grep", "shop", Sought("x"))
