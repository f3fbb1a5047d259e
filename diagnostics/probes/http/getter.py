"""GETs of configured addresses for other families: a login if configured, a time limit, a body limit."""

import asyncio
import base64
from typing import Self

import httpx
from pydantic import SecretStr, model_validator

from diagnostics.probe import Section
from diagnostics.probes.http.answer import Answer, ask
from diagnostics.probes.http.codes import Code

SECONDS = 2.5  # for one answer, redirects and body included


class Login(Section):
    """Settings of a section whose address may ask who calls: a token, or a user's name with a password.

    Attributes:
        bearer_token: sent to the configured address only.
        username: with `password`, in place of a token.
        password: of that user.
    """

    bearer_token: SecretStr | None = None
    username: str | None = None
    password: SecretStr | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.bearer_token and (self.username or self.password):
            raise ValueError("give bearer_token, or username with password, not both")
        if bool(self.username) != bool(self.password):
            raise ValueError("username and password go together")
        return self

    @property
    def headers(self) -> dict[str, str]:
        """The header that says who calls; it is a secret."""
        if self.bearer_token:
            return {"authorization": f"Bearer {self.bearer_token.get_secret_value()}"}
        if self.username and self.password:
            pair = f"{self.username}:{self.password.get_secret_value()}"
            return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        return {}


class Getter:
    """A client without retries, proxies or redirects to other origins.

    Args:
        headers: sent with every request, to the configured scheme, host and port only.
        seconds: given to one answer, if not the usual.
    """

    def __init__(self, headers: dict[str, str] | None = None, *, seconds: float = 0) -> None:
        self._headers = {"user-agent": "tocsin-probe", "accept": "application/json, */*", **(headers or {})}
        self._login = bool(headers)
        self._seconds = seconds or SECONDS
        self._client: httpx.AsyncClient | None = None

    async def get(self, address: str, *, most: int = 0) -> Answer:
        """What came back, or why nothing did; never raises."""
        client = self._open()
        try:
            async with asyncio.timeout(self._seconds):
                return await ask(client, address, most=most, login=self._login)
        except TimeoutError:
            return Answer(address, seconds=self._seconds, failure=Code.TIMED_OUT, error="TimeoutError")

    async def close(self) -> None:
        """Close the client."""
        if self._client:
            await self._client.aclose()
            self._client = None

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=httpx.Timeout(self._seconds),
                follow_redirects=False,
                trust_env=False,
                headers=self._headers,
                limits=httpx.Limits(max_connections=8, max_keepalive_connections=0),
            )
        return self._client
