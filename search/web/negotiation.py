"""Which of the formats on offer an Accept header likes best, as RFC 9110 weighs it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from fastapi import Request, Response

from search.web.problems import problem

HTML, TURTLE, JSON_LD, N_TRIPLES = "text/html", "text/turtle", "application/ld+json", "application/n-triples"
VARY = {"Vary": "Accept"}
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_QUALITY = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")


def negotiated(accept: str, offered: Sequence[str]) -> str | None:
    """The offered media type that an Accept header likes best, the first of equals; None where it likes none.

    The most specific range that fits a type decides; parameters other than q are passed over, and so is a range
    with a broken q. A header without any range likes everything.
    """
    ranges = list(_ranges(accept)) or [("*/*", 1.0)]
    best = max(offered, key=lambda media_type: _quality(media_type, ranges))
    return best if _quality(best, ranges) > 0 else None


def chosen(request: Request, offered: Sequence[str]) -> str | None:
    """The offered media type that a request's Accept headers like best; None where they like none."""
    return negotiated(", ".join(request.headers.getlist("accept")), offered)


def not_acceptable(request: Request, offered: Sequence[str]) -> Response:
    """406: nothing on offer is of a kind that Accept asks for."""
    accept = ", ".join(request.headers.getlist("accept"))
    return problem(406, f"there is nothing here of the kind {accept!r}", f"accept {', '.join(offered)}", VARY)


def by_accept(request: Request, makers: Mapping[str, Callable[[], bytes]]) -> Response:
    """What the maker of the media type that fits best makes; 406 where none fits."""
    best = chosen(request, list(makers))
    if best is None:
        return not_acceptable(request, list(makers))
    return Response(makers[best](), media_type=best, headers=VARY)


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    """The media ranges of an Accept header, each with its quality."""
    for part in _QUOTED.sub('""', accept.lower()).split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((value for key, _, value in (p.partition("=") for p in parameters) if key == "q"), "1")
        if "/" in name and _QUALITY.fullmatch(quality):
            yield name, float(quality)


def _quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    for fitting in (media_type, media_type.split("/", maxsplit=1)[0] + "/*", "*/*"):
        found = [quality for name, quality in ranges if name == fitting]
        if found:
            return max(found)
    return 0.0
