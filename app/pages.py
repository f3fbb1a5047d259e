"""Addresses of pages in the operator's files, to which places on them are added."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, HttpUrl

_LONGEST = 1000  # characters, so that a line of findings holds it


def _whole(url: HttpUrl) -> HttpUrl:
    if url.fragment is not None or len(str(url)) > _LONGEST:
        raise ValueError("must be the address of a page, without # and what follows it")
    return url


Page = Annotated[HttpUrl, AfterValidator(_whole)]
