"""The application that writes: for holders of an admin key only, all of a request or nothing, everything on record."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from search import audit, keys
from search.home import Home
from search.settings import Settings
from search.web.admin import create_admin

DIGEST = Path(__file__).parents[2] / "kg" / "digest" / "2017"
SURREY, GWENT = ((DIGEST / f"{force}.effectiveness.md").read_text("utf-8") for force in ("surrey", "gwent"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("written")


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[TestClient]:
    token = keys.add(home, "editor", keys.Scope.ADMIN)
    with TestClient(create_admin(Settings(home=home)), headers={"authorization": f"Bearer {token}"}) as opened:
        yield opened


def log_of(home: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (home / audit.FILE).read_text("utf-8").splitlines()]


def test_only_an_admin_key_may_write(home: Path, client: TestClient) -> None:
    reader = keys.add(home, "reader")
    body = {"pages": [{"name": "surrey.md", "text": SURREY}]}
    for address in ("/admin/ingest", "/admin/rollback", "/admin/links/x/confirm", "/admin/links/x/reject"):
        for header, status in (
            (None, 401),
            ("Bearer peel_" + "x" * 43, 401),
            (f"Bearer {reader}", 403),
            ("Basic x", 401),
        ):
            headers = {} if header is None else {"authorization": header}
            with TestClient(client.app) as other:
                answer = other.post(address, json=body, headers=headers)
            assert answer.status_code == status and answer.headers["content-type"] == "application/problem+json"
    assert not (home / "CURRENT").exists() and not (home / audit.FILE).exists()


def test_pages_are_published_and_rolled_back_and_all_of_it_is_on_record(home: Path, client: TestClient) -> None:
    first = client.post("/admin/ingest", json={"pages": [{"name": "surrey.effectiveness.md", "text": SURREY}]})
    assert first.status_code == 200 and first.json()["generation"] == "000001" and first.json()["new"]
    assert first.json()["reports"][0]["findings"]
    encoded = base64.b64encode(GWENT.encode()).decode()
    second = client.post("/admin/ingest", json={"pages": [{"name": "gwent.effectiveness.md", "base64": encoded}]})
    assert second.json()["generation"] == "000002"
    assert Home(home).find("x", force="gwent", mode="semantic")["generation"] == "000002"
    again = client.post("/admin/ingest", json={"pages": [{"name": "gwent.effectiveness.md", "text": GWENT}]})
    assert again.status_code == 200 and not again.json()["new"] and again.json()["generation"] == "000002"
    back = client.post("/admin/rollback")
    assert (back.status_code, back.json()) == (200, {"generation": "000001"})
    assert client.post("/admin/rollback").status_code == 404
    told = [(one["who"], one["what"], one["before"], one["after"], one["outcome"]) for one in log_of(home)]
    assert told[:4] == [
        ("key:editor", "ingest", None, "000001", "done"),
        ("key:editor", "ingest", "000001", "000002", "done"),
        ("key:editor", "ingest", "000002", "000002", "nothing new"),
        ("key:editor", "rollback", "000002", "000001", "done"),
    ]
    assert str(told[4][4]).startswith("NotFound")


def test_with_one_page_refused_nothing_is_published(home: Path, client: TestClient) -> None:
    before = Home(home).generation
    pages = [{"name": "gwent.effectiveness.md", "text": GWENT + "\n"}, {"name": "bad.txt", "text": "no page"}]
    answer = client.post("/admin/ingest", json={"pages": pages})
    assert answer.status_code == 422 and answer.json()["refused"][0]["path"] == "bad.txt"
    assert Home(home).generation == before


@pytest.mark.parametrize(
    "page",
    [
        {"name": "a", "text": "x", "base64": "eA=="},
        {"name": "a"},
        {"name": "a", "base64": "not base64"},
        {"name": "", "text": "x"},
        {"name": "a", "text": "x", "path": "/etc/passwd"},
    ],
)
def test_a_page_that_cannot_be_is_400(client: TestClient, page: dict[str, str]) -> None:
    assert client.post("/admin/ingest", json={"pages": [page]}).status_code == 400


def test_links_are_confirmed_and_rejected_and_that_is_on_record(tmp_path: Path, digest_home: Home) -> None:
    folder = shutil.copytree(digest_home.folder, tmp_path / "home")
    wrong, right = (one["links"][0] for one in Home(folder).linked("same-issue", k=1)["findings"][:2])
    token = keys.add(folder, "editor", keys.Scope.ADMIN)
    ends = [link["link"].rsplit("/", 1)[1] for link in (wrong, right)]
    with TestClient(create_admin(Settings(home=folder)), headers={"authorization": f"Bearer {token}"}) as client:
        assert client.post(f"/admin/links/{ends[0]}/reject", json={}).status_code == 400, "a rejection says why"
        assert client.post("/admin/links/0000000000000000/confirm", json={}).status_code == 404
        said = {"why": "two matters", "by": "A. Reader"}
        assert client.post(f"/admin/links/{ends[0]}/reject", json=said).json()["by"] == "A. Reader"
        answer = client.post(f"/admin/links/{ends[1]}/confirm", json={})
    assert (answer.json()["verdict"], answer.json()["by"]) == ("confirmed", "editor")
    after = {
        link["link"]: link["status"]
        for one in Home(folder).linked("same-issue", k=1000)["findings"]
        for link in one["links"]
    }
    assert wrong["link"] not in after and after[right["link"]] == "confirmed"
    assert [one["what"] for one in log_of(folder)][-2:] == ["rejected link", "confirmed link"]


def test_nothing_can_be_read_or_found_there(client: TestClient) -> None:
    assert client.get("/healthz").status_code == 200
    for address in ("/", "/api/search?text=x", "/sparql", "/metrics", "/admin"):
        assert client.get(address).status_code == 404, address
    assert client.get("/admin/ingest").status_code == 405
    assert client.post("/admin/rollback", headers={"host": "evil.example"}).status_code == 400
