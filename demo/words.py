"""What the demo says on the terminal."""

from typing import Final

ENDED: Final = "The demo has ended. Nothing of it runs any more."


def started(address: str, shell: str) -> str:
    """Where to go and what to type first, there and at a shell."""
    return (
        "The demo runs. Open this page:\n"
        "\n"
        f"  {address}\n"
        "\n"
        "Type there first: /incident SEV1 payments down\n"
        "Or press Break the shop there and wait half a minute: #incidents proposes one by itself.\n"
        f"The same incidents from another terminal: {shell}\n"
        "Ctrl-C ends everything."
    )


def started_again(how: str) -> str:
    """The bot ended by itself, in the sentence `how`."""
    return f"{how} It starts again and goes on with what it was doing."
