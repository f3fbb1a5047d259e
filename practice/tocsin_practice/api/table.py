"""All methods of the Web API that the practice workspace knows."""

from typing import Final

from tocsin_practice.api import basics, chat, conversations, marks, modals, people, reading, uploads
from tocsin_practice.api.call import Method

METHODS: Final[dict[str, Method]] = {
    **basics.METHODS,
    **conversations.METHODS,
    **reading.METHODS,
    **chat.METHODS,
    **marks.METHODS,
    **modals.METHODS,
    **people.METHODS,
    **uploads.METHODS,
}
