"""The application: routes and middleware put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.middleware.gzip import GZipMiddleware
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

import ontology
from kg.workers import Workers
from search.settings import Settings
from search.web import api, assets, documents, health, linked_data, metrics, openapi, pages, problems, rendering, sparql
from search.web.guard import Guard
from search.web.metrics import Metrics
from search.web.observed import Observed
from search.web.served import Served

_GZIP_FROM = 1_000  # bytes
_NEGOTIATED = ("/id/", "/doc/", "/def", "/.well-known/", "/sparql")


def create_app(settings: Settings) -> FastAPI:
    """The service over the home that the settings name; the home is opened when the application starts.

    Every route reads; what writes is another application, `search.web.admin`. Raises InvalidQuery for settings that
    cannot be.
    """
    workers = Workers(settings.query_workers, settings.query_queue, settings.query_seconds)
    served = Served(settings.home, settings.model, workers)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        if served.held is None:
            served.warm()
        workers.start(served.home().snapshot.graph_folder)
        try:
            yield
        finally:
            workers.close()

    app = FastAPI(
        title="Peelgraph",
        summary="Search over findings of police inspections. Not an HMICFRS or GOV.UK service.",
        version=ontology.version(),
        docs_url=None,  # the stock documentation pages load scripts from another origin
        redoc_url=None,
        lifespan=life,
    )
    app.state.served = served
    app.state.public_contact = settings.public_contact
    app.state.metrics = Metrics(served)
    app.state.metrics.watch("sparql", workers.figures)
    for part in (api, linked_data, documents, health, metrics, openapi, sparql, pages):
        app.include_router(part.router)
    assets.serve(app)
    problems.install(app)
    app.add_exception_handler(HTTPException, _http_problem)
    openapi.install(app)
    app.add_middleware(_Compressed, minimum_size=_GZIP_FROM)
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(Observed, metrics=app.state.metrics)  # the last one added sees a request first
    return app


class _Compressed(GZipMiddleware):
    """Compresses pages and JSON. What Accept negotiates is sent as it is: Vary and ETag stay those of one document."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the class."""
        if scope["type"] == "http" and scope["path"].startswith(_NEGOTIATED):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


async def _http_problem(request: Request, error: Exception) -> Response:
    """What the router refuses, as a page for a browser."""
    if isinstance(error, HTTPException) and rendering.wants_page(request):
        return rendering.problem(error.status_code, str(error.detail), "check the address")
    return await problems.http(request, error)
