"""The OpenAPI document: valid, complete, true. And requests made up from it: nothing undocumented comes back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from search.home import Home
from search.settings import Settings
from search.web import create_app
from search.web.admin import create_admin
from tests.service import examples

ROUTES = {
    *("/api/search", "/api/findings/{finding}", "/api/findings/{finding}/links", "/api/export", "/api/forces"),
    *("/api/topics", "/api/grades", "/id/{thing}", "/doc/{path}", "/def", "/.well-known/void"),
    *("/api/links", "/api/issues", "/healthz", "/readyz", "/metrics"),
}
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, one) for path, methods in document["paths"].items() for method, one in methods.items()]


def test_the_document_is_valid_and_has_every_route(document: dict[str, Any], tmp_path: Path) -> None:
    validate(document)
    assert set(document["paths"]) >= ROUTES
    validate(create_admin(Settings(home=tmp_path)).openapi())


def test_every_operation_is_named_summed_up_and_says_what_can_go_wrong(document: dict[str, Any]) -> None:
    found = operations(document)
    names = [one["operationId"] for _, _, one in found]
    assert len(names) == len(set(names)) and all(re.fullmatch(r"[a-z][A-Za-z_]+", name) for name in names)
    for path, method, one in found:
        assert one["summary"] and one["description"] and one["tags"], (path, method)
        assert {"400", "429", "503"} <= set(one["responses"]) and "422" not in one["responses"]
        for status, response in one["responses"].items():
            if status >= "400":
                schema = response["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, (path, status)


def test_every_parameter_and_answer_has_an_example_that_fits(document: dict[str, Any]) -> None:
    for path, _, one in operations(document):
        if path.startswith("/sparql"):
            continue
        for parameter in one.get("parameters", []):
            schema = parameter["schema"]
            assert parameter.get("description"), (path, parameter["name"])
            for example in schema.get("examples", []):
                jsonschema.validate(example, {**schema, "components": document["components"]})
        for content in one["responses"].get("200", {}).get("content", {}).values():
            if "example" in content:
                jsonschema.validate(content["example"], {**content["schema"], "components": document["components"]})
    exampled = {one["operationId"] for _, _, one in operations(document) if '"example"' in json.dumps(one["responses"])}
    assert exampled >= {"search", "getFinding", "getLinks", "listForces", "listTopics", "listGrades", "export", "ready"}


def test_the_examples_are_true(client: TestClient, home: Home) -> None:
    written = json.loads(examples.FILE.read_text("utf-8"))
    made = examples.made(client)

    def alike(one: Any, other: Any) -> bool:
        """Whether two answers have the same names in the same places, as far as both go."""
        if isinstance(one, dict) and isinstance(other, dict):
            if all(isinstance(value, int | float) for value in (*one.values(), *other.values())):
                return True  # counts and weights, by what was counted or weighed
            return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
        if isinstance(one, list) and isinstance(other, list):
            return not (one and other) or alike(one[0], other[0])
        return type(one) is type(other) or None in (one, other)

    assert alike(written, made), "python -m tests.service.examples HOME writes them anew"
    hit = written["search"][examples.JSON]["hits"][0]
    record = home.record(hit["finding"])
    assert (hit["text"], hit["source"]) == (record["text"], record["source"])


def test_the_page_shows_every_operation_without_scripts(client: TestClient, document: dict[str, Any]) -> None:
    page = client.get("/api").text
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)) and {one["operationId"] for _, _, one in operations(document)} <= set(ids)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    for path, method, _ in operations(document):
        assert f"{method.upper()} {path}" in page
    assert "<script>" not in page and "//cdn" not in page and page.count("<caption") == page.count("<table")


@pytest.fixture(scope="module")
def schema(home_folder: Path) -> Any:
    # an application of its own: every request begins and ends its lifespan, and with it the pool of workers
    return schemathesis.openapi.from_asgi("/openapi.json", create_app(Settings(home=home_folder)))


OPERATIONS = [("GET", path) for path in sorted(ROUTES)] + [("POST", "/api/search")]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_made_up_requests_get_only_what_is_documented(schema: Any, method: str, path: str) -> None:
    @seed(2017)
    @settings(max_examples=25, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=schema[path][method].as_strategy())
    def checked(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    checked()
