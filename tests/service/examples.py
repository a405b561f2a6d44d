"""Writes the examples of the OpenAPI document from a home of the whole digest.

peel demo --no-serve --home HOME && python -m tests.service.examples HOME
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from search.settings import load
from search.web import create_app

FILE = Path(__file__).parents[2] / "search" / "web" / "examples.json"
JSON = "application/json"
FEW = "force=kent&cycle=2017&topic=body-worn-video"
Examples = dict[str, dict[str, Any]]


def made(client: TestClient) -> Examples:
    """An answer of every operation that has one, cut to a readable length."""
    found = client.get(f"/api/search?text=use of body-worn video&understand=false&k=1&{FEW}").json()
    found["facets"] = {name: found["facets"][name][:1] for name in ("kind", "topic")}
    finding = found["hits"][0]["finding"].rsplit("/", 1)[1].replace("#", "/")
    grades = client.get("/api/grades?force=kent&cycle=2017").json()
    grades |= {name: grades[name][:1] for name in ("grades", "comparability")}
    examples: Examples = {
        "search": {JSON: found},
        "searchByBody": {JSON: found},
        "getFinding": {JSON: client.get(f"/api/findings/{finding}").json()},
        "getLinks": {JSON: client.get(f"/api/findings/{finding}/links?k=1").json()},
        "listLinked": {JSON: client.get("/api/links?k=1&relation=good-practice&force=kent&cycle=2017").json()},
        "listIssues": {JSON: client.get("/api/issues?k=1").json()},
        "listForces": {JSON: [f for f in client.get("/api/forces").json() if f["value"] == "kent"]},
        "listTopics": {JSON: [t for t in client.get("/api/topics").json() if t["value"] == "body-worn-video"]},
        "listGrades": {JSON: grades},
        "export": _exports(client),
        "health": {JSON: client.get("/healthz").json()},
        "ready": {JSON: client.get("/readyz").json()},
        "metrics": {"text/plain": "# TYPE peel_generation gauge\npeel_generation 1.0\n"},
        "getDocument": {
            "text/turtle": client.get("/doc/grade/four-tier/good.ttl").text,
            "application/ld+json": client.get("/doc/polarity/negative.jsonld").text,
            "application/n-triples": client.get("/doc/polarity/negative.nt").text,
        },
    }
    linked = examples["listLinked"][JSON]
    for name, value in linked.items():
        linked[name] = value[:1] if isinstance(value, list) else value
    return examples


def _exports(client: TestClient) -> dict[str, Any]:
    def lines(format: str) -> list[str]:
        return client.get(f"/api/export?format={format}&{FEW}").text.splitlines()

    count = json.dumps({"count": 1, "generation": "000001"})
    return {
        "application/jsonl": "\n".join([lines("jsonl")[0], count, ""]),
        "text/csv": "\n".join([*lines("csv")[:2], "# count,1", ""]),
        "text/turtle": "\n".join([*lines("ttl")[:3], "# count 1", ""]),
    }


def main() -> None:
    """Write the file."""
    with TestClient(create_app(load(home=Path(sys.argv[1])))) as client:
        FILE.write_text(json.dumps(made(client), ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
