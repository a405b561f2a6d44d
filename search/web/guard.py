"""What every request must pass before a route sees it, and the headers that every answer leaves with."""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Sequence

from fastapi import Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.errors import PeelError
from search.keys import PREFIX, Key, Ring
from search.settings import Settings
from search.web.problems import of_ours, problem
from search.web.rates import Rates

MAX_URL = 60_000
"""The longest path and query, in bytes: the longest SPARQL query with every character escaped."""
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), "
    "microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""The headers of every answer, where its route did not set them otherwise."""
EXPORT_COST = 20
"""How many requests an export counts for."""

_UNCOUNTED = ("/healthz", "/readyz", "/metrics", "/static/")
_PUBLIC_DATA = ("/sparql", "/api/", "/id/", "/doc/", "/def", "/.well-known/", "/openapi.json")
_LOCAL = ("localhost", "testserver")  # the second is what in-process test clients call it
_PORT = re.compile(r":\d{1,5}$")
log = logging.getLogger("peelgraph")


class Guard:
    """ASGI middleware: Host, length of address and body, API key and rate; HEAD as GET; headers; no bare 500."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = tuple(name.lower() for name in (*_LOCAL, settings.host, *settings.hosts))
        self._max_body = settings.max_body
        self._rates = Rates(settings)
        self._ring = Ring(settings.home)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the class."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        if scope["method"] == "HEAD":
            scope["method"] = "GET"
        refusal = await self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, answer.send)
            return
        try:
            await self._app(scope, _Limited(receive, self._max_body).receive, answer.send)
        except ClientDisconnect:
            log.info("a client went away before its request was whole")
        except Exception:
            log.exception("a request could not be answered")
            if answer.started:
                raise
            await problem(500, "the service is at fault", "tell its keepers")(scope, receive, answer.send)

    async def _refusal(self, scope: Scope) -> Response | None:
        """The problem to answer with; None for a request that may pass."""
        headers = Headers(scope=scope)
        fault = self._misshapen(scope, headers)
        if fault is not None or scope["path"].startswith(_UNCOUNTED):
            return fault
        try:
            key = self._key(headers)
        except PeelError as error:
            return of_ours(error)
        if isinstance(key, Response):
            return key
        peer = scope["client"][0] if scope.get("client") else None
        cost = EXPORT_COST if scope["path"].startswith("/api/export") else 1
        wait = await self._rates.wait(self._rates.client(peer, headers), key, cost)
        if wait is None:
            return None
        return problem(429, "too many requests", f"ask again in {wait} seconds", {"Retry-After": str(wait)})

    def _misshapen(self, scope: Scope, headers: Headers) -> Response | None:
        if not _is_host(headers.get("host", ""), self._hosts):
            return problem(400, "the Host is not one of this service's", "set PEEL_HOSTS to the names it goes by")
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MAX_URL:
            return problem(414, f"the address has more than {MAX_URL:,} bytes", "send it as a body with POST")
        length = headers.get("content-length", "0")
        if length.isdigit() and int(length) > self._max_body:
            return problem(413, f"the body has more than {self._max_body:,} bytes", "send less")
        return None

    def _key(self, headers: Headers) -> Key | Response | None:
        """The key that a request shows; None where it shows none of ours. Raises Damaged."""
        token = bearer(headers)
        if token is None:
            return None
        return self._ring.holder(token) or problem(
            401, "the API key is not known", "ask for a new one, or leave it out", {"WWW-Authenticate": "Bearer"}
        )


def bearer(headers: Headers) -> str | None:
    """The API key in the Authorization header; None where there is none, or one that is not ours."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip().startswith(PREFIX) else None


class _Answer:
    """The answer on its way out: headers put in, the body left out where HEAD asked."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._send, self._bare = send, scope["method"] == "HEAD"
        self._shared = scope["path"].startswith(_PUBLIC_DATA)
        self._open = scope["path"] == "/sparql"  # pages of other sites may ask there, and read what is refused
        self.started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if self._shared:
                headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            if self._open:
                headers["Access-Control-Allow-Origin"] = "*"
        elif self._bare and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)


class _Limited:
    """The body on its way in, stopped at a number of bytes whatever Content-Length said."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._left, self._most = receive, most, most

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                raise HTTPException(413, f"the body has more than {self._most:,} bytes")
        return message


def _is_host(host: str, allowed: Sequence[str]) -> bool:
    """Whether a Host names this service. An address always does: names alone can be pointed somewhere else."""
    name = _PORT.sub("", host.lower()).rstrip(".")
    if name in allowed or "*" in allowed:
        return bool(name)
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True
