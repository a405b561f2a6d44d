"""The files that pages are dressed in: ours or vendored as recorded, with nothing of GOV.UK's brand."""

from __future__ import annotations

import hashlib
import tomllib

import httpx

from search.web import assets

VENDOR = assets.folder() / "vendor"
BRAND = ("gds transport", ".woff", "crest", "crown")


def test_every_vendored_file_is_the_one_recorded() -> None:
    recorded: dict[str, str] = {}
    for name, package in tomllib.loads((VENDOR / "VENDORED.toml").read_text("utf-8")).items():
        assert package["version"] and package["licence"], name
        assert package["source"].endswith(f"-{package['version']}.tgz")
        assert f"{name}.LICENSE" in package["sha256"], "a licence stands beside its files"
        recorded |= package["sha256"]
    there = {path.name for path in VENDOR.iterdir()} - {"VENDORED.toml"}
    assert there == set(recorded)
    for name, expected in recorded.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == expected, name


def test_nothing_of_the_brand_of_gov_uk_is_shipped() -> None:
    for path in assets.folder().rglob("*"):
        if path.is_file() and path.suffix != ".LICENSE":
            text = path.read_text("utf-8").lower()
            assert [mark for mark in BRAND if mark in text or mark in path.name.lower()] == [], path.name
            if path.suffix in (".css", ".svg"):
                assert "url(" not in text and "@import" not in text, f"{path.name} fetches something"


def test_an_address_changes_with_the_contents_and_may_be_kept(client: httpx.Client) -> None:
    answer = client.get(assets.address("peelgraph.css"))
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"] and answer.headers["content-encoding"] == "gzip"
    named = client.get("/static/peelgraph.css")
    assert named.content == answer.content and "immutable" not in named.headers["cache-control"]
    assert client.get("/static/0123456789ab/peelgraph.css").status_code == 404
    assert client.get("/static/..%2fapp.py").status_code == 404
    assert client.get("/static/peelgraph.mjs").headers["content-type"].startswith("text/javascript")
