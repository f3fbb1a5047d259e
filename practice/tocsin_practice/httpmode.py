"""HTTP mode: signed requests to the addresses that an app's manifest names."""

import asyncio
import hashlib
import hmac
import json
from urllib.parse import urlencode

import aiohttp

from tocsin_practice.courier import ACK_SECONDS, Answer, EnvelopeType, Parcel
from tocsin_practice.model import App, Json
from tocsin_practice.workspace import Workspace


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's `v0` signature of a request."""
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    return f"v0={digest.hexdigest()}"


class HttpMode:
    """Posts payloads to apps that do not use Socket Mode."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, app: App, parcel: Parcel, *, retry: tuple[int, str] = (0, "")) -> Answer:
        """Post a parcel and wait for the answer, 3 s at most; never raises."""
        url = _address(app, parcel)
        if not url:
            return Answer("dispatch_failed")
        body, content_type = _written(parcel)
        headers = self._headers(app, body) | {"Content-Type": content_type} | _retry_headers(retry)
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            async with asyncio.timeout(ACK_SECONDS):
                return await self._post(url, body, headers, started)
        except TimeoutError:
            return Answer("operation_timeout")
        except aiohttp.ClientError:
            return Answer("dispatch_failed")

    async def _post(self, url: str, body: bytes, headers: dict[str, str], started: float) -> Answer:
        session = self._session = self._session or aiohttp.ClientSession()
        async with session.post(url, data=body, headers=headers) as response:
            text = await response.text()
            took = asyncio.get_running_loop().time() - started
            if not response.ok:
                no_retry = response.headers.get("x-slack-no-retry") == "1"
                return Answer("dispatch_failed", {"no_retry": no_retry}, took)
            return Answer(payload=_read(text), seconds=took)

    def _headers(self, app: App, body: bytes) -> dict[str, str]:
        timestamp = str(self._workspace.stamps.now())
        return {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(app.signing_secret, timestamp, body),
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


def _address(app: App, parcel: Parcel) -> str:
    match parcel.type:
        case EnvelopeType.SLASH_COMMANDS:
            return app.commands[parcel.payload["command"]].url
        case EnvelopeType.EVENTS_API:
            return app.events_url
        case EnvelopeType.INTERACTIVE if parcel.payload["type"] == "block_suggestion":
            return app.options_url or app.interactivity_url
        case EnvelopeType.INTERACTIVE:
            return app.interactivity_url


def _written(parcel: Parcel) -> tuple[bytes, str]:
    form = "application/x-www-form-urlencoded"
    match parcel.type:
        case EnvelopeType.SLASH_COMMANDS:
            return urlencode(parcel.payload).encode(), form
        case EnvelopeType.INTERACTIVE:
            return urlencode({"payload": json.dumps(parcel.payload)}).encode(), form
        case EnvelopeType.EVENTS_API:
            return json.dumps(parcel.payload).encode(), "application/json"


def _retry_headers(retry: tuple[int, str]) -> dict[str, str]:
    attempt, reason = retry
    return {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason} if attempt else {}


def _read(text: str) -> Json:
    try:
        body = json.loads(text) if text.strip() else {}
    except ValueError:
        return {"text": text}
    return body if isinstance(body, dict) else {"text": text}
