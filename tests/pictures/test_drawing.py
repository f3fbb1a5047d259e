"""What is drawn, looked at as an image: its size, its colours, and that no word is cut or covers another."""

import io
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from incidents.picture import Picture
from pictures.drawing import COLOURS, draw, figure, styled
from tests.pictures.samples import ALL, errors, latency, memory, sessions

BERLIN = ZoneInfo("Europe/Berlin")
KEPT = Path(__file__).parents[2] / "build" / "pictures"
SMALLEST = 17  # pixels that a capital and its surroundings need, since a phone shows half of them

every = pytest.mark.parametrize("picture", ALL, ids=lambda made: made.__name__)


def image(picture: Picture) -> Image.Image:
    opened = Image.open(io.BytesIO(draw(picture, BERLIN)))
    opened.load()
    return opened.convert("RGB")


def drawn(picture: Picture) -> Figure:
    with styled():
        made = figure(picture, BERLIN)
        made.canvas.draw()
    return made


def words(made: Figure) -> list[Text]:
    """All that is written, tick labels beyond the axes left out, which are not drawn."""
    (axes,) = made.axes
    found: list[Any] = [*made.texts, *axes.texts, axes.xaxis.label, axes.yaxis.label]
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        found += [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
    for legend in made.legends:
        found += legend.get_texts()
    return [text for text in found if text.get_text()]


def near(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 8 for a, b in zip(one, other, strict=True))


def colours(seen: Image.Image) -> Iterator[tuple[int, tuple[int, int, int]]]:
    found: Any = seen.getcolors(maxcolors=seen.width * seen.height)
    yield from found


def share(seen: Image.Image, colour: str) -> float:
    """How much of the picture is of that colour."""
    wanted = (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))
    return sum(count for count, each in colours(seen) if near(each, wanted)) / (seen.width * seen.height)


@every
def test_a_picture_is_a_png_of_a_size_for_a_phone_and_not_blank(picture: Callable[[], Picture]) -> None:
    png = draw(picture(), BERLIN)
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / f"{picture.__name__}.png").write_bytes(png)
    seen = image(picture())
    assert (seen.width, seen.height) == (720, 480)
    assert len(png) < 100_000
    assert len(list(colours(seen))) > 20
    assert seen.getpixel((0, 0)) == (255, 255, 255)
    assert share(seen, COLOURS[0]) > 0.002


def test_what_was_measured_is_there_in_its_colours() -> None:
    seen = image(sessions())
    shares = [share(seen, colour) for colour in COLOURS[:3]]
    assert min(shares) > 0.01
    assert shares[0] == max(shares)
    assert share(image(memory()), COLOURS[1]) == 0


@every
def test_no_word_is_cut(picture: Callable[[], Picture]) -> None:
    made = drawn(picture())
    wide, high = made.bbox.width, made.bbox.height
    for text in words(made):
        box = text.get_window_extent()
        assert box.x0 >= -1, text.get_text()
        assert box.y0 >= -1, text.get_text()
        assert box.x1 <= wide + 1, text.get_text()
        assert box.y1 <= high + 1, text.get_text()


@every
def test_no_word_covers_another(picture: Callable[[], Picture]) -> None:
    found = [(text.get_text(), text.get_window_extent()) for text in words(drawn(picture()))]
    for (one, here), (other, there) in combinations(found, 2):
        apart = here.x1 <= there.x0 + 2 or there.x1 <= here.x0 + 2 or here.y1 <= there.y0 + 2
        assert apart or there.y1 <= here.y0 + 2, f"{one!r} and {other!r}"


@every
def test_every_word_can_be_read_on_a_phone(picture: Callable[[], Picture]) -> None:
    for text in words(drawn(picture())):
        assert text.get_fontsize() * mpl.rcParams["figure.dpi"] / 72 >= SMALLEST


def test_axes_say_what_and_when_in_the_teams_own_time() -> None:
    said = [text.get_text() for text in words(drawn(sessions()))]
    assert "client sessions" in said
    assert "time (CET)" in said
    assert "15:15" in said
    assert "usable slots: 47" in said
    assert {"declared", "deploy 3f9a2c1"} <= set(said)


def test_a_limit_says_when_it_will_be_reached() -> None:
    said = [text.get_text() for text in words(drawn(memory()))]
    assert "limit: 512 MB, reached at 16:56 if it goes on" in said
    assert {"0", "128 MB", "256 MB"} <= set(said)


def test_where_nothing_was_measured_nothing_is_drawn() -> None:
    (axes,) = drawn(errors()).axes
    values: Any = axes.lines[0].get_ydata()
    assert sum(value != value for value in values) == 1  # noqa: PLR0124 -- only nan differs from itself


def test_a_short_time_shows_seconds() -> None:
    assert any(text.get_text().count(":") == 2 for text in words(drawn(latency())))
