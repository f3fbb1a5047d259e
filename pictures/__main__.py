"""The process that draws: an order on standard input, images on standard output."""

import sys
from zoneinfo import ZoneInfo

from pictures.drawing import draw
from pictures.order import packed, read


def main() -> None:
    """Draw what is ordered, and end."""
    order = read(sys.stdin.buffer.read())
    zone = ZoneInfo(order.zone)
    sys.stdout.buffer.write(packed([draw(picture, zone) for picture in order.pictures]))


if __name__ == "__main__":
    main()
