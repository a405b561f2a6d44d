"""The application: routes put together, errors as RFC 9457 problem+json, headers on every answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from kg.errors import HomeError, InvalidQuery, NotFound, PeelError
from search.settings import Settings
from search.web import api, linked_data, pages
from search.web.served import Served

_STATUS: tuple[tuple[type[PeelError], int], ...] = ((InvalidQuery, 400), (NotFound, 404), (HomeError, 503))
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


def create_app(settings: Settings) -> FastAPI:
    """The service over the home that the settings name; the home is opened when the application starts."""
    served = Served(settings.home, settings.model)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        served.warm()
        yield

    app = FastAPI(
        title="Peelgraph",
        summary="Search over findings of police inspections. Not an HMICFRS or GOV.UK service.",
        docs_url=None,  # the stock documentation pages load scripts from another origin
        redoc_url=None,
        lifespan=life,
    )
    app.state.served = served
    app.include_router(api.router)
    app.include_router(linked_data.router)
    app.include_router(pages.router)
    app.add_exception_handler(PeelError, _our_problem)
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(RequestValidationError, _validation_problem)
    app.middleware("http")(_with_headers)
    return app


async def _with_headers(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await answer(request)
    response.headers.update(_HEADERS)
    return response


async def _our_problem(_: Request, error: Exception) -> Response:
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    fault, mend = (error.fault, error.mend) if isinstance(error, PeelError) else (str(error), "")
    return _problem(status, fault, mend)


async def _http_problem(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _problem(status, str(getattr(error, "detail", error)), "check the address", getattr(error, "headers", None))


async def _validation_problem(_: Request, error: Exception) -> Response:
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {"loc": (), "msg": str(error)}
    name = ".".join(str(part) for part in first["loc"] if part not in ("query", "body"))
    fault = f"the parameter {name}: {first['msg']}" if name else str(first["msg"])
    return _problem(400, fault, "mend the request")


def _problem(status: int, title: str, detail: str, headers: dict[str, str] | None = None) -> Response:
    body = {"type": "about:blank", "status": status, "title": title, "detail": detail}
    return JSONResponse(body, status, headers, media_type="application/problem+json")
