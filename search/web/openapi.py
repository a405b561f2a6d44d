"""The OpenAPI document, and the page that shows it to people: no scripts, nothing from elsewhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi

from search.web import rendering
from search.web.problems import Problem, described

router = APIRouter(include_in_schema=False)
_EVERYWHERE = described(400, 401, 414, 429, 503)
_DESCRIPTION = """\
Findings of police inspections by HMICFRS, to search and to compare. Reading needs no key; with an API key you may ask \
more often (`Authorization: Bearer peel_…`). Every answer names the generation of the data that it comes from. \
Findings marked `restated` are in Peelgraph's words: quote the official page they name. Errors are RFC 9457 \
problem+json."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as the page shows it."""

    name: str
    where: str
    kind: str
    required: bool
    description: str
    example: str | None


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing the API does, as the page shows it."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Parameter]
    responses: list[tuple[str, str]]
    example: str | None


def install(app: FastAPI) -> None:
    """Make the application describe itself truly: the problems that every route may answer with, and no others."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _mended(
                get_openapi(
                    title=app.title,
                    version=app.version,
                    summary=app.summary,
                    description=_DESCRIPTION,
                    routes=app.routes,
                )
            )
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _mended(document: dict[str, Any]) -> dict[str, Any]:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    document["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "An API key, for those who ask often."}
    }
    document["security"] = [{}, {"key": []}]
    examples = _examples()
    for path in document["paths"].values():
        for operation in path.values():
            for media_type, example in examples.get(operation.get("operationId"), {}).items():
                operation["responses"]["200"]["content"][media_type]["example"] = example
            said = operation["responses"]
            if "HTTPValidationError" in json.dumps(said.get("422", "")):
                del said["422"]  # a parameter that cannot be is answered with 400
            for status, response in _EVERYWHERE.items():
                said.setdefault(str(status), response)
            operation["responses"] = dict(sorted(said.items()))
    return document


@cache
def _examples() -> dict[str, dict[str, Any]]:
    """An answer of each operation, by the media type it comes in; all of them true of the shipped digest."""
    found: dict[str, dict[str, Any]] = json.loads((files("search.web") / "examples.json").read_text("utf-8"))
    return found


@router.get("/api")
def reference(request: Request) -> Response:
    """What the API can do, as a page."""
    document = request.app.openapi()
    operations = [
        _operation(document, path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return rendering.page("api.html", about=document["info"], operations=operations)


def _operation(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Operation:
    good: dict[str, Any] = next((r for status, r in operation["responses"].items() if status.startswith("2")), {})
    examples = (content.get("example") for content in good.get("content", {}).values())
    example = next((one for one in examples if one is not None), None)
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return Operation(
        name=operation.get("operationId", ""),
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        parameters=[_parameter(p["name"], p["in"], p["schema"], p) for p in operation.get("parameters", [])]
        + (_of_body(document, body) if body else []),
        responses=[(status, response["description"]) for status, response in operation["responses"].items()],
        example=None if example is None else _shown(example),
    )


def _of_body(document: dict[str, Any], schema: dict[str, Any]) -> list[Parameter]:
    named = document["components"]["schemas"].get(schema.get("$ref", "").rsplit("/", 1)[-1], schema)
    required = named.get("required", [])
    return [
        _parameter(name, "body", inner, {"required": name in required})
        for name, inner in named.get("properties", {}).items()
    ]


def _parameter(name: str, where: str, schema: dict[str, Any], more: dict[str, Any]) -> Parameter:
    examples = more.get("examples") or schema.get("examples")
    example = more.get("example")
    if isinstance(examples, list) and examples:
        example = examples[0]
    return Parameter(
        name=name,
        where=where,
        kind=_kind(schema),
        required=bool(more.get("required")),
        description=more.get("description") or schema.get("description", ""),
        example=None if example is None else _shown(example),
    )


def _kind(schema: dict[str, Any]) -> str:
    """A schema's type in a word or two."""
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"] if one.get("type") != "null")
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1].lower()
    if schema.get("type") == "array":
        return f"{_kind(schema.get('items', {}))}, repeatable"
    return str(schema.get("type", "any"))


def _shown(example: object) -> str:
    return example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=2)
