"""`peel mcp` with a real client, in memory and over stdin and stdout: tools that only read, and name their sources."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError

import ontology
from search.home import Home
from search.model_context import create_server

PEEL = Path(sys.executable).with_name("peel")
TOOLS = {"search_findings", "get_finding", "related_findings", "compare_forces", "sparql_select"}


@pytest.fixture(params=["memory", "stdio"])
def ask(request: pytest.FixtureRequest, home_folder: Path) -> Callable[[Callable[[Client], Awaitable[Any]]], Any]:
    """Run something with a client of a server over the home."""

    def running(what: Callable[[Client], Awaitable[Any]]) -> Any:
        async def main() -> Any:
            stdio = StdioServerParameters(command=str(PEEL), args=["mcp", "--home", str(home_folder)])
            async with Client(create_server(home_folder) if request.param == "memory" else stdio) as client:
                return await what(client)

        # the browser of other tests may hold an event loop in this thread
        with ThreadPoolExecutor(1) as another:
            return another.submit(anyio.run, main).result()

    return running


Ask = Callable[[Callable[[Client], Awaitable[Any]]], Any]


def test_the_tools_say_that_they_only_read_and_what_they_give(ask: Ask) -> None:
    tools = ask(lambda client: client.list_tools()).tools
    assert {tool.name for tool in tools} == TOOLS
    for tool in tools:
        assert tool.annotations.read_only_hint and tool.annotations.open_world_hint is False
        assert tool.title and tool.description and tool.output_schema["properties"]["generation"]


def test_answers_are_the_home_s_with_sources_and_wording(ask: Ask, home: Home) -> None:
    async def asking(client: Client) -> list[Any]:
        found = await client.call_tool(
            "search_findings", {"question": "body-worn video", "force": ["kent"], "polarity": ["negative"], "limit": 2}
        )
        iri = found.structured_content["findings"][0]["finding"]
        one = await client.call_tool("get_finding", {"finding": iri})
        near = await client.call_tool("related_findings", {"finding": iri, "limit": 3})
        return [answer.structured_content for answer in (found, one, near)]

    found, one, near = ask(asking)
    expected = home.find("body-worn video", force=["kent"], polarity=["negative"], k=2)
    assert [item["finding"] for item in found["findings"]] == [hit["finding"] for hit in expected["hits"]]
    assert (found["total"], found["answered"]) == (expected["total"], expected["answered"])
    first = expected["hits"][0]
    assert one["finding"]["text"] == first["text"] and one["context"] == first["context"]
    assert [i["finding"] for i in near["related"]] == [
        h["finding"] for h in home.related(first["finding"], k=3)["related"]
    ]
    expected_links = [
        (link["relation"], link["status"], link["finding"]["finding"])
        for link in home.related(first["finding"], k=3)["links"]
    ]
    assert [(ln["relation"], ln["status"], ln["finding"]["finding"]) for ln in near["links"]] == expected_links
    for item in (*found["findings"], one["finding"], *near["related"], *(ln["finding"] for ln in near["links"])):
        record = home.record(item["finding"])
        assert (
            item["source"] == record["source"]["url"] and item["wording"] == record["source"]["wording"] == "restated"
        )
        assert item["force"] == record["force"]["label"] and item["cycle"] == record["cycle"]
    assert {found["generation"], one["generation"], near["generation"]} == {home.generation}


def test_forces_are_compared_on_one_matter_with_their_grades(ask: Ask, home: Home) -> None:
    asked = {"forces": ["Kent", "Gwent Police"], "question": "domestic abuse", "cycle": "2017"}
    answer = ask(lambda client: client.call_tool("compare_forces", asked)).structured_content
    assert list(answer["forces"]) == ["Kent Police", "Gwent Police"]
    for label, slug in (("Kent Police", "kent"), ("Gwent Police", "gwent")):
        expected = home.find("domestic abuse", force=[slug], cycle=["2017"], k=5, understand=False)
        assert answer["forces"][label]["total"] == expected["total"]
        assert {item["force"] for item in answer["forces"][label]["findings"]} <= {label}
    assert answer["grades"] == [*home.grades("kent", "2017"), *home.grades("gwent", "2017")]
    assert answer["comparability"] == home.comparability()


def test_sparql_gives_rows_with_the_sources_of_findings(ask: Ask, home: Home) -> None:
    query = "SELECT ?f ?t { ?f peel:force force:kent ; a peel:Weakness ; peel:text ?t } ORDER BY ?f"
    answer = ask(lambda client: client.call_tool("sparql_select", {"query": query, "limit": 1})).structured_content
    columns, rows = home.table(query)
    assert answer["columns"] == columns and answer["rows"] == [list(row) for row in rows[:1]] and answer["truncated"]
    assert set(answer["sources"]) == {row[0] for row in answer["rows"]}
    assert all(source["url"] and source["wording"] == "restated" for source in answer["sources"].values())


WRONG = [
    ("search_findings", {"question": "x", "force": ["westshire"]}, "westshire"),
    ("search_findings", {"question": ""}, "question"),
    ("search_findings", {"question": "x", "limit": 51}, "limit"),
    ("get_finding", {"finding": "kent-2017-effectiveness#f-000000000000"}, "no finding"),
    ("compare_forces", {"forces": ["kent"] * 7, "question": "x"}, "forces"),
    ("sparql_select", {"query": "SELECT ?f { SERVICE <http://127.0.0.1/> { ?f a ?c } }"}, "SERVICE"),
    ("sparql_select", {"query": "DELETE WHERE { ?s ?p ?o }"}, ""),
    ("sparql_select", {"query": "ASK { ?s ?p ?o }"}, "SELECT"),
]


def test_what_is_wrong_is_said_to_the_model(ask: Ask) -> None:
    async def asking(client: Client) -> list[Any]:
        return [await client.call_tool(tool, arguments) for tool, arguments, _ in WRONG]

    for answer, (tool, _, named) in zip(ask(asking), WRONG, strict=True):
        assert answer.is_error and named in answer.content[0].text, tool


def test_the_ontology_and_findings_are_resources(ask: Ask, home: Home) -> None:
    iri = home.find("body-worn video", k=1)["hits"][0]["finding"]
    address = "peel://finding/" + iri.rsplit("/", 1)[1].replace("#", "/")

    async def asking(client: Client) -> list[Any]:
        listed = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates
        names = [str(one.uri) for one in listed] + [one.uri_template for one in templates]
        with pytest.raises(MCPError, match="no finding"):
            await client.read_resource("peel://finding/nothing/f-0")
        return [names, *[(await client.read_resource(uri)).contents[0] for uri in ("peel://ontology", address)]]

    names, graph, finding = ask(asking)
    assert names == ["peel://ontology", "peel://finding/{report}/{key}"]
    assert graph.mime_type == "text/turtle" and graph.text == (ontology.folder() / "peel.ttl").read_text("utf-8")
    assert json.loads(finding.text)["finding"]["finding"] == iri
