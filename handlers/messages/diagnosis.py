"""What was looked at: the verdict first, the findings below it, worst first."""

from __future__ import annotations

from collections.abc import Iterator

from slack_sdk.models.blocks import Block

from handlers.messages import text
from handlers.messages.acts import Act
from handlers.messages.facts import HEALTH
from handlers.messages.parts import Message, button, context, row, section
from incidents.evidence import Confidence, Examination, Figure, Finding, Health
from incidents.ports import FindingsNotice, VerdictNotice

_SURE = {
    Confidence.HIGH: "We are sure of it.",
    Confidence.MEDIUM: "This is likely.",
    Confidence.LOW: "This is a guess.",
}
_LINE = 500
_SHOWN = 40
_FIGURES = 2600
_FIGURES_EACH = 900


def verdict(notice: VerdictNotice) -> Message:
    """The cause in one sentence, how sure we are, what could not be seen, and what to do next."""
    seen = notice.examination
    first = (
        f"{HEALTH[seen.health]} · *{text.one_line(seen.target, 100)}*: {text.escaped(seen.sentence, 1500)}"
    )
    if not seen.complete and not seen.findings:
        first = f"Looking at *{text.one_line(seen.target, 100)}* …"
    said = f"{seen.target}: {text.one_line(seen.sentence) if seen.sentence else 'looking'}"
    return Message(text.one_line(said, 500), tuple(_verdict(notice, first)))


def _verdict(notice: VerdictNotice, first: str) -> Iterator[Block]:
    seen = notice.examination
    yield section(first)
    if considered := "\n".join(_causes(seen)):
        yield section(considered)
    if seen.unseen:
        unseen = "; ".join(text.one_line(item, 200) for item in seen.unseen[:10])
        yield section(f"*Could not be seen:* {unseen}")
    if seen.next_step:
        yield section(f"*Next:* {text.escaped(seen.next_step, 1500)}")
    yield context(_progress(seen), f"asked by {text.mention(notice.asked_by)}")
    if seen.complete:
        yield row([button("Look again", f"{Act.LOOK}:again", seen.target)])


def _progress(seen: Examination) -> str:
    if seen.complete:
        masked = f" · {seen.masked} secrets masked" if seen.masked else ""
        return f"Looked for {seen.seconds:.1f} s · {len(seen.findings)} findings{masked}"
    done = len({finding.probe for finding in seen.findings}) + len(seen.unseen)
    return f"Looking at {text.one_line(seen.target, 100)} … ({done} of {done + len(seen.looking)})"


def _causes(seen: Examination) -> Iterator[str]:
    if not seen.causes:
        return
    first, *others = seen.causes
    yield f"*Cause:* {text.escaped(first.sentence, 900)} {_SURE[first.confidence]}"
    if first.next_step and first.next_step != seen.next_step:
        yield f"*Do:* {text.escaped(first.next_step, 500)}"
    for cause in others[:3]:
        yield f"*Also considered:* {text.escaped(cause.sentence, 300)} {_SURE[cause.confidence]}"


def findings(notice: FindingsNotice) -> Message:
    """Each finding on a line, worst first; the fine ones together; the figures folded below."""
    seen = notice.examination
    if not seen.findings:
        return Message("No findings.", (section("No probe of this target gave a finding."),))
    return Message(
        f"{len(seen.findings)} findings on {text.one_line(seen.target, 100)}", tuple(_findings(seen))
    )


def _findings(seen: Examination) -> Iterator[Block]:
    ranked = sorted(seen.findings, key=lambda finding: finding.health.rank)
    bad = [finding for finding in ranked if finding.health is not Health.OK]
    fine = [finding for finding in ranked if finding.health is Health.OK]
    for finding in bad[:_SHOWN]:
        yield section(_line(finding))
    if len(bad) > _SHOWN:
        yield context(f"{len(bad) - _SHOWN} more findings are in the record.")
    if fine:
        lines = "\n".join(f"{_target(f)}{text.escaped(f.sentence, 200)}" for f in fine)
        yield section(f"{HEALTH[Health.OK]}\n{lines}")
    if figures := _figures(ranked):
        yield section(f"*Figures*\n```\n{figures}\n```")


def _target(finding: Finding) -> str:
    return f"{text.one_line(finding.target, 60)}: " if finding.target else ""


def _line(finding: Finding) -> str:
    said = text.escaped(finding.sentence, _LINE)
    lines = [f"{HEALTH[finding.health]} · {_target(finding)}{said} {text.code(finding.code)}"]
    if finding.meaning:
        lines.append(text.escaped(finding.meaning, _LINE))
    if finding.next_step:
        lines.append(f"*Do:* {text.escaped(finding.next_step, _LINE)}")
    return "\n".join(lines)


def _figures(ranked: list[Finding]) -> str:
    parts: list[str] = []
    for finding in ranked:
        rows = [*(_figure(f) for f in finding.figures), *(" | ".join(r) for r in finding.table)]
        if rows:
            body = "\n".join(rows).replace("```", "'''")
            parts.append(text.escaped(f"{finding.code} {finding.target}\n{body}", _FIGURES_EACH))
    whole = "\n\n".join(parts)
    return whole if len(whole) <= _FIGURES else text.guarded(whole, _FIGURES)


def _figure(figure: Figure) -> str:
    return (
        f"{figure.name}: {figure.value if figure.value is not None else 'not known'} {figure.unit}".rstrip()
    )
