"""Why an answer cannot be used, the same for every family that asks over HTTP: one fault, one finding."""

from dataclasses import dataclass
from enum import StrEnum

from diagnostics.code import WORD
from diagnostics.probes.http.answer import Answer
from diagnostics.probes.http.findings import NEXT, SAYS
from incidents.evidence import Figure, Finding, Health

DENIED = frozenset({401, 403})
SERVER = 5  # hundred and more
SILENT = frozenset(code.name for code in SAYS)  # nothing came back at all
ILL = SILENT | {"UNAVAILABLE"}
FIGURES = {"status": "", "answer": "ms", "error": WORD}  # of every finding about a fault


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an answer cannot be used.

    Attributes:
        name: the member of each family's own `Code` that stands for it.
        says: continues a sentence that begins with what was asked.
        next_step: what to do about it.
    """

    name: str
    says: str
    next_step: str


class Unanswered(Exception):
    """What was asked over HTTP did not answer, or not so that it can be used."""

    def __init__(self, fault: Fault, answer: Answer) -> None:
        super().__init__(fault.says)
        self.fault = fault
        self.answer = answer


def fault(answer: Answer) -> Fault | None:
    """What is wrong with an answer that is not 2xx; None if it is."""
    if answer.failure:
        return Fault(answer.failure.name, SAYS[answer.failure], NEXT[answer.failure])
    if answer.good:
        return None
    if answer.status in DENIED:
        return Fault(
            "NOT_ALLOWED",
            f"refuses Tocsin's login ({answer.status})",
            "Check bearer_token, or username and password, in services.toml.",
        )
    if answer.status // 100 >= SERVER:
        return Fault("UNAVAILABLE", f"answers {answer.status}", "Read its log for the same minute.")
    away = " and leads elsewhere, which was not followed" if answer.away else ""
    return Fault("NOT_THERE", f"answers {answer.status}{away}", "Check the address in services.toml.")


def unusable(what: str) -> Fault:
    """The fault of an answer that came but is not what it should be."""
    return Fault("BAD_ANSWER", f"answers, but not with {what}", "Check the address in services.toml.")


def usable(answer: Answer) -> Answer:
    """The answer, if it is 2xx.

    Raises:
        Unanswered: it is not.
    """
    wrong = fault(answer)
    if wrong:
        raise Unanswered(wrong, answer)
    return answer


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked whom, for the finding about a fault.

    Attributes:
        code: the family's own code of the fault.
        whom: the beginning of the sentence, such as "Prometheus".
        meaning: what it means that there is no answer.
    """

    code: StrEnum
    probe: str
    target: str
    whom: str
    meaning: str


def finding(asked: Asked, error: Unanswered, *, health: Health | None = None) -> Finding:
    """The finding about a fault: a warning if the other side is ill, else unknown, unless said otherwise."""
    answer, wrong = error.answer, error.fault
    return Finding(
        code=asked.code,
        probe=asked.probe,
        target=asked.target,
        health=health or (Health.WARN if wrong.name in ILL else Health.UNKNOWN),
        sentence=f"{asked.whom} {wrong.says}.",
        figures=(
            Figure("status", answer.status or None),
            Figure("answer", round(answer.seconds * 1000, 1), "ms"),
            *((Figure("error", answer.error),) if answer.error else ()),
        ),
        meaning=asked.meaning,
        next_step=wrong.next_step,
    )
