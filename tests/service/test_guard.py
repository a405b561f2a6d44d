"""What a request must pass before it is answered, and what every answer carries."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from kg.errors import InvalidQuery
from search import keys
from search.settings import Settings
from search.web import create_app
from search.web.guard import HEADERS, MAX_URL
from search.web.rates import Rates


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "[::1]:8000", "192.0.2.7", "testserver"])
def test_hosts_of_this_machine_and_plain_addresses_are_let_in(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "x@localhost"]
)
def test_other_hosts_are_refused(client: TestClient, host: str) -> None:
    answer = client.get("/api/forces", headers={"host": host})
    assert answer.status_code == 400 and "PEEL_HOSTS" in answer.json()["detail"]


def test_a_host_of_the_settings_is_let_in(home_folder: Path) -> None:
    app = create_app(Settings(home=home_folder, hosts="findings.example, other.example"))  # type: ignore[arg-type]
    client = TestClient(app)
    assert client.get("/healthz", headers={"host": "findings.example:443"}).status_code == 200
    assert client.get("/healthz", headers={"host": "third.example"}).status_code == 400


def test_long_addresses_and_bodies_are_refused_before_they_are_read(client: TestClient) -> None:
    assert client.get("/api/search", params={"text": "x" * MAX_URL}).status_code == 414
    assert client.get("/nowhere/" + "x" * (MAX_URL - 20) + "?a=" + "y" * 20).status_code == 414
    big = b'{"text": "' + b"x" * 300_000 + b'"}'
    declared = client.post("/api/search", content=big, headers={"content-type": "application/json"})
    pieces = (big[start : start + 1000] for start in range(0, len(big), 1000))
    chunked = client.post("/api/search", content=pieces, headers={"content-type": "application/json"})
    for answer in (declared, chunked):
        assert answer.status_code == 413 and answer.headers["content-type"] == "application/problem+json"


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    for address in ("/", "/api/forces", "/nowhere", "/static/peelgraph.css", "/doc/force/kent.ttl", "/metrics"):
        headers = client.get(address).headers
        assert all(name in headers for name in HEADERS), address
        assert "default-src 'self'" in headers["content-security-policy"] and "unsafe" not in str(headers)
        assert headers["x-request-id"]
    assert client.get("/api", headers={"host": "evil.example"}).headers["x-content-type-options"] == "nosniff"


def test_a_request_keeps_a_plain_id_and_gets_one_otherwise(client: TestClient) -> None:
    assert client.get("/healthz", headers={"x-request-id": "a-1.b"}).headers["x-request-id"] == "a-1.b"
    for bad in ("", "a b", "x" * 65, 'a","evil":"1'):
        given_back = client.get("/healthz", headers={"x-request-id": bad}).headers["x-request-id"]
        assert given_back != bad and len(given_back) == 16


def test_no_route_of_the_public_application_writes(app) -> None:  # type: ignore[no-untyped-def]
    document = app.openapi()
    writing = {(path, m) for path, methods in document["paths"].items() for m in methods} - {("/api/search", "post")}
    assert {method for path, method in writing if path != "/sparql"} == {"get"}
    assert not any(path.startswith("/admin") for path in document["paths"])


def limited(home: Path, **more: str) -> TestClient:
    settings = Settings(home=home, rate="3/day", key_rate="5/day", **more)  # type: ignore[arg-type]
    return TestClient(create_app(settings), client=("203.0.113.9", 4000))


def test_too_many_requests_are_told_when_to_come_back(home_folder: Path) -> None:
    client = limited(home_folder)
    statuses = [client.get("/api/forces").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    refused = client.get("/api/forces")
    assert 1 <= int(refused.headers["retry-after"]) <= 86_400 and refused.json()["status"] == 429
    assert client.get("/healthz").status_code == 200, "health is never counted"


def test_an_export_counts_for_more(home_folder: Path) -> None:
    assert limited(home_folder).get("/api/export?force=kent").status_code == 429


def test_a_key_gives_a_rate_of_its_own_and_a_false_one_is_refused(tmp_path: Path, home_folder: Path) -> None:
    for file in home_folder.iterdir():
        if file.name != "keys.json":
            (tmp_path / file.name).symlink_to(file)
    client = limited(tmp_path)
    token = keys.add(tmp_path, "reader")
    bearer = {"authorization": f"Bearer {token}"}
    assert [client.get("/api/forces", headers=bearer).status_code for _ in range(6)] == [200] * 5 + [429]
    assert client.get("/api/forces").status_code == 200, "the address is counted by itself"
    false = client.get("/api/forces", headers={"authorization": "Bearer peel_" + "A" * 43})
    assert false.status_code == 401 and false.headers["www-authenticate"] == "Bearer"
    keys.revoke(tmp_path, "reader")
    assert client.get("/api/forces", headers=bearer).status_code == 401
    assert client.get("/api/forces", headers={"authorization": "Basic eDp5"}).status_code == 200, "not ours to judge"


def client_of(peer: str | None, trusted: tuple[str, ...] = (), **headers: str) -> str | None:
    rates = Rates(Settings(trusted_proxies=trusted))
    return rates.client(peer, Headers({name.replace("_", "-"): value for name, value in headers.items()}))


def test_who_asks_is_the_last_address_that_a_trusted_proxy_saw() -> None:
    proxy, inner = "192.0.2.1", "10.1.2.3"
    assert client_of("203.0.113.9") == "203.0.113.9"
    assert client_of("203.0.113.9", x_forwarded_for="198.51.100.1") == "203.0.113.9", "anybody can write the header"
    assert client_of(proxy, (proxy,), x_forwarded_for="198.51.100.1") == "198.51.100.1"
    assert client_of(proxy, (proxy,), x_forwarded_for="1.1.1.1, 198.51.100.1") == "198.51.100.1", "the left is forged"
    assert client_of(proxy, (proxy, "10.0.0.0/8"), x_forwarded_for=f"198.51.100.1, {inner}") == "198.51.100.1"
    assert client_of(proxy, (proxy,), x_forwarded_for="nonsense") == proxy
    assert client_of(proxy, (proxy,)) == proxy
    assert client_of("2001:db8::1") == client_of("2001:db8::2") == "2001:db8::/64"
    assert client_of("::ffff:203.0.113.9") == "203.0.113.9"


def test_this_machine_is_not_counted_unless_it_speaks_for_others() -> None:
    for peer in ("127.0.0.1", "::1", None, "testclient"):
        assert client_of(peer) is None
        assert client_of(peer, x_forwarded_for="198.51.100.1") == str(peer), "an unknown proxy is one client"
    assert client_of("127.0.0.1", ("127.0.0.1",), x_forwarded_for="198.51.100.1") == "198.51.100.1"
    assert client_of("127.0.0.1", ("127.0.0.1",)) == "127.0.0.1"


@given(st.text(st.characters(max_codepoint=255, exclude_categories=("Cc",)), max_size=60))
def test_no_forwarded_header_breaks_the_counting(value: str) -> None:
    assert client_of("192.0.2.1", ("192.0.2.1",), x_forwarded_for=value)


@pytest.mark.parametrize("wrong", [{"rate": "often"}, {"rate_store": "nothing://"}, {"trusted_proxies": ("here",)}])
def test_settings_that_cannot_be_are_said(wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidQuery):
        Rates(Settings(**wrong))  # type: ignore[arg-type]
