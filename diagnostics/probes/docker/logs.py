"""The newest lines of a container's log, bounded in lines, bytes and seconds; the newest are kept."""

import math
import re
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnostics.logs.excerpt import Excerpt, stamped
from diagnostics.logs.settings import LogSettings
from diagnostics.probes.docker.containers import Container
from diagnostics.probes.docker.engine import THREADS, Engine, OverlongError

SECONDS = 5.0  # for reading all logs
AGAIN = 0.3  # of a log's time for a second, shorter read, where the first did not reach the newest lines
FEW = 200  # lines of that one
LINES = 15_000  # of all logs together: freeing them of secrets takes a second or two of a processor
HEADER = 8  # bytes before each message: which stream, and how long it is
INNER = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z ")
LONG = 16 * 1024  # bytes after which the engine cuts a line in two and puts a time between


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many lines of which log, in how many seconds; `now` is the time by the engine's clock."""

    container: Container
    settings: LogSettings
    now: datetime
    lines: int
    seconds: float


def wanted(container: Container, settings: LogSettings, now: datetime, among: int) -> Wanted:
    """This container's share of what may be read of so many logs, a few of them at a time."""
    lines = min(settings.lines, max(LINES // among, FEW))
    return Wanted(container, settings, now, lines, SECONDS / math.ceil(among / THREADS))


def read(engine: Engine, wanted: Wanted) -> Excerpt:
    """The newest lines; blocks, so call it in the engine's threads. Secrets are still in it.

    Raises:
        AnswerError: the log cannot be read, for instance since its driver keeps it elsewhere.
        OverlongError: not even its newest lines could be read in time.
        Exception: the engine cannot be reached; see `failure`.
    """
    try:
        return _read(engine, wanted, wanted.lines, wanted.seconds)
    except OverlongError:
        return _read(engine, wanted, FEW, AGAIN * wanted.seconds)


def _read(engine: Engine, wanted: Wanted, lines: int, seconds: float) -> Excerpt:
    since = wanted.now - timedelta(seconds=2 * wanted.settings.window)
    params: dict[str, str | int] = {
        "stdout": 1, "stderr": 1, "timestamps": 1, "tail": lines, "since": int(since.timestamp())
    }  # fmt: skip
    kept = Newest(wanted.settings.size)
    begun = time.monotonic()
    with engine.pieces(f"/containers/{wanted.container.id}/logs", params, seconds) as answer:
        for text in _raw(answer) if wanted.container.tty else _messages(answer):
            kept.add(text)
    texts = kept.lines()
    until = wanted.now + timedelta(seconds=time.monotonic() - begun)
    whole = len(texts) < lines and not kept.cut
    return Excerpt(wanted.container.name, tuple(map(stamped, texts)), since, until, whole)


class Newest:
    """Keeps as much of a text's end as fits; pieces as long as the engine cuts them belong to what follows.

    Attributes:
        cut: something was let go.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._lines: deque[bytes] = deque()
        self._open = b""
        self._goes_on = False
        self.cut = False

    def add(self, message: bytes) -> None:
        """One message of the engine's: a line, or as much of a long one as it gives at once."""
        if self._open and not self._goes_on:
            self._close()  # a program that ended in the middle of its line
        if self._open:
            message = _without_stamp(message)
        self._open += message
        self._goes_on = len(message) >= LONG
        if self._open.endswith(b"\n") or len(self._open) > self._most:
            self._close()

    def lines(self) -> list[str]:
        """The lines, oldest first, without their ends."""
        if self._open:
            self._close()
        return [line.decode(errors="replace").rstrip("\r\n").replace("\n", " ") for line in self._lines]

    def _close(self) -> None:
        self._lines.append(self._open)
        self._size += len(self._open)
        self._open = b""
        while self._size > self._most and len(self._lines) > 1:
            self._size -= len(self._lines.popleft())
            self.cut = True


def _without_stamp(message: bytes) -> bytes:
    """The rest of a long line, which begins with a time of its own."""
    found = INNER.match(message[: HEADER * 5].decode(errors="replace"))
    return message[found.end() :] if found else message


def _messages(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The messages of a log that marks where each begins."""
    held = bytearray()
    for piece in pieces:
        held += piece
        place = 0
        while len(held) - place >= HEADER:
            end = place + HEADER + int.from_bytes(held[place + 4 : place + HEADER])
            if end > len(held):
                break
            yield bytes(held[place + HEADER : end])
            place = end
        del held[:place]


def _raw(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a terminal's log, which marks nothing: a time inside a long line was put there."""
    held = b""
    for piece in pieces:
        *lines, held = (held + piece).split(b"\n")
        yield from (_joined(line) + b"\n" for line in lines)
    if held:
        yield _joined(held) + b"\n"


def _joined(line: bytes) -> bytes:
    if len(line) < LONG:
        return line
    text = line.decode(errors="replace")
    return (text[:HEADER] + INNER.sub("", text[HEADER:])).encode()
