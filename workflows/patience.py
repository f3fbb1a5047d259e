"""When a job that failed is tried again."""

from __future__ import annotations

import asyncio

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

_MOST_DOUBLINGS = 10


class Patience(BaseRetryStrategy):
    """Tries again after 1, 2, 4 ... seconds, at most `longest`, `attempts` times (None: without end)."""

    def __init__(self, *, attempts: int | None, longest: int) -> None:
        self._attempts = attempts
        self._longest = longest

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """A job cut off because this process stops goes on at once, in whichever process takes it."""
        if isinstance(exception, asyncio.CancelledError):
            return RetryDecision(retry_in={"seconds": 0})
        if self._attempts is not None and job.attempts + 1 >= self._attempts:
            return None
        return RetryDecision(
            retry_in={"seconds": min(2 ** min(job.attempts, _MOST_DOUBLINGS), self._longest)}
        )
