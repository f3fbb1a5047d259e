"""Which of the changes that are offered somebody means by a word and a target."""

from __future__ import annotations

from collections.abc import Sequence

from incidents.errors import Refused
from incidents.mitigation import Offer

_LISTED = 10


def chosen(found: Sequence[Offer], word: str, target: str) -> Offer:
    """The offer of that word and target; the target may be left out where only one has that word.

    Raises:
        Refused: there is none, or more than one; the text lists them.
    """
    named = [offer for offer in found if offer.word.casefold() == word.casefold()]
    wanted = " ".join(target.casefold().split())
    fits = [offer for offer in named if _is(offer, wanted)] if wanted else named
    if len(fits) == 1:
        return fits[0]
    choices = ", ".join(f"`{offer.word} {offer.target}`" for offer in (fits or named or found)[:_LISTED])
    if not choices:
        raise Refused("Nothing may be changed for this service any more. Nothing was changed.")
    said = f"{word} {target}".strip()
    which = "is meant for more than one target" if fits else "is not offered"
    raise Refused(f"“{said:.80}” {which}. Nothing was changed. There are: {choices}.")


def _is(offer: Offer, wanted: str) -> bool:
    whole = offer.target.casefold()
    return wanted in {whole, whole.rpartition(" ")[2]}
