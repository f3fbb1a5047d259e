"""The patterns that come with Tocsin, where several systems of one service speak of the same trouble."""

from datetime import UTC, datetime

from diagnostics.look import Collected, Look
from diagnostics.run import Progress
from diagnostics.verdict import judge
from incidents.evidence import Examination, Figure, Finding, Health
from tests.diagnostics.rules import RULES

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def found(code: str, *figures: Figure, health: Health = Health.WARN, probe: str = "p") -> Finding:
    return Finding(code, probe, "shop", health, f"{code} is so.", figures)


def seen(**findings: tuple[Finding, ...]) -> Examination:
    """The verdict on one service whose targets said this, by the word of their kind."""
    looks = tuple(
        Look(
            f"shop {word}",
            "shop",
            word,
            Progress(findings=said, answered=frozenset(), done_at=1.0),
            alone=False,
        )
        for word, said in findings.items()
    )
    return judge(Collected("shop", NOW, 1.0, looks), RULES)


def codes(examination: Examination) -> list[str]:
    return [cause.code for cause in examination.causes]


MAIL = (found("LG108", Figure("lines", 12)),)
WAITING = found("PR117", Figure("waiting", 900), Figure("queue", "mail"))
ANSWERS = (found("SM001", health=Health.OK),)


def test_mail_that_a_log_says_is_not_going_out_is_a_cause_of_its_own() -> None:
    assert codes(seen(docker=MAIL)) == ["EMAIL_NOT_SENDING"]
    assert codes(seen(k8s=MAIL)) == ["EMAIL_NOT_SENDING"]


def test_where_the_mail_server_answers_and_a_queue_grows_it_is_the_worker() -> None:
    verdict = seen(docker=MAIL, smtp=ANSWERS, prom=(WAITING,))
    assert codes(verdict) == ["QUEUE_GROWS", "EMAIL_NOT_SENDING"]
    assert verdict.causes[1].against == (
        "the mail server answers while work waits: it is rather the worker that sends",
    )


def test_a_mail_server_that_is_down_explains_what_the_log_says() -> None:
    down = (found("SM012", health=Health.CRITICAL),)
    (cause,) = seen(docker=MAIL, smtp=down).causes
    assert cause.title == "a mail server that is down"


def test_a_setting_that_is_missing_explains_mail_that_is_not_going_out() -> None:
    lacks = found("DK114", Figure("container", "api"), Figure("setting", "SMTP_HOST"), health=Health.CRITICAL)
    (cause,) = seen(docker=(*MAIL, lacks)).causes
    assert cause.code == "CONFIG_ERROR"
    assert any("LG108" in symptom for symptom in cause.symptoms)


def test_busy_processors_are_named_alone_and_stand_below_what_explains_them() -> None:
    busy = found("PR107", Figure("cpu", 97.0, "%"), Figure("instance", "api"), health=Health.CRITICAL)
    spike = found("PR103", Figure("of the usual", 300.0, "%"))
    assert codes(seen(prom=(busy,))) == ["CPU_BUSY"]
    assert codes(seen(k8s=(found("K8302", Figure("use", 97.0, "%")),))) == ["CPU_BUSY"]
    assert codes(seen(host=(found("HO106", Figure("cpu", 97.0, "%")),))) == ["HOST_OVERLOADED"]
    assert codes(seen(prom=(busy, spike))) == ["TRAFFIC_SPIKE"]


def test_more_traffic_that_is_refused_for_the_most_part_is_no_spike_of_traffic() -> None:
    spike = found("PR103", Figure("of the usual", 300.0, "%"))
    extra = found("PR112", Figure("of the extra", 96.0, "%"), health=Health.OK)
    limited = found("PR114", Figure("share", 60.0, "%"), health=Health.CRITICAL)
    assert codes(seen(prom=(spike, extra, limited))) == ["RATE_LIMITED"]


def test_a_guess_of_memory_stands_below_the_workers_that_were_ended_for_their_time() -> None:
    guess = found("LG109", Figure("lines", 4), health=Health.CRITICAL)
    assert codes(seen(docker=(guess,))) == ["MEMORY_RAN_OUT"]
    assert codes(seen(docker=(guess, found("LG129", Figure("lines", 8))))) == [
        "WORKERS_STUCK",
        "MEMORY_RAN_OUT",
    ]


def test_what_it_wrote_before_it_ended_is_told_with_a_crash_loop() -> None:
    loop = found("DK105", Figure("restarts", 4), health=Health.CRITICAL)
    wrote = found("LG005", Figure("source", "api"), health=Health.OK)
    (cause,) = seen(docker=(loop, wrote)).causes
    assert cause.sentence.endswith("does not stay up. LG005 is so.")
    assert seen(docker=(loop,)).causes[0].sentence.endswith("a container that does not stay up.")
