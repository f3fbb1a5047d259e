"""The log: what is written is freed of secrets first, tracebacks too; what cannot be freed is withheld."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType

from diagnostics.redaction import Redaction

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
WITHHELD = "[withheld: this could not be freed of secrets safely]"
_CHATTY = ("asyncssh", "httpx", "httpx2")
_log = logging.getLogger("tocsin")


class Hiding(logging.Formatter):
    """Formats records without secrets, by the redaction that it was given last."""

    def __init__(self, redaction: Redaction, form: str | None = FORMAT) -> None:
        super().__init__(form)
        self._redaction = redaction

    def learn(self, redaction: Redaction) -> None:
        """Know more from now on."""
        self._redaction = redaction

    def format(self, record: logging.LogRecord) -> str:
        """The record with its traceback; of one that cannot be freed of secrets, where it came from."""
        try:
            return self._redaction.redact(super().format(record)).text
        except Exception:  # noqa: BLE001 - whatever breaks here, the text must not be written
            return f"{self.formatTime(record)} {record.levelname} {record.name}: {WITHHELD}"


def written(hiding: Hiding, level: str) -> None:
    """Have everything written to standard error: what is logged, warnings, and errors that nobody caught.

    Requests of probes are not logged, since checks make them day and night; DEBUG shows them.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(hiding)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable
    quiet(level)


def quiet(level: str) -> None:
    """Leave out the requests of probes, unless everything is logged."""
    if level != "DEBUG":
        for name in _CHATTY:
            logging.getLogger(name).setLevel(logging.WARNING)


def told(redaction: Redaction, text: str) -> str:
    """The text as it may stand on a terminal."""
    try:
        return redaction.redact(text).text
    except Exception:  # noqa: BLE001 - whatever breaks here, the text must not be written
        return WITHHELD


def trace(redaction: Redaction, error: BaseException) -> str:
    """The error's traceback as it may stand on a terminal."""
    return told(redaction, "".join(traceback.format_exception(error)))


def _uncaught(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    _log.critical("ended by an error that nobody caught", exc_info=(kind, error, where))


def _uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value:
        found = (arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
        _log.error("a thread was ended by an error that nobody caught", exc_info=found)


def _unraisable(arguments: sys.UnraisableHookArgs) -> None:
    """Errors that Python itself would write, such as one in a destructor; what it was about is not kept."""
    if arguments.exc_value:
        found = (arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
        _log.error("an error that nobody could catch", exc_info=found)
