"""Prometheus' HTTP API: queries at one time and over a span, as series of (time, value) pairs."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, Field, ValidationError

from diagnostics.probes.http.answer import Answer
from diagnostics.probes.http.getter import Getter
from diagnostics.probes.http.unanswered import Fault, Unanswered, unusable, usable
from incidents.quoting import quoted

SERVER = "2s"  # Prometheus ends a query itself before the client gives it up
MOST = 4 * 1024 * 1024  # bytes of an answer
BAD_DATA = 400
UNPROCESSABLE = 422
SAID = "what Prometheus' API says"
ALERTING = '"type":"alerting"'


@dataclass(frozen=True, slots=True)
class Series:
    """One series with its finite values, oldest first; times are Unix seconds."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]

    @property
    def value(self) -> float | None:
        """The latest value; None if there is none that is a number."""
        return self.points[-1][1] if self.points else None


class _One(BaseModel):
    metric: dict[str, str] = {}
    value: tuple[float, float] | None = None  # absent where it is a native histogram
    values: list[tuple[float, float]] = []


class _Many(BaseModel):
    resultType: Literal["vector", "matrix"]  # noqa: N815 -- Prometheus' own word
    result: list[_One]


class _Scalar(BaseModel):
    resultType: Literal["scalar"]  # noqa: N815 -- Prometheus' own word
    result: tuple[float, float]


class _Reply(BaseModel):
    status: Literal["success"]
    data: Annotated[_Many | _Scalar, Field(discriminator="resultType")]


class _Refusal(BaseModel):
    error: str


class Api:
    """One Prometheus."""

    def __init__(self, url: str, getter: Getter) -> None:
        self._url = url
        self._getter = getter

    async def instant(self, query: str, *, at: float | None = None) -> tuple[Series, ...]:
        """The query's value at a Unix time, without it at Prometheus' own.

        Raises:
            Unanswered: what Prometheus said instead.
        """
        return await self._series("query", {"query": query} | ({} if at is None else {"time": f"{at:.3f}"}))

    async def span(self, query: str, *, start: float, end: float, step: float) -> tuple[Series, ...]:
        """The query's values from one Unix time to another, every `step` seconds.

        Raises:
            Unanswered: what Prometheus said instead.
        """
        times = {"start": f"{start:.3f}", "end": f"{end:.3f}", "step": f"{step:g}"}
        return await self._series("query_range", {"query": query} | times)

    async def alerting_rules(self) -> int:
        """How many alerting rules there are; so many at least, if the answer is very long.

        Raises:
            Unanswered: what Prometheus said instead.
        """
        answer = await self._get("rules", {"type": "alert"})
        return answer.body.count(ALERTING)

    async def _series(self, way: str, words: Mapping[str, str]) -> tuple[Series, ...]:
        answer = await self._get(way, {**words, "timeout": SERVER})
        try:
            data = _Reply.model_validate_json(answer.body).data
        except ValidationError:
            raise Unanswered(unusable(SAID), answer) from None
        if isinstance(data, _Scalar):
            return (_read({}, [data.result]),)
        return tuple(_read(one.metric, [one.value] if one.value else one.values) for one in data.result)

    async def _get(self, way: str, words: Mapping[str, str]) -> Answer:
        answer = await self._getter.get(f"{self._url}/api/v1/{way}?{urlencode(words)}", most=MOST)
        if answer.status in {BAD_DATA, UNPROCESSABLE}:
            raise Unanswered(_refusal(answer), answer)
        return usable(answer)


def _read(labels: Mapping[str, str], pairs: list[tuple[float, float]]) -> Series:
    return Series(dict(labels), tuple(pair for pair in pairs if math.isfinite(pair[1])))


def _refusal(answer: Answer) -> Fault:
    try:
        words = _Refusal.model_validate_json(answer.body).error
    except ValidationError:
        return unusable(SAID)
    if answer.status == BAD_DATA:
        name, said = "BAD_QUERY", "does not understand the query"
    else:
        name, said = "NOT_EVALUATED", "could not evaluate the query"
    said = f"{said} ({answer.status}): {quoted(words.rstrip('.'), 200)}"
    return Fault(name, said, "Correct the query in services.toml.")
