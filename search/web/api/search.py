"""Searching: GET with a query string or POST with a JSON body, the same answer."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from search.find import Answer
from search.web.api.request import SearchRequest
from search.web.problems import described
from search.web.served import served_of

router = APIRouter()


@router.get("/api/search", summary="Find findings", operation_id="search", responses=described(404, 410))
def search(asked: Annotated[SearchRequest, Query()], request: Request, response: Response) -> Answer:
    """Findings by meaning and words, limited by filters and by a SPARQL pattern; exact facet counts.

    `Link` names the next page of the same generation, so that pages never overlap while data change.
    """
    answer = asked.answer(served_of(request).at(asked.generation))
    following = asked.offset + len(answer["hits"])
    if answer["hits"] and following < answer["total"]:
        given = asked.model_dump(exclude_defaults=True, mode="json")
        given |= {"offset": following, "generation": answer["generation"]}
        response.headers["Link"] = f'</api/search?{urlencode(given, doseq=True)}>; rel="next"'
    return answer


@router.post(
    "/api/search",
    summary="Find findings, with a JSON body",
    operation_id="searchByBody",
    responses=described(404, 410, 413),
)
def search_by_body(asked: SearchRequest, request: Request) -> Answer:
    """The same as the GET form, for patterns and filters that are too long for an address."""
    return asked.answer(served_of(request).at(asked.generation))
