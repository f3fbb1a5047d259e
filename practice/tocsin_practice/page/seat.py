"""What one window shows."""

from dataclasses import dataclass

from tocsin_practice.model import Channel, Person


@dataclass(frozen=True, slots=True)
class Seat:
    """What one window shows: whose it is, which channel, which thread beside it, or an app's home tab.

    `unread_after` is the ts up to which the person had read when the window was opened, empty for all.
    """

    person: Person
    channel: Channel
    thread: str = ""
    home_of: str = ""
    unread_after: str = ""
