"""From a probe's raw words to what Slack shows: nothing secret, nobody called, no fence broken."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from diagnostics.redaction import Redactor, redacted, redacted_finding
from handlers.messages import diagnosis, figures
from handlers.messages.parts import Message
from incidents.evidence import Examination, Figure, Finding, Health
from incidents.model import PersonId
from incidents.notices import FindingsNotice, VerdictNotice

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOSTILE = (
    "<!channel> <!here> <@U0ALICE> <!subteam^S0ALL> @here <https://evil.example|press> ``` *b* `c`"
    " & \x1b[31mred\x1b[0m"
    " \u202eevil\u2066 password=hunter22 postgres://app:Tr0ub4dor@db/x"
)
CALLS = ("<!", "<@", "<#", "<http", "\x1b", "\u202e", "\u2066", "hunter22", "Tr0ub4dor")


def examined(raw: str) -> Examination:
    seen = Finding(
        "LG001", "log.errors", "api", Health.CRITICAL, raw, (Figure("line", raw), Figure("n", 3)), raw, raw,
        (("line", "n"), (raw, "3")),
    )  # fmt: skip
    finding, masked = redacted_finding(Redactor(), seen)
    unseen = redacted(Redactor(), f"logs: {raw}")
    return Examination(
        "api", NOON, Health.CRITICAL, finding.sentence, (finding,), (), (), (unseen.text,), 1.0,
        masked + unseen.masked, finding.next_step,
    )  # fmt: skip


def drawn(seen: Examination) -> list[Message]:
    return [
        diagnosis.verdict(VerdictNotice(seen, PersonId("bob"), None)),
        diagnosis.findings(FindingsNotice(seen)),
    ]


def markups(message: Message) -> list[str]:
    blocks = [block.to_dict() for block in message.blocks]
    texts = [block["text"] for block in blocks if block["type"] == "section"]
    texts += [part for block in blocks if block["type"] == "context" for part in block["elements"]]
    assert all(text["type"] == "mrkdwn" and text["verbatim"] for text in texts)
    return [text["text"] for text in texts]


def test_hostile_words_call_nobody_and_hold_no_secret() -> None:
    for message in drawn(examined(HOSTILE)):
        said = json.dumps(message.payload(), ensure_ascii=False)
        assert not any(call in said for call in CALLS)


@pytest.mark.parametrize(
    "raw", [HOSTILE, "```", "a ``` b ``` c ```", "``````", "x" * 1_490 + "```<!channel>"]
)
def test_fences_stay_whole(raw: str) -> None:
    for message in drawn(examined(raw)):
        for markup in markups(message):
            assert markup.count("```") in {0, 2}
            assert markup.count("```") == 0 or (
                markup.startswith("*Figures*\n```") and markup.endswith("```")
            )


def test_the_file_of_figures_holds_no_secret() -> None:
    file = figures.whole(examined(HOSTILE))
    assert file is not None
    assert not any(word in file.text for word in ("hunter22", "Tr0ub4dor", "\x1b", "\u202e"))
    assert "[redacted:secret]" in file.text


def test_buttons_carry_no_evidence() -> None:
    verdict = diagnosis.verdict(VerdictNotice(examined(HOSTILE), PersonId("bob"), None))
    values = [
        element["value"]
        for block in (part.to_dict() for part in verdict.blocks)
        if block["type"] == "actions"
        for element in block["elements"]
    ]
    assert values
    assert not any("redacted" in value or "channel" in value for value in values)


def test_the_footer_counts_what_was_masked() -> None:
    seen = examined("password=hunter22")
    assert seen.masked == 6
    assert "6 secrets masked" in " ".join(markups(drawn(seen)[0]))
    assert "masked" not in " ".join(markups(drawn(replace(seen, masked=0))[0]))
