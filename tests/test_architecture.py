"""The rules that keep the structure readable, held by the imports themselves."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("ontology", "kg", "search")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
FACES = ("search.cli", "search.web")

ONE_HOME = {
    "faiss": ["search/index/cells.py", "search/index/exact.py", "search/index/quantised.py"],
    "sentence_transformers": ["search/encoder/files.py"],
    "openvino": ["search/encoder/compiling.py"],
    "torch": ["search/encoder/adapters.py", "search/encoder/compiling.py"],
    "tokenizers": ["search/encoder/compiled.py"],
    "bm25s": ["search/ranking/lexical.py"],
    "pyoxigraph": ["kg/store.py", "kg/answers.py"],
    "pyshacl": ["kg/check.py"],
    "ahocorasick": ["kg/topics.py"],
    "lxml": ["kg/readers/markup.py"],
    "pypdfium2": ["kg/readers/pdf.py"],
    "rapidfuzz": ["kg/ingest.py"],
    "typer": ["search/cli/common.py", "search/cli/linking.py", "search/cli/reading.py", "search/cli/writing.py"],
}


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Every module that a file imports, by full name, and whether at import time of the file."""
    tree = ast.parse(path.read_text("utf-8"))
    late = {
        inner
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        or (isinstance(outer, ast.If) and ast.unparse(outer.test) == "TYPE_CHECKING")
        for inner in ast.walk(outer)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node not in late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node not in late
            yield from ((f"{node.module}.{alias.name}", node not in late) for alias in node.names)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_looks_up(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    above = ROOMS[ROOMS.index(room) + 1 :]
    assert [name for name, _ in imports(path) if name.split(".")[0] in above] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_but_a_face_imports_a_face(path: Path) -> None:
    name = name_of(path)
    if name.startswith(("search/web/", "search/cli/")):
        return
    assert [imported for imported, _ in imports(path) if imported.startswith(FACES)] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_heavy_libraries_have_one_home(path: Path) -> None:
    roots = {name.split(".")[0] for name, _ in imports(path)}
    astray = [library for library in roots & set(ONE_HOME) if name_of(path) not in ONE_HOME[library]]
    assert astray == []
    if "fastapi" in roots:
        assert name_of(path).startswith("search/web/")


def test_slow_libraries_are_imported_late() -> None:
    encoder = [path for path in MODULES if name_of(path).startswith("search/encoder/")]
    early = {name.split(".")[0] for path in encoder for name, early in imports(path) if early}
    assert early & {"sentence_transformers", "torch", "transformers", "openvino"} == set()


def test_the_model_stands_on_the_standard_library() -> None:
    roots = {name.split(".")[0] for name, _ in imports(ROOT / "kg/model.py")} - {"__future__"}
    assert roots <= sys.stdlib_module_names


@pytest.mark.parametrize("path", [p for p in MODULES if name_of(p).startswith("kg/")], ids=name_of)
def test_kg_knows_no_vectors_and_no_web(path: Path) -> None:
    roots = {name.split(".")[0] for name, _ in imports(path)}
    assert roots & {"numpy", "faiss", "fastapi", "sentence_transformers"} == set()


def test_sparql_is_written_in_four_places() -> None:
    allowed = ("kg/sparql/", "kg/triples.py", "kg/store.py", "ontology/")
    wrote = []
    for path in MODULES:
        strings = [n.value for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Constant)]
        queries = [s for s in strings if isinstance(s, str) and "SELECT" in s and "WHERE {" in s]
        if queries and not name_of(path).startswith(allowed):
            wrote.append(name_of(path))
    assert wrote == []


def test_no_module_bears_the_name_of_a_library() -> None:
    libraries = {re.split(r"[^\w-]", line)[0].replace("-", "_") for line in requires("peelgraph") or ()}
    taken = sys.stdlib_module_names | libraries
    assert {path.stem for path in MODULES if path.stem != "__init__"} & taken == set()


def test_no_test_folder_replaces_a_package() -> None:
    assert [room for room in ROOMS if (ROOT / "tests" / room).exists()] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= 345, "does it have one reason to exist?"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= 55, node.name
