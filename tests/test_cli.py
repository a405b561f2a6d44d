"""The command `peel`, run as a user runs it: real processes, real exit codes, data on stdout only."""

from __future__ import annotations

import csv
import io
import json
import os
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from rdflib import Dataset, Graph

PEEL = Path(sys.executable).with_name("peel")
DIGEST = Path(__file__).parents[1] / "kg" / "digest" / "2017"
SURREY = DIGEST / "surrey.effectiveness.md"


def peel(*words: str | Path, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PEEL), *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PEEL_HOME": str(home), **environment},
    )


def test_help_names_every_command(tmp_path: Path) -> None:
    told = peel("--help", home=tmp_path)
    assert told.returncode == 0
    for command in ("demo", "ingest", "find", "related", "sparql", "grades", "check", "rollback", "export", "serve"):
        assert command in told.stdout
        assert peel(command, "--help", home=tmp_path).returncode == 0


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys\nsys.argv = ['peel', '--help']\nfrom search.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'rdflib', 'torch', 'openvino', 'faiss', 'fastapi', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_a_find_imports_no_torch_and_no_rdflib(home_folder: Path) -> None:
    code = (
        "import sys\nsys.argv = ['peel', 'find', 'cameras']\nfrom search.cli import main\nmain_failed = None\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'rdflib', 'fastapi'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        env={**os.environ, "PEEL_HOME": str(home_folder)},
    )


def test_a_bare_peel_shows_help(tmp_path: Path) -> None:
    told = peel(home=tmp_path)
    assert "Usage: peel" in told.stdout + told.stderr


def test_ingest_find_check_rollback(tmp_path: Path, kent: Path) -> None:
    home = tmp_path / "home"
    account = json.loads(peel("ingest", SURREY, "--json", home=home).stdout)
    assert (account["generation"], account["refused"]) == ("000001", [])
    address = "http://www.justiceinspectorates.gov.uk/hmicfrs/peel-assessments/peel-2017/kent/effectiveness"
    told = peel("ingest", kent, "--source", address, "--json", home=home)
    assert told.returncode == 0 and told.stderr == ""
    report = json.loads(told.stdout)["reports"][0]
    assert report["sources"] == [
        {"url": address, "sha256": report["sources"][0]["sha256"], "wording": "official", "coverage": "whole"}
    ]
    assert report["warnings"] == []
    found = json.loads(peel("find", "use of body-worn video is mixed", "--force", "kent", "--json", home=home).stdout)
    best = found["hits"][0]
    text = kent.read_text("utf-8")
    assert text[best["source"]["start"] : best["source"]["end"]] == best["text"]
    assert (best["source"]["url"], best["kind"], best["question"]["number"]) == (address, "weakness", 3)
    assert peel("check", home=home).stdout.startswith("Generation 000002 is whole")
    assert peel("rollback", home=home).returncode == 0
    assert json.loads(peel("find", "x", "--json", home=home).stdout)["generation"] == "000001"


def test_the_account_has_every_line_of_the_kent_page(tmp_path: Path, kent: Path) -> None:
    told = json.loads(peel("ingest", kent, "--dry-run", "--json", home=tmp_path / "none").stdout)
    assert told["generation"] is None and not (tmp_path / "none").exists()
    report, text = told["reports"][0], kent.read_text("utf-8")
    lines = {entry["line"] for part in ("headings", "skipped", "judgments") for entry in report[part]}
    for finding in report["findings"]:
        assert text[finding["start"] : finding["end"]] == finding["text"]
        lines |= {text.count("\n", 0, place) + 1 for place in (finding["start"], finding["end"] - 1)}
    assert lines >= {number for number, line in enumerate(text.split("\n"), 1) if line.strip()}


def test_explain_shows_the_page_with_its_reading_in_the_margin(tmp_path: Path, kent: Path) -> None:
    told = peel("ingest", kent, "--explain", home=tmp_path / "none")
    assert told.returncode == 0 and not (tmp_path / "none").exists()
    beside = {line[:4].strip(): line for line in told.stdout.splitlines() if line[:4].strip().isdigit()}
    text = kent.read_text("utf-8")
    assert set(beside) == {str(n) for n, line in enumerate(text.split("\n"), 1) if line.strip()}
    assert "set aside: navigation" in beside["1"] and "pillar: good, inspected" in beside["10"]
    assert "area-for-improvement" in beside["44"]
    assert sum("weakness" in line for line in told.stdout.splitlines()) == 2


def test_a_home_can_be_given_and_wins_over_the_environment(tmp_path: Path, home_folder: Path) -> None:
    told = peel("find", "video", "--home", home_folder, "--json", home=tmp_path / "none")
    assert told.returncode == 0
    rows = json.loads(peel("config", "--home", home_folder, "--json", home=tmp_path).stdout)
    assert {"setting": "home", "value": str(home_folder), "from": "flag"} in rows


def test_every_filter_reaches_the_answer(home_folder: Path) -> None:
    words = ["--force", "Kent Police", "--region", "south-east", "--cycle", "2017", "--pillar", "effectiveness"]
    words += ["--question", "3", "--kind", "weakness", "--grade", "good", "--polarity", "negative"]
    words += ["--topic", "body-worn-video", "--where", "?finding a peel:Weakness", "--mode", "semantic", "-k", "1"]
    answer = json.loads(peel("find", "cameras", *words, "--json", home=home_folder).stdout)
    assert answer["query"] == {
        "text": "cameras",
        "filters": {
            "force": ["kent"],
            "region": ["south-east"],
            "cycle": ["2017"],
            "pillar": ["effectiveness"],
            "question": ["3"],
            "kind": ["weakness"],
            "grade": ["good"],
            "polarity": ["negative"],
            "topic": ["body-worn-video"],
        },
        "where": "?finding a peel:Weakness",
        "understood": [],
        "phrases": [],
        "excluded": [],
        "meaning": "cameras",
        "relation": None,
        "notes": [],
        "mode": "semantic",
        "fusion": "convex",
        "offset": 0,
        "k": 1,
    }
    assert len(answer["hits"]) == 1


def test_plain_text_answers_lead_back_to_the_page(home_folder: Path) -> None:
    told = peel("find", "body-worn video", "-k", "2", "--explain", home=home_folder).stdout
    assert "(restated, not a quotation)" in told
    assert "justiceinspectorates.gov.uk" in told
    assert "score " in told and "Open Government Licence" in told
    assert "\x1b[" not in told, "no colour when not a terminal"


QUERY = "SELECT ?force ?n { ?f rdfs:label ?force ; skos:notation ?n ; a peel:PoliceForce } ORDER BY ?n LIMIT 2"


def test_sparql_answers_in_the_format_of_the_querys_form(home_folder: Path) -> None:
    def told(query: str) -> str:
        ran = peel("sparql", query, home=home_folder)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    assert told(QUERY).split()[:2] == ["force", "n"]
    assert told("ASK { ?f a peel:PoliceForce }") == "true\n"
    assert told("ASK { ?f a peel:NoSuchThing }") == "false\n"
    forces = told("CONSTRUCT { ?f a peel:PoliceForce } { ?f a peel:PoliceForce }")
    assert len(Graph().parse(data=forces, format="turtle")) == 43


def test_where_nothing_passes_it_says_which_limits_to_take_away(home_folder: Path) -> None:
    told = peel("find", "causes of concern in Kent", "--topic", "stop-and-search", home=home_folder).stdout
    line = next(line for line in told.splitlines() if line.startswith("No finding matches"))
    assert all(said in line for said in ("Kent Police", "Cause of concern", "topic stop-and-search", "--literal"))
    alone = peel("find", "x", "--literal", "--force", "kent", "--kind", "cause-of-concern", home=home_folder).stdout
    assert "force kent" in alone and "--literal" not in alone


def test_a_port_in_use_is_one_line_before_anything_is_served(home_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = peel("serve", "--port", str(port), home=home_folder)
    assert told.returncode == 1
    assert told.stderr.startswith(f"peel: cannot listen on 127.0.0.1, port {port}") and told.stderr.count("\n") == 1


def test_the_version_is_told(tmp_path: Path) -> None:
    told = peel("--version", home=tmp_path)
    assert (told.returncode, told.stdout) == (0, f"peel {version('peelgraph')}\n")


@pytest.mark.parametrize("format", ["table", "json", "csv", "tsv", "xml"])
def test_sparql_in_every_format(home_folder: Path, format: str) -> None:
    told = peel("sparql", QUERY, "--format", format, home=home_folder)
    assert told.returncode == 0 and "Bedfordshire Police" in told.stdout
    if format == "csv":
        rows = list(csv.reader(io.StringIO(told.stdout)))
        assert rows == [
            ["force", "n"],
            ["Avon and Somerset Constabulary", "avon-and-somerset"],
            ["Bedfordshire Police", "bedfordshire"],
        ]


def test_sparql_from_a_file_gives_a_graph(home_folder: Path, tmp_path: Path) -> None:
    query = tmp_path / "query.rq"
    query.write_text("CONSTRUCT { ?f rdfs:label ?l } { ?f a peel:PoliceForce ; rdfs:label ?l }")
    told = peel("sparql", "--file", query, "--format", "turtle", home=home_folder)
    assert len(Graph().parse(data=told.stdout, format="turtle")) == 43


@pytest.mark.parametrize("format", ["nquads", "trig", "turtle", "jsonld"])
def test_export_can_be_read_back(home_folder: Path, format: str) -> None:
    told = peel("export", "--format", format, home=home_folder)
    dataset = Dataset(default_union=True)
    dataset.parse(data=told.stdout, format="json-ld" if format == "jsonld" else format)
    asked = dataset.query("SELECT (COUNT(?f) AS ?n) { ?f a <https://w3id.org/peelgraph/def#Finding> }")
    answer = json.loads(peel("find", "x", "--explain", "--json", home=home_folder).stdout)
    assert [int(row[0]) for row in asked] == [answer["plan"]["allowed"]]  # type: ignore[index]


def test_grades_are_shown_with_what_is_missing(home_folder: Path) -> None:
    told = json.loads(peel("grades", "--force", "kent", "--json", home=home_folder).stdout)
    assert [(r["question"], r["grade"], r["status"]) for r in told["grades"]] == [
        (None, "good", "inspected"),
        ("2", "good", "inspected"),
        ("3", "good", "inspected"),
        ("5", None, "not-graded"),
    ]
    assert {"earlier": "2018/19", "later": "2021/22", "comparable": False}.items() <= told["comparability"][4].items()
    shown = peel("grades", "--force", "Kent Police", home=home_folder).stdout
    assert shown.startswith("Kent Police\n\nPEEL 2017\n  Effectiveness ")
    assert "specialist capabilities" in shown and "not graded" in shown
    assert "kent" in peel("grades", "--cycle", "2017", home=home_folder).stdout


BAD_PAGES = {
    "empty": (b"", 3, "empty"),
    "binary": (b"PEEL\0\1", 3, "binary"),
    "encoding": ("Kent PEEL 2017\n\nIt’s".encode("windows-1252"), 3, "line 3.*UTF-8"),
    "force": (b"Westshire PEEL 2017\n\nEffectiveness\n", 3, "'Westshire'"),
    "cycle": (b"Kent PEEL 2013\n\nEffectiveness\n", 3, "cycle '2013'"),
    "overview": (b"Kent 2017\n\nSome words.\n", 3, "overview"),
}


@pytest.mark.parametrize("fault", BAD_PAGES)
def test_a_bad_page_is_one_line_and_its_exit_code(tmp_path: Path, fault: str) -> None:
    import re

    data, code, named = BAD_PAGES[fault]
    page = tmp_path / f"{fault}.txt"
    page.write_bytes(data)
    told = peel("ingest", page, home=tmp_path / "home")
    assert told.returncode == code
    assert re.search(named, told.stderr) and str(page) in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1 and "Traceback" not in told.stderr
    assert not (tmp_path / "home" / "CURRENT").exists()


def test_keep_going_publishes_the_rest_and_says_what_was_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_text("nothing known")
    told = peel("ingest", SURREY, bad, "--keep-going", "--json", home=tmp_path / "home")
    account = json.loads(told.stdout)
    assert told.returncode == 3
    assert account["generation"] == "000001" and len(account["reports"]) == 1
    assert [entry["path"] for entry in account["refused"]] == [str(bad)]


@pytest.mark.parametrize(
    ("words", "code", "named"),
    [
        (["ingest", "missing.txt"], 4, "missing.txt"),
        (["find", "x", "--home", "nowhere"], 4, "peel demo"),
        (["related", "no-such"], 4, "no-such"),
        (["find", "x", "--force", "westshire"], 2, "westshire"),
        (["find", "x", "--where", "nonsense {"], 2, "missing"),
        (["find", "x", "-k", "0"], 2, "k is 0"),
        (["find", "x", "--mode", "best"], 2, "best"),
        (["sparql", "INSERT DATA { <a:b> <a:b> <a:b> }"], 2, "INSERT"),
        (["sparql"], 2, "--file"),
        (["sparql", "ASK {}", "--format", "table"], 2, "SELECT"),
        (["sparql", "--file", "missing.rq"], 4, "missing.rq"),
        (["ingest"], 2, "--rebuild"),
        (["serve", "--port", "70000"], 2, "port"),
        (["find", "x", "--home", __file__], 5, "not a folder"),
        (["ingest", SURREY, "--home", __file__], 5, "not a folder"),
        (["check", "--home", __file__], 5, "not a folder"),
    ],
)
def test_errors_name_the_fault(home_folder: Path, words: list[str], code: int, named: str) -> None:
    told = peel(*words, home=home_folder)
    assert (told.returncode, told.stdout) == (code, "")
    assert named in told.stderr and "Traceback" not in told.stderr


def test_a_model_that_is_not_here_is_never_downloaded(home_folder: Path) -> None:
    told = peel("find", "x", home=home_folder, PEEL_MODEL="some/unknown-model")
    assert told.returncode == 1
    assert "some/unknown-model is not on this machine" in told.stderr and "downloads nothing" in told.stderr


def test_sources_csv_gives_the_addresses_of_a_folder(tmp_path: Path) -> None:
    page = "Durham PEEL 2017\n\nEffectiveness\n\nQuestions for Effectiveness\n\nThe invented force sings.\n"
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "durham.txt").write_text(page)
    address = "https://www.justiceinspectorates.gov.uk/hmicfrs/peel-assessments/peel-2017/durham/effectiveness/"
    (tmp_path / "pages" / "sources.csv").write_text(f"path,url\ndurham.txt,{address}\n")
    account = json.loads(peel("ingest", tmp_path / "pages", "--json", home=tmp_path / "home").stdout)
    assert [s["url"] for s in account["reports"][0]["sources"]] == [address]
