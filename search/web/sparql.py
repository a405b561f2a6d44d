"""The SPARQL 1.1 Protocol at /sparql: queries by address, by form and by body; reading only.

What is asked is answered whole or with a problem: the status is chosen when the answer is there. Pages of other
sites may ask, so every answer says so (CORS), errors too.
"""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass
from email.message import Message
from functools import partial
from urllib.parse import parse_qsl

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from kg import sparql
from kg.answers import Graphs, Result
from kg.errors import PeelError
from kg.workers import CAP, Asking
from search.home import Home
from search.web import service_description, sparql_operations
from search.web.negotiation import HTML, JSON_LD, N_TRIPLES, TURTLE, VARY, chosen, not_acceptable
from search.web.problems import of_ours, problem
from search.web.served import home_of

router = APIRouter()
METHODS = "GET, HEAD, POST, OPTIONS"
QUERY_TYPE, FORM_TYPE = "application/sparql-query", "application/x-www-form-urlencoded"
SELECT_TYPES = {
    "application/sparql-results+json": "json",
    "application/json": "json",
    "application/sparql-results+xml": "xml",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}
"""Media types of SELECT and ASK answers, best first, and the format that each is."""
GRAPH_TYPES = {
    TURTLE: "turtle",
    N_TRIPLES: "ntriples",
    JSON_LD: "jsonld",
    "application/rdf+xml": "rdfxml",
    "application/json": "jsonld",
    "application/xml": "rdfxml",
}
"""Media types of CONSTRUCT and DESCRIBE answers, best first, and the format that each is."""

_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After, X-Query-Time-Ms, X-Request-ID, X-Result-Limit, "
    "X-Result-Truncated",
}
_PREFLIGHT = {
    "Allow": METHODS,
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
_LIMIT = f"rows={CAP.rows}, bytes={CAP.size}"
_MOST_PARAMETERS = 100
_THREADS = CapacityLimiter(200)  # each holds one that runs or waits
_ONCE = ("query", "timeout", "format")


class _Refused(Exception):
    """A request that is not of the protocol: its status, what is at fault and the mend."""

    def __init__(self, status: int, fault: str, mend: str) -> None:
        self.status, self.fault, self.mend = status, fault, mend


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query as it was sent."""

    query: str
    graphs: Graphs | None
    seconds: float | None
    format: str | None


@router.get(
    "/sparql",
    summary="Ask in SPARQL",
    operation_id="sparql",
    tags=["data"],
    response_class=Response,
    responses=sparql_operations.responses([*SELECT_TYPES, *GRAPH_TYPES])
    | {303: {"description": "Without a query, where HTML is asked for"}, 304: {"description": "Nothing has changed"}},
    openapi_extra=sparql_operations.by_address(),
)
async def by_address(request: Request) -> Response:
    """`query` in the address; the service's description without one."""
    return await _guarded(request)


@router.post(
    "/sparql",
    summary="Ask in SPARQL, with a body",
    operation_id="sparql_post",
    tags=["data"],
    response_class=Response,
    responses=sparql_operations.responses([*SELECT_TYPES, *GRAPH_TYPES]),
    openapi_extra=sparql_operations.by_body(),
)
async def by_body(request: Request) -> Response:
    """A query as a form or as it is."""
    return await _guarded(request)


@router.api_route("/sparql", methods=["OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"], include_in_schema=False)
async def others(request: Request) -> Response:
    """What a browser asks before it lets another site's page ask; 405 for any other method."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=_CORS | _PREFLIGHT)
    return problem(405, f"{request.method} is not possible here", f"use {METHODS}", _CORS | {"Allow": METHODS})


async def _guarded(request: Request) -> Response:
    """The answer, or the problem that there is instead; both may be read by other sites' pages."""
    try:
        home = await to_thread.run_sync(home_of, request, limiter=_THREADS)
        response = await _answer(request, home)
    except _Refused as refused:
        response = problem(refused.status, refused.fault, refused.mend)
    except PeelError as error:
        response = of_ours(error)
    except ClientDisconnect:
        response = problem(400, "the request ended before its body did", "send it whole")
    except HTTPException as error:  # the guard's, where a body is too large
        response = problem(error.status_code, str(error.detail), "send less")
    response.headers.update(_CORS)
    return response


async def _answer(request: Request, home: Home) -> Response:
    if request.method == "GET" and not request.scope["query_string"]:
        return _described(request, home)
    asked = _asked(await _parameters(request))
    types = SELECT_TYPES if sparql.form(asked.query) in ("SELECT", "ASK") else GRAPH_TYPES
    media_type = _named(asked.format, types) if asked.format else chosen(request, list(types))
    if media_type is None:
        return not_acceptable(request, list(types))
    headers = {**VARY, "Cache-Control": "no-cache", "Link": '</sparql>; rel="service-desc"'}
    if request.method == "GET" and not sparql.is_volatile(asked.query):
        headers["ETag"] = etag = f'W/"{home.snapshot.generation}-{home.snapshot.manifest["seal"][:12]}"'
        if etag in _tags(request):
            return Response(status_code=304, headers=headers)
    begun = time.perf_counter()
    result = await _result(request, home, asked, types[media_type])
    headers["X-Query-Time-Ms"] = f"{(time.perf_counter() - begun) * 1000:.1f}"
    if result.truncated:
        headers |= {"X-Result-Truncated": "true", "X-Result-Limit": _LIMIT}
    return Response(result.body, media_type=media_type, headers=headers)


async def _result(request: Request, home: Home, asked: _Asked, format: str) -> Result:
    """The answer of a worker, which is stopped when the client goes away."""
    asking = Asking()

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        await to_thread.run_sync(asking.cancel)

    watching = asyncio.create_task(watch())
    ask = partial(home.queries.ask, asked.query, format, asked.graphs, asked.seconds, asking)
    try:
        return await to_thread.run_sync(ask, limiter=_THREADS)
    finally:
        watching.cancel()


def _described(request: Request, home: Home) -> Response:
    """The service's description, by Accept; people are shown where they can write a query."""
    offered = [*service_description.TYPES, HTML]
    media_type = chosen(request, offered)
    if media_type is None:
        return not_acceptable(request, offered)
    if media_type == HTML:
        return RedirectResponse("/query", 303, VARY)
    endpoint = str(request.url.replace(query="", fragment=""))
    return Response(service_description.serialised(home, endpoint, media_type), media_type=media_type, headers=VARY)


async def _parameters(request: Request) -> list[tuple[str, str]]:
    """Every parameter of a request, from address and body alike; a query sent as it is counts as one."""
    found = _pairs(request.scope["query_string"])
    if request.method != "POST":
        return found
    media_type, charset = _content_type(request)
    if charset not in ("utf-8", "utf8"):
        raise _Refused(415, f"the charset {charset!r} is not read here", "send UTF-8")
    body = await request.body()
    if media_type == FORM_TYPE:
        return [*found, *_pairs(body)]
    if media_type == QUERY_TYPE:
        return [*found, ("query", _decoded(body))]
    named = f"the Content-Type {media_type!r} is" if media_type else "without a Content-Type a body is"
    raise _Refused(415, f"{named} not read here", f"send {QUERY_TYPE} or {FORM_TYPE}")


def _content_type(request: Request) -> tuple[str, str]:
    """The media type of a body and its charset, in lower case."""
    header = Message()
    header["Content-Type"] = request.headers.get("content-type", "")
    if not header["Content-Type"].strip():
        return "", "utf-8"
    charset = header.get_param("charset", "utf-8")
    return header.get_content_type(), str(charset).lower()


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except ValueError as error:
        raise _Refused(400, "the parameters cannot be read", "send them percent-encoded, in UTF-8") from error


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _Refused(400, "the query is not UTF-8", "send it in UTF-8") from error


def _asked(parameters: list[tuple[str, str]]) -> _Asked:
    given: dict[str, list[str]] = {}
    for name, value in parameters:
        given.setdefault(name, []).append(value)
    if "update" in given:
        raise _Refused(400, "updates are not admitted", "this store is read-only; it changes by `peel ingest`")
    if "query" not in given:
        raise _Refused(400, "there is no query", "send it as the parameter query")
    for name in _ONCE:
        if len(given.get(name, ())) > 1:
            raise _Refused(400, f"the parameter {name} is given {len(given[name])} times", "give it once")
    default, named = given.get("default-graph-uri"), given.get("named-graph-uri")
    graphs = None
    if default or named:
        graphs = Graphs(tuple(map(_iri, default or ())), tuple(map(_iri, named or ())))
    return _Asked(given["query"][0], graphs, _seconds(given.get("timeout")), given.get("format", [None])[0])


def _iri(value: str) -> str:
    if not sparql.is_iri(value):
        raise _Refused(400, f"{value[:80]!r} is no IRI of a graph", "write it in full, as https://…")
    return value


def _seconds(values: list[str] | None) -> float | None:
    """A shorter deadline that the client asks for."""
    if values is None:
        return None
    try:
        seconds = float(values[0])
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise _Refused(400, f"the timeout {values[0][:20]!r} is no number of seconds", "write one above 0, as 2.5")
    return seconds


def _named(format: str, types: dict[str, str]) -> str:
    """The media type of a format by its short name."""
    for media_type, name in types.items():
        if format in (name, media_type):
            return media_type
    raise _Refused(
        400, f"there is no format {format[:40]!r} for this query", f"choose from {', '.join(types.values())}"
    )


def _tags(request: Request) -> list[str]:
    return [tag.strip() for tag in ",".join(request.headers.getlist("if-none-match")).split(",")]
