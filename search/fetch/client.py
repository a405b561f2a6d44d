"""One page at a time over HTTP/1.1: checked, unhurried, and whole or not at all.

h11 reads and writes the protocol and the socket is ours, for three reasons: the connection goes to the very address
that was checked, the limit on the whole request holds from the first byte to the last, and a body is compared with
what was announced in both directions.
"""

from __future__ import annotations

import queue
import random
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import h11
from protego import Protego

from kg.errors import PeelError
from search.fetch.addresses import FetchRefused, Policy, checked, is_public

KINDS = {"text/html": "html", "text/plain": "txt", "application/pdf": "pdf"}
"""The content types that are kept, and the endings of their files."""

_ROBOT = "Peelgraph"
_ROBOTS_SIZE = 512 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
_FORBIDDEN = {401, 403}
_LATER = "run the same command again later"


class FetchFailed(PeelError):
    """A page that could not be had."""


class _Passing(FetchFailed):
    """A fault that may pass: worth another try, after the pause that the site asks for."""

    def __init__(self, fault: str, pause: float = 0.0) -> None:
        self.pause = pause
        super().__init__(fault, _LATER)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: `url` is where it came from in the end, `headers` are in lower case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """The content type, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Client:
    """Asks for one page after the other, never for two at once, as the sites' robots.txt allow it."""

    def __init__(self, policy: Policy, tell: Callable[[str], None]) -> None:
        self._policy, self._tell = policy, tell
        self._robots: dict[str, Protego | PeelError] = {}
        self._ended = float("-inf")
        self._held_until: dict[str, float] = {}

    def get(self, url: str, validators: Mapping[str, str], valid_at: str | None) -> Response:
        """The page, or a 304 where the one at `valid_at` that the validators describe has not changed.

        Raises FetchRefused for what may not be had or kept, FetchFailed for what cannot be had.
        """
        response = self._follow(url, lambda at: validators if at == valid_at else {}, self._permit, KINDS)
        if response.status == HTTPStatus.NOT_MODIFIED and validators and response.url == valid_at:
            return response
        if response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            raise FetchFailed(f"there is no such page ({response.status})", "check the address on the site")
        if response.status != HTTPStatus.OK:
            raise FetchFailed(f"the site answers {response.status}", "open the address in a browser")
        return response

    def _follow(
        self,
        url: str,
        headers: Callable[[str], Mapping[str, str]],
        permit: Callable[[str], None],
        kinds: Collection[str],
    ) -> Response:
        for _ in range(self._policy.redirects + 1):
            permit(url)
            response = self._persist(url, headers(url), kinds)
            if response.status not in _REDIRECTS:
                return response
            url = checked(response.headers.get("location", ""), self._policy, base=url)
        raise FetchRefused(f"it leads on more than {self._policy.redirects} times", "open it in a browser")

    def _permit(self, url: str) -> None:
        robots = self._robots_of(url)
        if isinstance(robots, PeelError):
            raise robots
        if not robots.can_fetch(url, _ROBOT):
            raise FetchRefused("the site's robots.txt asks programs to leave it alone", "save it with a browser")

    def _robots_of(self, url: str) -> Protego | PeelError:
        host = urlsplit(url).netloc
        if host not in self._robots:
            try:
                self._robots[host] = self._read_robots(urljoin(url, "/robots.txt"))
            except PeelError as error:
                self._robots[host] = FetchFailed(f"the robots.txt of {host} cannot be read: {error.fault}", error.mend)
        return self._robots[host]

    def _read_robots(self, url: str) -> Protego:
        """What the file says; that there is none allows everything, that it cannot be had allows nothing."""
        response = self._follow(url, lambda _: {}, lambda _: None, ())
        if response.status in _FORBIDDEN:
            raise FetchRefused(f"the site answers {response.status}", "open it in a browser")
        return Protego.parse(response.body.decode("utf-8-sig", "replace"))

    def _persist(self, url: str, headers: Mapping[str, str], kinds: Collection[str]) -> Response:
        """The answer, after as many tries as the policy allows."""
        host = urlsplit(url).netloc
        for attempt in range(1, self._policy.tries + 1):
            self._wait(host)
            try:
                return _ask(url, headers, kinds, self._policy)
            except _Passing as error:
                last = attempt == self._policy.tries
                backoff = self._policy.backoff * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311 - jitter
                pause = max(error.pause, 0.0 if last else backoff)
                self._held_until[host] = time.monotonic() + pause
                if last or pause > self._policy.patience:
                    raise
                self._tell(f"{url}: {error.fault}; trying again in {pause:.0f} s")
            finally:
                self._ended = time.monotonic()
        raise AssertionError("a policy has at least one try")

    def _wait(self, host: str) -> None:
        robots = self._robots.get(host)
        asked = robots.crawl_delay(_ROBOT) if isinstance(robots, Protego) else None
        ready = max(self._ended + max(self._policy.delay, asked or 0.0), self._held_until.get(host, 0.0))
        pause = ready - time.monotonic()
        if pause > self._policy.patience:
            raise FetchFailed(f"{host} asks for a pause of {pause:.0f} s", _LATER)
        if pause > 0:
            time.sleep(pause)


def _ask(url: str, headers: Mapping[str, str], kinds: Collection[str], policy: Policy) -> Response:
    """One request on a connection of its own. Raises _Passing for what another try may mend."""
    host, deadline = urlsplit(url).netloc, time.monotonic() + policy.whole
    try:
        with _connected(url, policy, deadline) as wire:
            response = _Exchange(wire, policy, deadline).run(url, headers, kinds)
    except TimeoutError as error:
        raise _Passing(f"{host} does not answer within the time limit") from error
    except h11.RemoteProtocolError as error:
        raise _Passing(f"the answer is not whole ({error})") from error
    except h11.LocalProtocolError as error:
        raise FetchFailed(f"the request would not be well formed ({error})", "check the address") from error
    except ssl.SSLCertVerificationError as error:
        raise FetchFailed(f"{host} has no certificate to trust ({error.verify_message})", "try a browser") from error
    except OSError as error:
        raise _Passing(f"the connection to {host} fails ({error.strerror or error})") from error
    if response.status == HTTPStatus.TOO_MANY_REQUESTS or response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise _Passing(f"{host} answers {response.status}", _seconds(response.headers.get("retry-after", "")))
    return response


class _Exchange:
    """A request and its answer on one connection."""

    def __init__(self, wire: socket.socket, policy: Policy, deadline: float) -> None:
        self._wire, self._policy, self._deadline = wire, policy, deadline
        self._http = h11.Connection(h11.CLIENT)

    def run(self, url: str, headers: Mapping[str, str], kinds: Collection[str]) -> Response:
        """Send the request and read the answer; the body only of a 200, and of one of these kinds (empty: any)."""
        self._send(url, headers)
        while isinstance(event := self._next(self._policy.read), h11.InformationalResponse):
            pass
        if not isinstance(event, h11.Response):
            raise h11.RemoteProtocolError("it has no status")
        found = {name.decode("ascii"): value.decode("latin-1") for name, value in event.headers}
        head = Response(url, event.status_code, found, b"")
        if head.status != HTTPStatus.OK:
            return head
        if kinds and head.kind not in kinds:
            raise FetchRefused(f"it is {head.kind or 'of no stated type'}, not a page", "check the address")
        return Response(url, head.status, found, self._body(head, self._policy.size if kinds else _ROBOTS_SIZE))

    def _send(self, url: str, headers: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        every = {
            "Host": parts.netloc,
            "User-Agent": self._policy.agent,
            "Accept": ", ".join(KINDS),
            "Accept-Encoding": "identity",
            "Connection": "close",
            **headers,
        }
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        request = h11.Request(method="GET", target=target, headers=list(every.items()))
        self._wire.settimeout(self._remaining(self._policy.read))
        self._wire.sendall((self._http.send(request) or b"") + (self._http.send(h11.EndOfMessage()) or b""))

    def _body(self, head: Response, size: int) -> bytes:
        if head.headers.get("content-encoding", "identity").lower() != "identity":
            raise FetchRefused("it comes compressed, although that was not asked for", "save it with a browser")
        if not {"content-length", "transfer-encoding"} & head.headers.keys():
            raise FetchRefused("the site does not say how long it is, so it may be cut off", "save it with a browser")
        body = bytearray()
        too_long = FetchRefused(f"it is longer than {size:,} bytes", "save it with a browser")
        if int(head.headers.get("content-length", "0")) > size:
            raise too_long
        while isinstance(event := self._next(self._policy.read), h11.Data):
            body += event.data
            if len(body) > size:
                raise too_long
        self._nothing_more()
        return bytes(body)

    def _nothing_more(self) -> None:
        """Raise RemoteProtocolError where more bytes follow than were announced."""
        surplus, _ = self._http.trailing_data
        try:
            self._wire.settimeout(self._remaining(1.0))
            surplus += self._wire.recv(1)
        except OSError:
            pass
        if surplus:
            raise h11.RemoteProtocolError("more follows than was announced")

    def _next(self, limit: float) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._wire.settimeout(self._remaining(limit))
            self._http.receive_data(self._wire.recv(65_536))
        return event

    def _remaining(self, limit: float) -> float:
        return _remaining(self._deadline, limit)


def _remaining(deadline: float, limit: float) -> float:
    left = min(limit, deadline - time.monotonic())
    if left <= 0:
        raise TimeoutError
    return left


def _connected(url: str, policy: Policy, deadline: float) -> socket.socket:
    """A connection to an address that was checked first; the name is not looked up a second time."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    found = _looked_up(host, port, _remaining(deadline, policy.connect))
    inside = [] if parts.netloc in policy.allow_private else [ip for ip in found if not is_public(ip)]
    if inside:
        raise FetchRefused(f"{host} is at {inside[0]}, which is not on the open internet", "check the network's names")
    for address in found:
        try:
            wire = socket.create_connection((address, port), _remaining(deadline, policy.connect))
            break
        except OSError as error:
            fault = error
    else:
        raise fault
    if parts.scheme == "https":
        try:
            return ssl.create_default_context().wrap_socket(wire, server_hostname=host)
        except BaseException:
            wire.close()
            raise
    return wire


def _looked_up(host: str, port: int, limit: float) -> list[str]:
    """The host's addresses, in the order in which to try them. A thread, for the system knows no time limit."""
    answers: queue.Queue[list[str] | OSError] = queue.Queue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(info[4][0]) for info in found)))
        except OSError as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=limit)
    except queue.Empty as error:
        raise TimeoutError from error
    if isinstance(answer, OSError):
        raise FetchFailed(f"the name {host} cannot be looked up ({answer.strerror})", "check the internet connection")
    return answer


def _seconds(retry_after: str) -> float:
    """The pause that a Retry-After header asks for, in seconds or until a date; none where it is neither."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return 0.0
