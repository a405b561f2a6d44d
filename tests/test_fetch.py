"""`peel fetch` against real servers on this machine that misbehave on purpose."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import signal
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kg.errors import Busy, InvalidQuery, PeelError, UnreadablePage
from search import collect, fetch, publish
from search.fetch import Policy
from search.fetch.addresses import candidates, is_public, normalised, stem

PEEL = Path(sys.executable).with_name("peel")
SITE = "https://hmicfrs.justiceinspectorates.gov.uk"
Reply = bytes | Callable[[socket.socket], None]


@dataclass
class Seen:
    """One request as the server saw it."""

    path: str
    headers: dict[str, str]
    began: float
    ended: float = 0.0


class Site(socketserver.ThreadingTCPServer):
    """A server that answers what it is told to: `at[path]` is a list of replies, the last for ever after."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.context = context
        self.at: dict[str, list[Reply]] = {}
        self.seen: list[Seen] = []
        self.connections = self.in_flight = self.most_in_flight = 0
        self.guard = threading.Lock()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def asked(self, path: str) -> int:
        return sum(seen.path == path for seen in self.seen)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what half of these tests are about."""


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        site: Site = self.server  # type: ignore[assignment]
        with site.guard:
            site.connections += 1
        wire = site.context.wrap_socket(self.request, server_side=True) if site.context else self.request
        head = b""
        while b"\r\n\r\n" not in head:
            data = wire.recv(65536)
            if not data:
                return
            head += data
        first, *rest = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        seen = Seen(first.split()[1], dict(line.split(": ", 1) for line in rest), time.monotonic())
        with site.guard:
            site.seen.append(seen)
            site.in_flight += 1
            site.most_in_flight = max(site.most_in_flight, site.in_flight)
            replies = site.at.get(seen.path, [page(status="404 Not Found")])
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
        try:
            reply(wire) if callable(reply) else wire.sendall(reply)
        finally:
            seen.ended = time.monotonic()
            with site.guard:
                site.in_flight -= 1
            wire.close()


def page(body: str | bytes = "<p>page</p>", status: str = "200 OK", kind: str = "text/html", **headers: str) -> bytes:
    data = body if isinstance(body, bytes) else body.encode()
    every = {"Content-Type": kind, "Content-Length": str(len(data))}
    every |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in every.items() if value)
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + data


def moved(to: str) -> bytes:
    return page("", "301 Moved Permanently", Location=to)


def hang(wire: socket.socket) -> None:
    with suppress(OSError):
        wire.recv(1)


def drip(data: bytes, pause: float = 0.05) -> Callable[[socket.socket], None]:
    def reply(wire: socket.socket) -> None:
        with suppress(OSError):
            for place in range(len(data)):
                wire.sendall(data[place : place + 1])
                time.sleep(pause)

    return reply


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as one:
        yield one
        one.shutdown()


@pytest.fixture
def other() -> Iterator[Site]:
    with Site() as one:
        yield one
        one.shutdown()


def policy(*sites: Site, **changes: Any) -> Policy:
    hosts = frozenset(site.host for site in sites)
    quick = Policy(
        hosts=hosts, schemes=frozenset({"http"}), allow_private=hosts,
        delay=0.01, connect=1, read=0.4, whole=1, tries=3, backoff=0.02, patience=3,
    )  # fmt: skip
    return replace(quick, **changes)


def run(folder: Path, given: Policy, *urls: str) -> fetch.Outcome:
    outcome = fetch.fetch(urls, folder, given)
    holds(folder)
    return outcome


def states(outcome: fetch.Outcome) -> list[str]:
    return [state for state, _ in outcome.pages]


def fault(outcome: fetch.Outcome) -> PeelError:
    assert outcome.pages == [] and outcome.exit_code == 1
    [(_, error)] = outcome.failures
    return error


def records(folder: Path) -> list[dict[str, Any]]:
    file = folder / "fetched.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def holds(folder: Path) -> None:
    """What a folder promises at any moment: every listed file is there, with the bytes it is listed with."""
    listed = records(folder)
    for record in listed:
        assert hashlib.sha256((folder / record["path"]).read_bytes()).hexdigest() == record["sha256"]
    if (folder / "sources.csv").exists():
        with (folder / "sources.csv").open(newline="") as lines:
            sources = {row["path"]: row["url"] for row in csv.DictReader(lines)}
        current = {r["path"]: r["final_url"] for r in listed if not r["path"].endswith(".old")}
        assert current.items() <= sources.items()
        assert all((folder / path).exists() for path in sources if path != "mine.txt")


def listing(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"fetch.lock", "sources.csv", "fetched.jsonl"}


# What is fetched is there, whole, and can be read.


def test_pages_are_kept_as_they_came_with_where_and_when(tmp_path: Path, site: Site) -> None:
    site.at["/a/"] = [page("<p>été</p>", kind="text/html; charset=utf-8", ETag='"1"')]
    site.at["/b.pdf"] = [page(b"%PDF-1.7 \xff", kind="application/pdf")]
    outcome = run(tmp_path, policy(site), site.url("/a"), site.url("/b.pdf"))
    assert states(outcome) == ["new", "new"] and outcome.exit_code == 0
    first, second = records(tmp_path)
    assert (tmp_path / first["path"]).read_text("utf-8") == "<p>été</p>" and first["path"].endswith(".html")
    assert (tmp_path / second["path"]).read_bytes() == b"%PDF-1.7 \xff" and second["path"].endswith(".pdf")
    assert (first["url"], first["final_url"], first["status"]) == (site.url("/a/"), site.url("/a/"), 200)
    assert (first["etag"], second["etag"], first["retrieved"][-1]) == ('"1"', None, "Z")


def test_peel_ingest_reads_the_folder_with_its_addresses(tmp_path: Path, site: Site) -> None:
    path = "/peel-assessments/peel-2017/durham/effectiveness/"
    text = "Durham PEEL 2017\n\nEffectiveness\n\nQuestions for Effectiveness\n\nThe invented force sings.\n"
    site.at[path] = [page(text, kind="text/plain")]
    run(tmp_path, policy(site), site.url(path))
    [found] = collect.pages([tmp_path])
    assert (found.data.decode(), found.url) == (text, site.url(path))
    assert not publish.dry_run(collect.pages([tmp_path])).refused


def test_a_chunked_page_is_read(tmp_path: Path, site: Site) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    site.at["/a/"] = [head + b"3\r\nabc\r\n0\r\n\r\n"]
    assert states(run(tmp_path, policy(site), site.url("/a/"))) == ["new"]
    site.at["/b/"] = [head + b"5\r\nab", head + b"2\r\nok\r\n0\r\n\r\n"]
    assert states(run(tmp_path, policy(site), site.url("/b/"))) == ["new"]
    assert site.asked("/b/") == 2
    assert (tmp_path / records(tmp_path)[1]["path"]).read_bytes() == b"ok"


def test_rows_of_sources_csv_that_someone_else_wrote_are_kept(tmp_path: Path, site: Site) -> None:
    (tmp_path / "sources.csv").write_text("path,url,note\nmine.txt,https://example.org/,by hand\n")
    site.at["/a/"] = [page()]
    run(tmp_path, policy(site), site.url("/a/"))
    lines = (tmp_path / "sources.csv").read_text().splitlines()
    assert lines[:2] == ["path,url,note", "mine.txt,https://example.org/,by hand"] and len(lines) == 3


def test_a_removed_sources_csv_is_written_again(tmp_path: Path, site: Site) -> None:
    site.at["/a/"] = [page()]
    run(tmp_path, policy(site), site.url("/a/"))
    whole = (tmp_path / "sources.csv").read_text()
    (tmp_path / "sources.csv").unlink()
    run(tmp_path, policy(site), site.url("/a/"))
    assert (tmp_path / "sources.csv").read_text() == whole and site.asked("/a/") == 1


# A second run asks only for what may have changed.


def test_a_second_run_asks_whether_the_page_has_changed(tmp_path: Path, site: Site) -> None:
    validators = {"ETag": 'W/"7"', "Last_Modified": "Wed, 21 Oct 2015 07:28:00 GMT"}
    site.at["/a/"] = [page(**validators), page("", "304 Not Modified")]
    run(tmp_path, policy(site), site.url("/a/"))
    assert states(run(tmp_path, policy(site), site.url("/a/"))) == ["unchanged"]
    first, second = (seen.headers for seen in site.seen if seen.path == "/a/")
    assert "If-None-Match" not in first and "If-Modified-Since" not in first
    assert second["If-None-Match"] == 'W/"7"' and second["If-Modified-Since"] == validators["Last_Modified"]
    assert len(records(tmp_path)) == 1


def test_a_page_without_validators_is_left_alone_for_a_day_then_compared(tmp_path: Path, site: Site) -> None:
    site.at["/a/"] = [page()]
    run(tmp_path, policy(site), site.url("/a/"))
    assert states(run(tmp_path, policy(site), site.url("/a/"))) == ["unchanged"]
    assert site.asked("/a/") == 1
    assert states(run(tmp_path, policy(site, fresh=0), site.url("/a/"))) == ["unchanged"]
    assert site.asked("/a/") == 2 and len(records(tmp_path)) == 1


def test_a_changed_page_gets_a_new_version_and_the_old_one_stays(tmp_path: Path, site: Site) -> None:
    site.at["/a/"] = [page("one"), page("two"), page(b"three", kind="application/pdf")]
    given = policy(site, fresh=0)
    assert [states(run(tmp_path, given, site.url("/a/"))) for _ in range(3)] == [["new"], ["changed"], ["changed"]]
    assert [(tmp_path / r["path"]).read_text() for r in records(tmp_path)] == ["one", "two", "three"]
    name = stem(site.url("/a/"))
    old = [f"{name}.{hashlib.sha256(text).hexdigest()[:12]}.html.old" for text in (b"one", b"two")]
    assert listing(tmp_path) == {*old, f"{name}.pdf"}
    assert (tmp_path / "sources.csv").read_text().count(name) == 1
    assert not {".old"} & set(collect.ENDINGS)


def test_a_file_that_was_damaged_or_removed_is_fetched_again(tmp_path: Path, site: Site) -> None:
    site.at["/a/"] = [page("whole", ETag='"1"')]
    run(tmp_path, policy(site), site.url("/a/"))
    file = tmp_path / records(tmp_path)[0]["path"]
    file.write_text("damaged")
    run(tmp_path, policy(site), site.url("/a/"))
    assert file.read_text() == "whole" and "If-None-Match" not in site.seen[-1].headers
    file.unlink()
    run(tmp_path, policy(site), site.url("/a/"))
    assert file.read_text() == "whole" and len(records(tmp_path)) == 1


def test_validators_go_only_to_the_address_that_gave_them(tmp_path: Path, site: Site) -> None:
    site.at["/old/"] = [moved("/new/")]
    site.at["/new/"] = [page(ETag='"n"'), page("", "304 Not Modified")]
    run(tmp_path, policy(site), site.url("/old/"))
    assert states(run(tmp_path, policy(site), site.url("/old/"))) == ["unchanged"]
    assert all("If-None-Match" not in seen.headers for seen in site.seen if seen.path == "/old/")
    assert records(tmp_path)[0]["final_url"] == site.url("/new/")


@pytest.mark.parametrize("etag", ["\u00e9tag", '"x" y'])
def test_a_strange_etag_does_no_harm(tmp_path: Path, site: Site, etag: str) -> None:
    site.at["/a/"] = [page().replace(b"\r\n\r\n", b"\r\nETag: " + etag.encode("latin-1") + b"\r\n\r\n")]
    for _ in range(2):
        assert run(tmp_path, policy(site, fresh=0), site.url("/a/")).exit_code == 0


# Servers that fail: tried again, in time, and never half a page.


CUT = page("x" * 500)[:-100]
SHORT = page("abcdef", Content_Length="3")
LONG = page("abc", Content_Length="500")
DOUBLE = page("abc").replace(b"\r\n\r\n", b"\r\nContent-Length: 2\r\n\r\n")


@pytest.mark.parametrize(
    "reply",
    [hang, CUT, SHORT, LONG, DOUBLE, b"", b"nonsense\r\n\r\n", page(status="503 Busy"), page(status="429 Slow down"),
     drip(page("x" * 200)), drip(page()[:40] * 9)],
    ids=["hang", "cut", "short", "long", "double", "nothing", "nonsense", "503", "429", "drip", "drip-head"],
)  # fmt: skip
def test_what_may_pass_is_tried_again(tmp_path: Path, site: Site, reply: Reply) -> None:
    site.at["/a/"] = [reply, page("whole")]
    began = time.monotonic()
    assert states(run(tmp_path, policy(site), site.url("/a/"))) == ["new"]
    assert time.monotonic() - began < 5
    assert (tmp_path / records(tmp_path)[0]["path"]).read_text() == "whole" and site.asked("/a/") == 2


@pytest.mark.parametrize("reply", [hang, drip(page("x" * 500)), CUT, page(status="500 Broken")])
def test_what_does_not_pass_ends_after_the_last_try(tmp_path: Path, site: Site, reply: Reply) -> None:
    site.at["/a/"] = [reply]
    began = time.monotonic()
    error = fault(run(tmp_path, policy(site), site.url("/a/")))
    assert time.monotonic() - began < 3 * 1 + 3 and site.asked("/a/") == 3
    assert "later" in error.mend and listing(tmp_path) == set() and records(tmp_path) == []


def test_the_pauses_between_tries_grow(tmp_path: Path, site: Site) -> None:
    site.at["/a/"] = [page(status="500 Broken")]
    run(tmp_path, policy(site, backoff=0.2), site.url("/a/"))
    first, second = (after.began - before.ended for before, after in pairwise(site.seen[1:]))
    assert first >= 0.09 and second >= 0.19


def test_a_refused_connection_is_a_failure(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        host = f"127.0.0.1:{closed.getsockname()[1]}"
    given = Policy(hosts=frozenset({host}), schemes=frozenset({"http"}), allow_private=frozenset({host}), backoff=0.01)
    assert "refused" in fault(run(tmp_path, replace(given, delay=0.01), f"http://{host}/a/")).fault


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_kept(tmp_path: Path, site: Site, form: str) -> None:
    wait = "1" if form == "seconds" else formatdate(time.time() + 2, usegmt=True)
    site.at["/a/"] = [page(status="429 Slow down", Retry_After=wait), page()]
    assert states(run(tmp_path, policy(site), site.url("/a/"))) == ["new"]
    first, second = (seen for seen in site.seen if seen.path == "/a/")
    assert second.began - first.ended >= 0.9


def test_a_pause_beyond_patience_gives_the_host_up(tmp_path: Path, site: Site) -> None:
    site.at["/a/"] = [page(status="503 Closed", Retry_After="99999")]
    site.at["/b/"] = [page()]
    began = time.monotonic()
    outcome = run(tmp_path, policy(site), site.url("/a/"), site.url("/b/"))
    assert len(outcome.failures) == 2 and time.monotonic() - began < 4
    assert (site.asked("/a/"), site.asked("/b/")) == (1, 0)
    assert "503" in outcome.failures[0][1].fault and "pause" in outcome.failures[1][1].fault


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "403 Forbidden", "204 Empty", "206 Part", "304 Same"])
def test_other_answers_are_told_and_not_tried_again(tmp_path: Path, site: Site, status: str) -> None:
    site.at["/a/"] = [page(status=status)]
    assert status[:3] in fault(run(tmp_path, policy(site), site.url("/a/"))).fault
    assert site.asked("/a/") == 1 and listing(tmp_path) == set()


@pytest.mark.parametrize(
    ("reply", "named"),
    [
        (page("x" * 2000), "longer than 1,000"),
        (page("", Content_Length="2000"), "longer than 1,000"),
        (page("x" * 2000, Content_Length="", Transfer_Encoding="chunked").replace(b"xxx", b"7d0\r\nxxx", 1), "longer"),
        (page(kind="application/zip"), "application/zip"),
        (page(kind=""), "no stated type"),
        (page(Content_Encoding="gzip"), "compressed"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>", "how long"),
    ],
)
def test_what_may_not_be_kept_is_refused_at_once(tmp_path: Path, site: Site, reply: bytes, named: str) -> None:
    site.at["/a/"] = [reply]
    assert named in fault(run(tmp_path, policy(site, size=1000), site.url("/a/"))).fault
    assert site.asked("/a/") == 1 and listing(tmp_path) == set()


def test_one_failure_does_not_stop_the_rest(tmp_path: Path, site: Site) -> None:
    site.at["/b/"] = [page()]
    outcome = run(tmp_path, policy(site), site.url("/a/"), site.url("/b/"))
    assert states(outcome) == ["new"] and outcome.exit_code == 3
    [line] = outcome.complaints()
    assert line.startswith(site.url("/a/")) and "404" in line
    assert json.loads(json.dumps(outcome.told()))["failed"][0]["url"] == site.url("/a/")


# Redirects: by hand, five, never away from the site and never inside.


def test_redirects_are_followed_and_the_last_address_is_kept(tmp_path: Path, site: Site, other: Site) -> None:
    site.at["/a/"] = [moved(other.url("/b"))]
    other.at["/b"] = [moved("/c/?x=1#part")]
    other.at["/c/?x=1"] = [page()]
    run(tmp_path, policy(site, other), site.url("/a/"))
    assert records(tmp_path)[0]["final_url"] == other.url("/c/?x=1")


def test_a_loop_of_redirects_ends(tmp_path: Path, site: Site) -> None:
    site.at |= {"/a/": [moved("/b/")], "/b/": [moved("/a/")]}
    assert "more than 5" in fault(run(tmp_path, policy(site), site.url("/a/"))).fault
    assert site.asked("/a/") + site.asked("/b/") == 6


@pytest.mark.parametrize(
    "to",
    ["http://example.org/", "//example.org/", "file:///etc/passwd", "http://user@{host}/", "http://127.0.0.1:1/",
     "ftp://{host}/", "https://{host}/", "http://{host}.example.org/", "http://[::1/", "http://2130706433/"],
)  # fmt: skip
def test_a_redirect_away_from_the_site_is_not_followed(tmp_path: Path, site: Site, to: str) -> None:
    site.at["/a/"] = [moved(to.format(host=site.host))]
    assert isinstance(fault(run(tmp_path, policy(site), site.url("/a/"))), fetch.FetchRefused)
    assert site.asked("/a/") == 1


def test_a_redirect_to_an_allowed_host_at_a_private_address_is_not_followed(
    tmp_path: Path, site: Site, other: Site
) -> None:
    site.at["/a/"] = [moved(other.url("/secret"))]
    given = policy(site, other, allow_private=frozenset({site.host}))
    assert "not on the open internet" in fault(run(tmp_path, given, site.url("/a/"))).fault
    assert other.connections == 0


def test_a_name_at_a_private_address_is_not_connected_to(tmp_path: Path, site: Site) -> None:
    host = f"localhost:{site.server_address[1]}"
    given = policy(site, hosts=frozenset({host}), allow_private=frozenset())
    assert "not on the open internet" in fault(run(tmp_path, given, f"http://{host}/a/")).fault
    assert site.connections == 0


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::", "::1", "fe80::1%eth0", "fc00::1",
     "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::808:808",
     "2002:7f00:1::", "2001:0:1::1", "2001:db8::1"],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "151.101.2.132", "2a04:4e42::644", "2606:4700::1"])
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


# TLS, on a connection to an address and not to a name.


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    file = tmp_path / "localhost.pem"
    words = "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    try:
        subprocess.run(
            ["openssl", *words.split(), "-keyout", file, "-out", f"{file}.crt"], check=True, capture_output=True
        )
    except FileNotFoundError:
        pytest.skip("openssl is not here to make a certificate")
    return file


@pytest.mark.parametrize(("name", "trusted"), [("localhost", True), ("localhost", False), ("127.0.0.1", True)])
def test_the_certificate_must_be_trusted_and_bear_the_name(
    tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch, name: str, trusted: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{certificate}.crt", certificate)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    with Site(context) as site:
        site.at["/a/"] = [page()]
        host = f"{name}:{site.server_address[1]}"
        hosts = frozenset({host})
        given = policy(site, hosts=hosts, allow_private=hosts, schemes=frozenset({"https"}))
        outcome = run(tmp_path / "pages", given, f"http://{host}/a/")
        site.shutdown()
    if name == "localhost" and trusted:
        assert states(outcome) == ["new"] and {seen.headers["Host"] for seen in site.seen} == hosts
        assert records(tmp_path / "pages")[0]["url"] == f"https://{host}/a/"
    else:
        assert "no certificate to trust" in fault(outcome).fault
        assert site.seen == [] and site.connections == 1


# Manners.


def test_one_request_at_a_time_and_the_delay_is_kept(tmp_path: Path, site: Site, other: Site) -> None:
    urls = [place.url(f"/{n}/") for n in range(3) for place in (site, other)]
    for place in (site, other):
        place.at = {f"/{n}/": [page()] for n in range(2)} | {"/2/": [moved("/1/")]}
    assert run(tmp_path, policy(site, other, delay=0.15), *urls, urls[0]).exit_code == 0
    seen = sorted([*site.seen, *other.seen], key=lambda one: one.began)
    assert len(seen) == 2 + 6 + 2 and site.most_in_flight == other.most_in_flight == 1
    assert all(after.began - before.ended >= 0.14 for before, after in pairwise(seen))


def test_robots_are_obeyed_and_asked_for_once(tmp_path: Path, site: Site) -> None:
    rules = (
        "User-agent: *\nDisallow: /\n\nUser-agent: peelgraph\nDisallow: /*?view=\nDisallow: /no/\nCrawl-delay: 0.3\n"
    )
    site.at = {"/robots.txt": [page(rules, kind="text/plain")], "/a/": [page()], "/to/": [moved("/no/")]}
    urls = [site.url(path) for path in ("/a/", "/no/", "/b/?view=table", "/to/")]
    outcome = run(tmp_path, policy(site), *urls)
    assert states(outcome) == ["new"] and all("robots.txt" in error.fault for _, error in outcome.failures)
    assert [seen.path for seen in site.seen] == ["/robots.txt", "/a/", "/to/"]
    for before, after in pairwise(site.seen):
        assert after.began - before.ended >= 0.29
        assert "Peelgraph" in after.headers["User-Agent"] and "w3id.org" in after.headers["User-Agent"]


@pytest.mark.parametrize(
    ("robots", "fetched"),
    [
        (page(status="404 Not Found"), True),
        (page("<html>not rules</html>"), True),
        (page(status="500 Broken"), False),
        (page(status="403 Forbidden"), False),
        (hang, False),
        (page("x" * 600_000), False),
        (moved("/robots.txt"), False),
        (moved("http://example.org/robots.txt"), False),
    ],
)
def test_robots_that_cannot_be_read_close_the_site_and_none_open_it(
    tmp_path: Path, site: Site, robots: Reply, fetched: bool
) -> None:
    site.at = {"/robots.txt": [robots], "/a/": [page()], "/b/": [page()]}
    outcome = run(tmp_path, policy(site), site.url("/a/"), site.url("/b/"))
    assert len(outcome.pages) == (2 if fetched else 0)
    if not fetched:
        assert len(list(outcome.complaints())) == 1
        assert {seen.path for seen in site.seen} == {"/robots.txt"} and site.asked("/robots.txt") <= 6


def test_a_crawl_delay_beyond_patience_gives_the_host_up(tmp_path: Path, site: Site) -> None:
    site.at = {"/robots.txt": [page("User-agent: *\nCrawl-delay: 86400", kind="text/plain")], "/a/": [page()]}
    assert "pause" in fault(run(tmp_path, policy(site), site.url("/a/"))).fault
    assert site.asked("/a/") == 0


# Addresses.


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("http://www.justiceinspectorates.gov.uk///hmicfrs//peel-assessments/peel-2017/kent",
         "https://www.justiceinspectorates.gov.uk/hmicfrs/peel-assessments/peel-2017/kent/"),
        (f"{SITE}/peel-assessments/peel-2017/gwent/?", f"{SITE}/peel-assessments/peel-2017/gwent/"),
        ("HTTPS://HMICFRS.JusticeInspectorates.gov.uk:443/A/#top", f"{SITE}/A/"),
        ("http://hmicfrs.justiceinspectorates.gov.uk:80", f"{SITE}/"),
        (f" {SITE}/?p=146519 ", f"{SITE}/?p=146519"),
        (f"{SITE}/uploads/kent.pdf", f"{SITE}/uploads/kent.pdf"),
        (f"{SITE}/a/../../../b/%2e%2E/./c", f"{SITE}/c/"),
    ],
)  # fmt: skip
def test_address_forms_become_one(given: str, kept: str) -> None:
    assert normalised(given, Policy()) == kept
    assert normalised(kept, Policy()) == kept


@pytest.mark.parametrize(
    "address",
    ["", "kent", "file:///etc/passwd", "https://example.org/", "https://user:word@hmicfrs.justiceinspectorates.gov.uk/",
     "https://hmicfrs.justiceinspectorates.gov.uk:8443/", "https://hmicfrs.justiceinspectorates.gov.uk.example.org/",
     "https://hmicfrs.justiceinspectorates.gov.uk@example.org/", "https://127.0.0.1/", "https://[::1]/", "https://[/",
     f"{SITE}\\@example.org/", f"{SITE}/a b", f"{SITE}/a\r\nHost: example.org", f"{SITE}/\N{CYRILLIC SMALL LETTER A}",
     f"{SITE}/a\x00", f"{SITE}:99999/", "https://hmicfrs.justiceinspectorates.gov.uk./", f"{SITE}/{'a' * 2000}"],
)  # fmt: skip
def test_foreign_and_broken_addresses_are_refused_before_anything_is_done(tmp_path: Path, address: str) -> None:
    with pytest.raises(fetch.FetchRefused) as caught:
        fetch.fetch([f"{SITE}/", address], tmp_path / "pages", Policy())
    assert caught.value.exit_code == 2 and "\n" not in str(caught.value)
    assert not (tmp_path / "pages").exists()


@pytest.mark.parametrize(
    "path", ["/../../etc/passwd", "/..%2f..%2fetc", "/%2e%2e/%2e%2e/x", "/a/../..//b", "/...", "/x;/../y"]
)
def test_no_address_leads_out_of_the_folder(tmp_path: Path, site: Site, path: str) -> None:
    url = normalised(site.url(path), policy(site))
    site.at[url.removeprefix(f"http://{site.host}")] = [page()]
    assert states(run(tmp_path / "in" / "pages", policy(site), site.url(path))) == ["new"]
    assert {p.name for p in tmp_path.iterdir()} == {"in"} and {p.name for p in (tmp_path / "in").iterdir()} == {"pages"}


def test_files_of_different_addresses_have_different_names() -> None:
    urls = [
        f"{SITE}/a/b/",
        f"{SITE}/a-b/",
        f"{SITE}/A/b/",
        f"{SITE}/a/?b",
        f"{SITE}/{'a' * 300}/",
        f"{SITE}/{'a' * 301}/",
    ]
    names = {stem(url) for url in urls}
    assert len(names) == len(urls) and all(len(name) < 120 for name in names)


def test_a_force_and_cycle_name_their_pages() -> None:
    kent = f"{SITE}/peel-assessments/peel-2018/kent/"
    assert list(candidates(["Kent Police"], ["2018"], ["legitimacy"])) == [
        f"{kent}legitimacy/", f"{kent}legitimacy/detailed-findings/",
    ]  # fmt: skip
    assert next(candidates(["kent"], ["2018/19"], [])) == kent
    assert len(list(candidates(["kent", "gwent"], ["2014", "2018/19"], []))) == 2 * (4 + 7)
    reports = ["metropolitan-2021-22", "metropolitan-2023-25"]
    assert list(candidates(["the Met"], ["2021/22", "2023-25"], [])) == [f"{SITE}/peel-reports/{r}/" for r in reports]


@pytest.mark.parametrize(
    ("force", "cycle", "pillar", "named"),
    [
        ("westshire", "2017", [], "westshire"),
        ("kent", "1999", [], "1999"),
        ("kent", "2017", ["charm"], "charm"),
        ("kent", "2021/22", ["legitimacy"], "one report a force"),
        ("kent", "2025-27", [], "not known"),
    ],
)
def test_what_there_is_not_is_named(force: str, cycle: str, pillar: list[str], named: str) -> None:
    with pytest.raises(InvalidQuery, match=named):
        list(candidates([force], [cycle], pillar))


def test_the_pages_that_are_known_are_among_the_candidates(shared: Path) -> None:
    rows = [json.loads(line) for line in (shared / "data" / "pages.jsonl").read_text().splitlines()]
    kept = [r for r in rows if r["url"].startswith(SITE) and r.get("force") and "/peel-" in r["url"].removeprefix(SITE)]
    pages = [r for r in kept if "/publication" not in r["url"] and "/other-reports" not in r["url"]]
    missing = [
        r["url"] for r in pages if normalised(r["url"], Policy()) not in candidates([r["force"]], [r["cycle"]], [])
    ]
    assert len(pages) > 200 and missing == []


@pytest.mark.parametrize("contact", ["a\r\nX: y", "a\nb", "", " ", "(x)", "é@x", "x" * 300])
def test_a_contact_cannot_break_the_request(contact: str) -> None:
    with pytest.raises(InvalidQuery, match="contact"):
        fetch.strict(5, contact)


@pytest.mark.parametrize("delay", [0, 0.5, -1, float("nan"), float("inf")])
def test_the_delay_cannot_be_rude(delay: float) -> None:
    with pytest.raises(InvalidQuery, match="delay"):
        fetch.strict(delay)


def test_the_strict_policy_allows_the_inspectorate_over_https_only() -> None:
    given = fetch.strict(5, "analyst@kent.example")
    assert given.hosts == {"hmicfrs.justiceinspectorates.gov.uk", "www.justiceinspectorates.gov.uk"}
    assert (given.schemes, given.allow_private) == ({"https"}, frozenset())
    assert given.agent.startswith("Peelgraph/") and given.agent.endswith("; analyst@kent.example)")


# One run a folder, and a run that is killed leaves it whole.


def test_a_second_run_into_the_same_folder_is_refused(tmp_path: Path, site: Site) -> None:
    site.at["/a/"] = [hang]
    first = threading.Thread(target=run, args=(tmp_path, policy(site), site.url("/a/")))
    first.start()
    while not site.asked("/a/"):
        time.sleep(0.01)
    before = len(site.seen)
    with pytest.raises(Busy) as caught:
        fetch.fetch([site.url("/b/")], tmp_path, policy(site))
    assert caught.value.exit_code == 5 and len(site.seen) == before
    first.join()
    site.at["/b/"] = [page()]
    assert run(tmp_path, policy(site), site.url("/b/")).exit_code == 0


def started(folder: Path, given: Policy, urls: list[str]) -> subprocess.Popen[bytes]:
    code = (
        "import sys\nfrom pathlib import Path\nfrom search import fetch\nfrom search.fetch import Policy\n"
        f"fetch.fetch({urls!r}, Path({str(folder)!r}), {given!r}, print)\n"
    )
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_stopped_goes_on_where_it_was(tmp_path: Path, site: Site, kill: signal.Signals) -> None:
    site.at = {f"/{n}/": [page(f"page {n}" * 100)] for n in range(6)}
    site.at["/3/"] = [drip(page("page 3" * 100), 0.02), page("page 3" * 100)]
    urls = [site.url(f"/{n}/") for n in range(6)]
    given = policy(site, whole=30)
    process = started(tmp_path, given, urls)
    while not site.asked("/3/"):
        time.sleep(0.01)
    time.sleep(0.2)
    process.send_signal(kill)
    process.wait(5)
    holds(tmp_path)
    assert len(records(tmp_path)) == len(listing(tmp_path)) == 3
    assert states(run(tmp_path, given, *urls)) == ["unchanged"] * 3 + ["new"] * 3
    assert [site.asked(f"/{n}/") for n in range(6)] == [1, 1, 1, 2, 1, 1]


KILLED_AT_EVERY_STEP = """
import os, shutil, signal, sys
from pathlib import Path
from search import fetch
from search.fetch import Policy

before, folder, after = (Path(word) for word in sys.argv[1:4])
for step in range(1, 1000):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(before, folder)
    child = os.fork()
    if not child:
        left = [step]
        def hook(frame, event, called):
            if event == "c_call" and called.__name__ in ("write", "fsync", "replace", "unlink"):
                left[0] -= 1
                if not left[0]:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.setprofile(hook)
        fetch.fetch(sys.argv[5:], folder, eval(sys.argv[4]))
        os._exit(0)
    ended = os.waitpid(child, 0)[1]
    shutil.copytree(folder, after / str(step))
    if not ended:
        break
"""


def test_a_folder_is_whole_at_whatever_step_a_run_is_killed(tmp_path: Path, site: Site) -> None:
    given = policy(site, fresh=0, delay=0)
    urls = [site.url("/a/"), site.url("/b/"), site.url("/c/")]
    site.at = {"/a/": [page("old a")], "/b/": [page("old b")]}
    fetch.fetch(urls[:2], tmp_path / "before", given)
    site.at = {"/a/": [page("new a")], "/b/": [page("new b", kind="text/plain")], "/c/": [page("new c")]}
    folders = [tmp_path / name for name in ("before", "folder", "after")]
    command = [sys.executable, "-c", KILLED_AT_EVERY_STEP, *folders, repr(given), *urls]
    subprocess.run(command, check=True, timeout=60)
    after = list(folders[2].iterdir())
    assert len(after) > 30
    for folder in after:
        holds(folder)
        texts = {(folder / name).read_text() for name in listing(folder) - {".fetch.tmp"}}
        assert texts <= {"old a", "old b", "new a", "new b", "new c"} and {"old a", "old b"} <= texts
        assert run(folder, given, *urls).exit_code == 0
        now = {(folder / r["path"]).read_text(): r["path"].endswith(".old") for r in records(folder)}
        assert now == {"old a": True, "old b": True, "new a": False, "new b": False, "new c": False}
        assert (folder / "sources.csv").read_text().count("\n") == 4


@pytest.mark.parametrize("line", ["nonsense", "[]", '{"url": 1}', '{"path": "../../etc/passwd"}'])
def test_a_list_that_someone_broke_is_named(tmp_path: Path, site: Site, line: str) -> None:
    good = {"url": "u", "final_url": "u", "path": "a.html", "sha256": "0", "retrieved": "2026-01-01T00:00:00Z"}
    broken = json.dumps(good | {"status": 200} | json.loads(line)) if line.startswith('{"path') else line
    (tmp_path / "fetched.jsonl").write_text(broken + "\n")
    with pytest.raises(UnreadablePage, match=r"fetched\.jsonl, line 1"):
        fetch.fetch([site.url("/a/")], tmp_path, policy(site))
    assert site.seen == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, site: Site) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(fetch.FetchFailed, match="could not write below"):
        fetch.fetch([site.url("/a/")], tmp_path / "file" / "pages", policy(site))


# The command.


def peel(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [str(PEEL), "fetch", *map(str, words)]
    environ = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environ)


def offline() -> bool:
    try:
        socket.getaddrinfo("hmicfrs.justiceinspectorates.gov.uk", 443)
    except OSError:
        return True
    return False


@pytest.mark.skipif(not offline(), reason="tests ask nothing of the inspectorate's site")
def test_without_internet_there_is_one_clear_line(tmp_path: Path) -> None:
    told = peel("--force", "kent", "--cycle", "2017", "--to", tmp_path / "pages")
    assert (told.returncode, told.stdout) == (1, "")
    assert (
        len(told.stderr.splitlines()) == 1 and "cannot be looked up" in told.stderr and "Traceback" not in told.stderr
    )
    told = peel("--force", "kent", "--cycle", "2017", "--to", tmp_path / "pages", "--json")
    assert told.returncode == 1 and len(json.loads(told.stdout)["failed"]) == 4


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["https://example.org/"], "not on the inspectorate's site"),
        (["http://127.0.0.1/"], "not on the inspectorate's site"),
        ([], "--force and --cycle"),
        (["--force", "kent"], "--force and --cycle"),
        (["--pillar", "legitimacy", f"{SITE}/"], "--force and --cycle"),
        (["--force", "westshire", "--cycle", "2017"], "westshire"),
        (["--delay", "0", f"{SITE}/"], "delay"),
        (["--contact", "a\nb", f"{SITE}/"], "contact"),
    ],
)
def test_wrong_use_is_told_before_anything_is_sent(tmp_path: Path, words: list[str], named: str) -> None:
    told = peel(*words, "--to", tmp_path / "pages")
    assert (told.returncode, told.stdout) == (2, "")
    assert named in told.stderr and "Traceback" not in told.stderr
    assert not (tmp_path / "pages").exists()
