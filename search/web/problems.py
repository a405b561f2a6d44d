"""Errors as RFC 9457 problem+json, and what OpenAPI says of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from kg.errors import (
    Cancelled,
    Gone,
    HomeError,
    InputRefused,
    InvalidQuery,
    NotFound,
    Overloaded,
    PeelError,
    QueryTimeout,
    QueryTooLarge,
    StorageFull,
)

PROBLEM = "application/problem+json"
RETRY_AFTER = 5
"""Seconds after which a home that cannot be read or written just now is worth another try."""
DESCRIPTIONS = {
    400: "The request cannot be understood: a parameter, a filter, a pattern or the Host",
    401: "The API key is not known",
    403: "The API key may not do this",
    404: "There is no such thing",
    405: "The method is not one of those in Allow",
    406: "Nothing here is of a kind that Accept asks for",
    410: "It was there once; `replaced_by` names what took its place, where that is known",
    413: "The body, the query or its answer is too large",
    414: "The address is too long",
    415: "The body is of a kind that is not read here",
    422: "A page is refused",
    429: "Too many requests; Retry-After says when to ask again",
    503: "The data cannot be read just now, or too many are asking; Retry-After says when to ask again",
}
"""What each status means here."""

_STATUS: tuple[tuple[type[PeelError], int], ...] = (
    (QueryTooLarge, 413),
    (InvalidQuery, 400),
    (QueryTimeout, 503),
    (Overloaded, 503),
    (Cancelled, 503),
    (Gone, 410),
    (NotFound, 404),
    (InputRefused, 422),
    (HomeError, 503),
    (StorageFull, 503),
)
log = logging.getLogger("peelgraph")


class Problem(BaseModel):
    """What went wrong, as RFC 9457 has it."""

    type: str = Field(examples=["about:blank"])
    status: int = Field(examples=[400])
    title: str = Field(description="What is at fault.", examples=["there is no force 'westshire'"])
    detail: str = Field(description="What to do about it.", examples=["try west-mercia, west-midlands"])
    replaced_by: list[str] | None = Field(default=None, description="With 410: the IRIs that took its place.")


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of a route's problems."""
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": DESCRIPTIONS[status], "content": content} for status in statuses}


def problem(status: int, title: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    """A problem: what is at fault, and the mend."""
    body = {"type": "about:blank", "status": status, "title": title, "detail": detail, **more}
    return JSONResponse(body, status, headers, media_type=PROBLEM)


def status_of(error: PeelError) -> int:
    """The HTTP status that says what kind of fault an error of ours is."""
    return next((code for kind, code in _STATUS if isinstance(error, kind)), 500)


def of_ours(error: PeelError) -> Response:
    """An error of ours as a problem."""
    status = status_of(error)
    headers = {"Retry-After": str(RETRY_AFTER)} if status == 503 else {}
    if isinstance(error, (HomeError, StorageFull)) or status == 500:
        log.error("%s", error)
    if not isinstance(error, Gone):
        return problem(status, error.fault, error.mend, headers)
    links = ", ".join(f'<{iri}>; rel="successor-version"' for iri in error.replaced_by)
    headers = {"Link": links} if links else {}
    return problem(status, error.fault, error.mend, headers, replaced_by=list(error.replaced_by))


def install(app: FastAPI) -> None:
    """Answer every error of an application with a problem."""
    app.add_exception_handler(PeelError, _ours)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, _validation)


async def _ours(_: Request, error: Exception) -> Response:
    if not isinstance(error, PeelError):
        raise error
    return of_ours(error)


async def http(_: Request, error: Exception) -> Response:
    """What the router refuses, as a problem."""
    if not isinstance(error, HTTPException):
        raise error
    return problem(error.status_code, str(error.detail), "check the address and the method", error.headers)


async def _validation(_: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"] if part not in ("query", "body"))
    fault = f"the parameter {name}: {first['msg']}" if name else str(first["msg"])
    return problem(400, fault, "mend the request")
