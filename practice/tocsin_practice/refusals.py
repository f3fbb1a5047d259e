"""A refusal by the Web API: Slack's error code and what goes with it."""

from tocsin_practice.model import Json


class RefusalError(Exception):
    """The call fails with `{"ok": false, "error": code}` and the further keys of `extra`."""

    def __init__(self, code: str, **extra: object) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    def body(self) -> Json:
        """The answer's JSON."""
        return {"ok": False, "error": self.code} | self.extra


def invalid_arguments(*messages: str) -> RefusalError:
    """`invalid_arguments` with Slack's explanations."""
    said = [f"[ERROR] {message}" for message in messages]
    return RefusalError("invalid_arguments", response_metadata={"messages": said})
