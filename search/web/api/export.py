"""The whole of a search, not only its first findings, as a stream."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import Field

from kg.model import Filters
from search.find import MAX_K, MAX_TEXT, Mode
from search.home import Home
from search.web import export
from search.web.api.request import Filtered
from search.web.export import MEDIA_TYPES, Format
from search.web.problems import described
from search.web.served import served_of

router = APIRouter()
_STRING = {"schema": {"type": "string"}}
_BLOCK = 256


class ExportRequest(Filtered):
    """A search to be had whole. Without a question: every finding that passes the filters, by address."""

    format: Format = Field(default=Format.JSONL, description="JSON Lines, CSV or Turtle.", examples=["csv"])
    text: str | None = Field(
        default=None,
        min_length=1,
        max_length=MAX_TEXT,
        description="The question; without it, every finding that passes the filters.",
        examples=["use of body-worn video"],
    )
    mode: Mode = Field(default=Mode.HYBRID, description="Rank by meaning and words, or by one of them.")
    understand: bool = Field(default=True, description="Read forces, years and the like out of the question.")
    without: list[str] = Field(default=[], description="What of that is not to be a filter: `query.understood[].key`.")

    def findings(self, home: Home) -> Iterator[dict[str, Any]]:
        """Every finding that matches, best first where there is a question. Raises InvalidQuery."""
        return self._ranked(home) if self.text is not None else self._listed(home)

    def _ranked(self, home: Home) -> Iterator[dict[str, Any]]:
        for offset in itertools.count(0, MAX_K):
            answer = home.find(
                str(self.text),
                where=self.where,
                k=MAX_K,
                offset=offset,
                mode=self.mode,
                understand=self.understand,
                without=self.without,
                **self.filters(),
            )
            close = [dict(hit) for hit in answer["hits"] if hit["close"]]
            yield from close
            if len(close) < MAX_K:
                return

    def _listed(self, home: Home) -> Iterator[dict[str, Any]]:
        facets = home.snapshot.facets
        given = {facet: tuple(values) for facet, values in self.filters().items()}
        wanted = facets.allowed(facets.resolve(Filters(**given)))
        if self.where is not None:
            wanted = np.intersect1d(wanted, home.snapshot.rows_of(home.findings_of(self.where)), assume_unique=True)
        for start in range(0, len(wanted), _BLOCK):
            yield from home.snapshot.records(wanted[start : start + _BLOCK])


@router.get(
    "/api/export",
    summary="All findings of a search, as a file",
    operation_id="export",
    response_class=StreamingResponse,
    responses={200: {"content": dict.fromkeys(MEDIA_TYPES.values(), _STRING)}, **described(404, 410)},
)
def whole_search(asked: Annotated[ExportRequest, Query()], request: Request) -> StreamingResponse:
    """Every finding above the cut-off of a question, or every one that passes the filters.

    The stream ends with the count of findings; one that does not was cut short. In CSV a cell that a spreadsheet would
    take for a formula has an apostrophe before it.
    """
    home = served_of(request).at(asked.generation)
    lines = export.WRITERS[asked.format](home, _begun(asked.findings(home)))
    headers = {
        "Content-Disposition": f'attachment; filename="peelgraph-{home.generation}.{asked.format.value}"',
        "X-Generation": home.generation,
    }
    return StreamingResponse(lines, media_type=MEDIA_TYPES[asked.format], headers=headers)


def _begun(findings: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The same findings, the first of them found already: what is wrong with the request shows before any answer."""
    first = list(itertools.islice(findings, 1))
    return itertools.chain(first, findings)
