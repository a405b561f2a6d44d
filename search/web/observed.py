"""Every request seen from outside: its id, how long it took, what came of it."""

from __future__ import annotations

import logging
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.web import logs
from search.web.metrics import Metrics

ID_HEADER = "X-Request-ID"
log = logging.getLogger("peelgraph.requests")


class Observed:
    """ASGI middleware: gives each request an id, counts it and logs it by its route."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the class."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        own = logs.id_for(Headers(scope=scope).get(ID_HEADER))
        token = logs.request_id.set(own)
        method, status, begun = scope["method"], 0, time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[ID_HEADER] = own
            await send(message)

        try:
            with self._metrics.running.track_inprogress():
                await self._app(scope, receive, sending)
        finally:
            self._tell(method, _route(scope), status, time.perf_counter() - begun)
            logs.request_id.reset(token)

    def _tell(self, method: str, route: str, status: int, seconds: float) -> None:
        known = method if method in ("GET", "HEAD", "POST", "OPTIONS") else "other"
        self._metrics.latency.labels(known, route, str(status)).observe(seconds)
        more = {"method": known, "route": route, "status": status, "milliseconds": round(seconds * 1000, 1)}
        log.info("answered", extra=more)


def _route(scope: Scope) -> str:
    """The route's own pattern: as many as there are routes, whatever addresses are asked for."""
    route = scope.get("route")
    return getattr(route, "path", None) or ("static" if scope["path"].startswith("/static/") else "none")
