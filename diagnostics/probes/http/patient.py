"""An HTTP service kept ready to be looked at: only its configured host, no proxies, no retries."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace

import httpx

from diagnostics.probe import Care, Probe, TargetName
from diagnostics.probes.http import findings, page, scheme
from diagnostics.probes.http.answer import Answer, ask
from diagnostics.probes.http.codes import Code
from diagnostics.probes.http.section import HttpSection
from incidents.evidence import Finding

USUAL = {
    "live": ("/health/live",),
    "health": ("/health", "/api/v1/utils/health-check/"),
    "ready": ("/health/ready", "/ready"),
}
ANSWER = 3.0  # seconds for one request
NOT_THERE = 4  # hundred and more: at a guessed path, nothing that was meant for us
AT_ONCE = 0.5  # seconds; what fails slower than this is not asked again
DEADLINE = 4.0  # seconds for all of them, which go side by side, and once more for what failed at once


class HttpPatient:
    """One HTTP service and its health addresses."""

    def __init__(self, name: TargetName, section: HttpSection, _care: Care) -> None:
        self._name = name
        self._section = section
        self._client: httpx.AsyncClient | None = None
        self._probes = (Probe("http.health", "health addresses", self._look, DEADLINE),)

    @property
    def name(self) -> TargetName:
        """What it is called."""
        return self._name

    @property
    def probes(self) -> Sequence[Probe]:
        """One: its addresses are asked side by side, and judged together."""
        return self._probes

    def explain(self, _probe: Probe, _error: Exception) -> Finding | None:
        """Nothing more than the watch over a probe can say."""
        return None

    async def open(self) -> None:
        """Make the client; nothing is asked yet."""
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(ANSWER),
            follow_redirects=False,
            trust_env=False,
            headers={"user-agent": "tocsin-probe", "accept": "application/json, */*"},
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=0),
        )

    async def close(self) -> None:
        """Close the client."""
        if self._client:
            await self._client.aclose()

    async def _look(self) -> tuple[Finding, ...]:
        if self._client is None:
            await self.open()
        asked = self._configured() or USUAL
        answers = await self._ask(asked)
        steady, unsteady = await self._again(answers)
        return unsteady + judged(str(self._name), self._section, steady, guessed=not self._configured())

    def _configured(self) -> dict[str, tuple[str, ...]]:
        section = self._section
        named = {"live": section.live, "health": section.health, "ready": section.ready}
        return {role: (path,) for role, path in named.items() if path}

    async def _ask(self, asked: dict[str, tuple[str, ...]]) -> tuple[tuple[str, Answer], ...]:
        pairs = [(role, self._section.address(path)) for role, paths in asked.items() for path in paths]
        if self._section.front:
            pairs.append(("front", self._section.address(self._section.front)))
        elif not self._configured():
            pairs.append(("front", self._section.address("/")))
        answers = await asyncio.gather(*(self._one(address, self._most(role)) for role, address in pairs))
        return tuple((role, answer) for (role, _), answer in zip(pairs, answers, strict=True))

    async def _again(
        self, answers: Sequence[tuple[str, Answer]]
    ) -> tuple[tuple[tuple[str, Answer], ...], tuple[Finding, ...]]:
        """Ask once more what failed at once; what is well then is judged as such, and said to be unsteady."""
        failed = [
            (role, answer)
            for role, answer in answers
            if answer.status >= findings.SERVER and answer.seconds <= AT_ONCE
        ]
        asked = (self._one(answer.address, self._most(role), AT_ONCE) for role, answer in failed)
        pairs = zip(failed, await asyncio.gather(*asked), strict=True)
        well = {answer.address: (role, answer, again) for (role, answer), again in pairs if again.good}
        found = (
            findings.unsteady(str(self._name), f"http.{role}", answer, again)
            for role, answer, again in well.values()
        )
        judged_now = (
            (role, well[answer.address][-1] if answer.address in well else answer) for role, answer in answers
        )
        return tuple(judged_now), tuple(found)

    def _most(self, role: str) -> int:
        return page.MOST if role == "front" and self._section.expects else 0

    async def _one(self, address: str, most: int, seconds: float = ANSWER) -> Answer:
        client = self._client
        if client is None:
            raise RuntimeError("the client is made before anything is asked")
        try:
            async with asyncio.timeout(seconds):
                answer = await ask(client, address, most=most)
        except TimeoutError:
            return Answer(address, seconds=seconds, failure=Code.TIMED_OUT, error="TimeoutError")
        return replace(answer, speaks=await scheme.other(answer))


def judged(
    target: str, section: HttpSection, answers: Sequence[tuple[str, Answer]], *, guessed: bool
) -> tuple[Finding, ...]:
    """The findings behind the answers of a service's addresses, by role.

    Args:
        target: what was asked.
        section: its settings.
        answers: with the role of each: live, health, ready or front.
        guessed: the paths are the usual ones rather than configured, so one that is not there is no fault.
    """
    there = [pair for pair in answers if not (guessed and pair[1].status // 100 == NOT_THERE)]
    back = _first_of_each(pair for pair in there if pair[0] != "front")
    front = next((answer for role, answer in there if role == "front"), None)
    found = tuple(_back(target, section, back))
    if not back:
        tried = tuple(findings.where(answer) for role, answer in answers if role != "front")
        found = (findings.nothing_to_ask(target, tried),)
    elif guessed and front and not section.front:
        front = None  # the health addresses say more than a guessed front page
    return (*found, *_front(target, section, front, list(back.values())))


def _first_of_each(answers: Iterator[tuple[str, Answer]]) -> dict[str, Answer]:
    """One answer for each role; when nothing listens, one for all."""
    first: dict[str, Answer] = {}
    for role, answer in answers:
        if not any(known.failure and known.failure == answer.failure for known in first.values()):
            first.setdefault(role, answer)
    return first


def _back(target: str, section: HttpSection, answers: dict[str, Answer]) -> Iterator[Finding]:
    alive = next(
        (answers[role] for role in ("live", "health") if role in answers and answers[role].good), None
    )
    for role, answer in answers.items():
        unready = role == "ready" and not answer.good and not answer.away
        broken_health = role == "health" and not answer.good and alive is not None
        if alive and (unready or (broken_health and answer.status >= findings.SERVER)):
            yield findings.alive_not_ready(target, alive, answer)
        else:
            shown = page.other_page(target, f"http.{role}", answer)
            yield shown or findings.alone(target, f"http.{role}", answer, slow=section.slow)


def _front(
    target: str, section: HttpSection, front: Answer | None, back: Sequence[Answer]
) -> Iterator[Finding]:
    if front is None:
        return
    if front.status in findings.CUT_OFF and back and all(answer.good for answer in back):
        yield findings.cut_off(target, front)
    elif wrong := page.page(target, front, section.expects):
        yield wrong
    elif not any(answer.failure and answer.failure == front.failure for answer in back):
        yield findings.alone(target, "http.front", replace(front, body=""), slow=section.slow)
