"""The document around everything that changes."""

from tocsin_practice.model import Channel, ChannelKind, Person
from tocsin_practice.page import frame
from tocsin_practice.page.frame import Link
from tocsin_practice.page.seat import Seat

ALICE = Person(id="U0ALICE", name="alice", real_name="Alice <Moreau>")
BOB = Person(id="U0BOB", name="bob", real_name="Bob Okafor", title="Backend Engineer")
BOT = Person(id="U0BOT", name="tocsin", real_name="Tocsin", is_bot=True)
ROOM = Channel(id="C1", name="general", kind=ChannelKind.PUBLIC, creator="U0ALICE", created=0)


def drawn(seat: Seat) -> str:
    links = [Link("Fault panel", "/faults")]
    return frame.draw(seat, {}, team="Shop", title="#general", people=[ALICE, BOB, BOT], links=links)


def test_the_bar_at_the_top_leads_to_other_people_and_to_tools() -> None:
    words = drawn(Seat(ALICE, ROOM))
    assert '<a href="/faults" target="_blank" rel="noopener">Fault panel</a>' in words
    assert 'href="/as/U0BOB/c/C1"' in words
    assert 'aria-label="Open as Bob Okafor in a new window"' in words
    assert "U0BOT" not in words
    assert "<title>#general · Alice &lt;Moreau&gt; · Shop</title>" in words


def test_a_thread_has_a_pane_of_its_own_only_when_one_is_open() -> None:
    assert "<aside" not in drawn(Seat(ALICE, ROOM))
    assert "<aside" in drawn(Seat(ALICE, ROOM, thread="1.0"))
