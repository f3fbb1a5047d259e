"""What was looked at: the verdict first, the findings below it, worst first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from slack_sdk.models.blocks import Block, ButtonElement

from handlers.messages import checklists, figures, mitigation, text
from handlers.messages.acts import Act, Subject, packed
from handlers.messages.looked import came_about, seen_at
from handlers.messages.marks import HEALTH
from handlers.messages.parts import Message, button, context, row, section
from handlers.messages.text import counted
from incidents.checklists import Guides
from incidents.evidence import Cause, Confidence, Examination, Finding, Health
from incidents.model import Status
from incidents.notices import FindingsNotice, VerdictNotice

_SURE = {
    Confidence.HIGH: "We are sure of it",
    Confidence.MEDIUM: "This is likely",
    Confidence.LOW: "This is a guess",
}
_BUTTONS = 5  # as many as a message bears
_FOLDER = "config/runbooks"
_LINE = 500
_SHOWN = 40
_NAMED = 12
_OTHERS = 3
_MINUTE = timedelta(minutes=1)


def _evidence(said: str, limit: int) -> str:
    """What systems said: escaped, and without fences that would swallow what stands below it."""
    return text.escaped(said.replace("```", "'''"), limit)


def _evidence_line(said: str, limit: int) -> str:
    """As `_evidence`, on one line."""
    return _evidence(" ".join(said.split()), limit)


def verdict(notice: VerdictNotice, runbooks: str = "", guides: Guides | None = None) -> Message:
    """The cause in one sentence, how sure we are, what else it may be, what could not be seen, what to do.

    Args:
        notice: what was seen.
        runbooks: the address of the folder of runbooks; empty if they are not published.
        guides: those of its steps that can be worked through in the room.
    """
    seen = notice.examination
    said = ": ".join(text.led(seen.target, text.one_line(seen.sentence) if seen.sentence else "looking"))
    return Message(text.one_line(said, 500), tuple(_verdict(notice, runbooks, guides or Guides())))


def _verdict(notice: VerdictNotice, runbooks: str, guides: Guides) -> Iterator[Block]:
    seen = notice.examination
    yield section(_headline(seen))
    for said in (_grounds(seen), _changes(seen), _others(seen), _blind(seen)):
        if lines := "\n".join(said):
            yield section(lines)
    if lines := "\n".join(_steps(seen, runbooks)):
        yield section(lines, _guided(notice, guides))
    yield context(*came_about(notice))
    if seen.complete:
        yield row(_buttons(notice))


def _headline(seen: Examination) -> str:
    if not seen.complete and not seen.findings:
        return f"Looking at *{text.one_line(seen.target, 100)}* …"
    subject, sentence = text.led(seen.target, _evidence(seen.sentence, 1500))
    said = f"{HEALTH[seen.health]} · *{subject}*: {sentence}"
    if not seen.causes:
        return said
    cause = seen.causes[0]
    if cause.sentence == seen.sentence:
        first = f"{said} {_sure(cause)}"
    else:
        first = f"{said}\n*Cause:* {_evidence(cause.sentence, 900)} {_sure(cause)}"
    return "\n".join((first, *(_rival("Just as likely", each) for each in _ties(seen))))


def _sure(cause: Cause) -> str:
    """How sure we are, in words and in figures."""
    score = f"{cause.score / 100:.2f}" if cause.score else ""
    signs = f"{cause.checked} of {counted(cause.signs, 'sign')} checked" if cause.signs else ""
    figures = ", ".join(filter(None, (score, signs)))
    return f"{_SURE[cause.confidence]} ({figures})." if figures else f"{_SURE[cause.confidence]}."


def _ties(seen: Examination) -> tuple[Cause, ...]:
    """Those that are exactly as likely as the first."""
    even = [cause for cause in seen.causes[1:] if cause.score and cause.score == seen.causes[0].score]
    return tuple(even[:_OTHERS])


def _rival(title: str, cause: Cause) -> str:
    return f"*{title}:* {_evidence(cause.sentence, 300)} {_sure(cause)}"


def _grounds(seen: Examination) -> Iterator[str]:
    """What the cause rests on, and what follows from it; where nothing is wrong, what was looked at."""
    for cause in seen.causes[:1]:
        yield from _listed("Because", [held for held in cause.held if not _within(held, cause.sentence)])
        yield from _listed("Against it", cause.against)
        yield from _listed("It explains", cause.symptoms)
    if seen.complete and not seen.causes:
        yield from _listed("Looked at", tuple(_by_target(seen.looked)), each=800)


def _within(said: str, sentence: str) -> bool:
    """Whether the verdict says that already."""
    return said.casefold().rstrip(".") in sentence.casefold()


def _listed(title: str, items: Sequence[str], each: int = 200) -> Iterator[str]:
    if items:
        more = f"; {len(items) - _NAMED} more" if len(items) > _NAMED else ""
        yield f"*{title}:* {'; '.join(_evidence(item, each) for item in items[:_NAMED])}{more}"


def _changes(seen: Examination) -> Iterator[str]:
    """What is different from the look before; that nothing is, only where something is wrong."""
    if seen.since is None or not seen.complete:
        return
    said = " ".join((seen.sentence, *(each for cause in seen.causes[:1] for each in cause.symptoms)))
    lines = [_evidence(change, 250) for change in seen.changes if not _repeated(change, said)]
    if len(lines) < len(seen.changes):
        lines.insert(0, "New: what is said above.")
    if lines:
        yield "\n".join([f"*Changed since {_last_look(seen)}:*", *(f"• {line}" for line in lines)])


def _last_look(seen: Examination) -> str:
    """What it is compared with, and of when; of several targets each with its own."""
    since, latest = seen.since or seen.started_at, seen.since_latest
    if latest is None or latest - since < _MINUTE:
        return f"the last look, {text.when(since)}"
    return f"the last look at each of them, between {text.when(since)} and {text.when(latest)}"


def _repeated(change: str, said: str) -> bool:
    """Whether what is new stands above already, as the verdict or as what it explains."""
    _, new, sentence = change.partition("New: ")
    return bool(new) and _within(sentence, said)


def _by_target(looked: Sequence[str]) -> Iterator[str]:
    """Where there are several targets: each once, with all that was looked at."""
    found: dict[str, list[str]] = {}
    for item in looked:
        target, sign, what = item.partition(": ")
        found.setdefault(target if sign else "", []).append(what if sign else target)
    for target, things in found.items():
        if target:
            more = f" and {len(things) - _NAMED} more" if len(things) > _NAMED else ""
            yield f"{target} ({', '.join(things[:_NAMED])}{more})"
        else:
            yield from things


def _others(seen: Examination) -> Iterator[str]:
    ties = _ties(seen)
    others = [cause for cause in seen.causes[1:] if cause not in ties]
    yield from (_rival("Also considered", cause) for cause in others[: _OTHERS - len(ties)])
    yield from _listed("Not ruled out", seen.untested)


def _blind(seen: Examination) -> Iterator[str]:
    if seen.unseen:
        yield f"*Could not be seen:* {'; '.join(_unseen(seen.unseen))}"
    for cause in seen.causes[:1]:
        if cause.missing:
            missing = "; ".join(_evidence_line(each, 250) for each in cause.missing)
            yield f"*Not checked:* {missing}"


def _steps(seen: Examination, runbooks: str) -> Iterator[str]:
    if seen.next_step:
        yield f"*Next:* {_evidence(seen.next_step, 1500)}"
    for cause in seen.causes[:1]:
        if cause.next_probe:
            yield f"*To know more:* {_evidence(cause.next_probe, 500)}"
        if cause.runbook:
            yield f"*Runbook:* {_runbook(cause.runbook, runbooks)}"


def _guided(notice: VerdictNotice, guides: Guides) -> ButtonElement | None:
    """The button that begins the steps of the runbook in the incident's room, where it was not yet."""
    guide = next((guides.of_runbook(cause.runbook) for cause in notice.examination.causes[:1]), None)
    incident = notice.incident
    if guide is None or incident is None or not incident.open or not notice.examination.complete:
        return None
    if any(begun.key == guide.key for begun in incident.checklists):
        return None
    return checklists.begin(incident, guide)


def _runbook(place: str, folder: str) -> str:
    """A link to it: where the pattern says, or else where the folder of them is published."""
    if place.startswith(("https://", "http://")):
        return text.link(place, "open it")
    if folder:
        return text.link(f"{folder.rstrip('/')}/{place}", place)
    return text.code(f"{_FOLDER}/{place}")


def _unseen(items: tuple[str, ...]) -> Iterator[str]:
    """Each reason once, after all that it kept from being seen."""
    by_reason: dict[str, list[str]] = {}
    for item in items[:20]:
        what, _, why = item.partition(": ")
        by_reason.setdefault(_evidence_line(why, 200), []).append(_evidence_line(what, 100))
    for why, things in by_reason.items():
        yield f"{', '.join(things)} ({why})" if why else ", ".join(things)


def _buttons(notice: VerdictNotice) -> list[ButtonElement]:
    target, service, sought = notice.examination.target, notice.service, notice.examination.sought
    again = packed(
        {
            "target": target[:200],
            **({"service": service} if service else {}),
            **({"sought": sought.text} if sought else {}),
            "seen": seen_at(notice.examination),
        }
    )
    buttons = [button("Look again", f"{Act.LOOK}:again", again)]
    if notice.incident is None or not notice.incident.open:
        return buttons
    if notice.incident.status is Status.MONITORING and notice.examination.health is Health.CRITICAL:
        buttons.insert(0, button("It failed again", Act.RELAPSE, str(Subject.of(notice.incident))))
    buttons.append(button("Post update", Act.UPDATE, str(Subject.of(notice.incident))))
    offers = notice.offers[: _BUTTONS - len(buttons)]
    return [*(mitigation.remedy(notice.incident, offer, n) for n, offer in enumerate(offers)), *buttons]


def findings(notice: FindingsNotice, page: str = "") -> Message:
    """Each finding on a line, worst first; the fine ones together; the figures of those that are not fine.

    Args:
        notice: what was found.
        page: the address of the page that says what each code means; empty if there is none.
    """
    seen = notice.examination
    if not seen.findings:
        return Message("No findings.", (section("No probe of this target gave a finding."),))
    said = f"{counted(len(seen.findings), 'finding')} on {text.one_line(seen.target, 100)}"
    if not notice.kept:
        return Message(said, tuple(_findings(seen, page)))
    head = section(f"*{text.one_line(seen.target, 100)} before the change*, kept since a change destroys it:")
    return Message(f"{said} before the change", (head, *_findings(seen, page)))


def _findings(seen: Examination, page: str) -> Iterator[Block]:
    ranked = sorted(seen.findings, key=lambda finding: finding.health.rank)
    bad = [finding for finding in ranked if seen.sought or finding.health is not Health.OK]
    fine = [finding for finding in ranked if finding not in bad]
    several = len({finding.target for finding in ranked}) > 1
    for finding in bad[:_SHOWN]:
        yield section(_line(finding, page, several=several))
    if len(bad) > _SHOWN:
        yield context(f"{len(bad) - _SHOWN} more findings are in the file.")
    if fine:
        lines = "\n".join(f"{_target(f, several=several)}{_evidence(f.sentence, 200)}" for f in fine)
        yield section(f"{HEALTH[Health.OK]}\n{lines}")
    if seen.sought and (lines := figures.rows(bad)):
        yield section(f"*Lines*\n```\n{lines}\n```")
    elif shown := figures.deciding(bad):
        yield section(f"*Figures*\n```\n{shown}\n```")


def _target(finding: Finding, *, several: bool) -> str:
    """Named only where there are several; of one the verdict above says it."""
    return f"{text.one_line(finding.target, 60)}: " if several and finding.target else ""


def _code(code: str, page: str) -> str:
    """The code, leading to its place on the page of codes."""
    return text.link(f"{page}#{code.lower()}", code) if page else text.code(code)


def _line(finding: Finding, page: str, *, several: bool) -> str:
    said = _evidence(finding.sentence, _LINE)
    mark = f"{HEALTH[finding.health]} · {_target(finding, several=several)}"
    lines = [f"{mark}{said} {_code(finding.code, page)}"]
    if finding.meaning:
        lines.append(_evidence(finding.meaning, _LINE))
    if finding.next_step:
        lines.append(f"*Do:* {_evidence(finding.next_step, _LINE)}")
    return "\n".join(lines)
