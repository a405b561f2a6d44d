"""Pages become generations: what is new, what is refused, what is kept, and what is merged."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kg import generations, triples
from kg.errors import Damaged, EncoderMismatch, FormatMismatch, OntologyMismatch
from kg.store import OxigraphStore
from search import collect, publish
from search.encoder import Encoder
from search.home import Home
from search.publish import Outcome
from search.snapshot import Snapshot

DIGEST = Path(__file__).parents[1] / "kg" / "digest" / "2017"
SURREY, GWENT = DIGEST / "surrey.effectiveness.md", DIGEST / "gwent.effectiveness.md"
PAGE = """Skip to content

Durham PEEL 2017

Effectiveness

How effective is the force at keeping people safe and reducing crime?

Last updated 22/03/2018
Good

The invented force paints its cars green. It rarely washes them.
"""
ADDRESS = "https://www.justiceinspectorates.gov.uk/hmicfrs/peel-assessments/peel-2017/durham/effectiveness/"


def ingest(home: Path, encoder: Encoder, *paths: Path, **options: bool) -> Outcome:
    return publish.publish(home, collect.pages(paths), lambda: encoder, **options)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def texts(home: Path) -> set[str]:
    snapshot = Snapshot(generations.current(home))
    found = {record["text"] for record in snapshot.records(range(snapshot.facets.count))}
    snapshot.close()
    return found


def test_graph_vectors_words_and_rows_are_of_the_same_findings(tmp_path: Path, encoder: Encoder) -> None:
    outcome = ingest(tmp_path / "home", encoder, SURREY, GWENT)
    home = Home(tmp_path / "home")
    rows = home.store.rows(triples.FINDINGS_QUERY)
    records = home.snapshot.records(range(home.snapshot.facets.count))
    assert [row[0] for row in rows] == [record["finding"] for record in records]
    said = {f.text for reading in outcome.reports for f in reading.report.findings}
    assert {record["text"] for record in records} == said
    expected = encoder.passages([record["meaning"] for record in records])
    np.testing.assert_allclose(home.snapshot.vectors, expected, atol=1e-5)
    assert len(home.snapshot.words) == len(records)


def test_every_span_leads_back_to_the_words_in_the_kept_source(tmp_path: Path, encoder: Encoder) -> None:
    ingest(tmp_path / "home", encoder, SURREY)
    snapshot = Snapshot(generations.current(tmp_path / "home"))
    for record in snapshot.records(range(snapshot.facets.count)):
        source = record["source"]
        data = (snapshot.folder / "sources" / source["sha256"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == source["sha256"]
        assert data.decode("utf-8-sig")[source["start"] : source["end"]] == record["text"]


def test_the_same_page_twice_is_nothing_new(tmp_path: Path, encoder: Encoder) -> None:
    home = tmp_path / "home"
    first = ingest(home, encoder, SURREY)
    again = ingest(home, encoder, SURREY)
    assert (first.generation, first.new) == ("000001", True)
    assert (again.generation, again.new) == ("000001", False)
    assert [r.report.slug for r in again.reports] == ["surrey-2017-effectiveness"]
    assert sorted(p.name for p in home.iterdir() if p.name.isdigit()) == ["000001"]


def test_pages_add_up_in_any_order(tmp_path: Path, encoder: Encoder) -> None:
    for paths, home in (((SURREY, GWENT), "a"), ((GWENT, SURREY), "b")):
        for path in paths:
            ingest(tmp_path / home, encoder, path)
    one, two = (OxigraphStore(generations.current(tmp_path / h) / "graph", read_only=True) for h in "ab")
    assert sorted(one.dump("nquads").splitlines()) == sorted(two.dump("nquads").splitlines())
    assert texts(tmp_path / "a") == texts(tmp_path / "b")


def test_a_refused_page_stops_everything_unless_told_to_keep_going(tmp_path: Path, encoder: Encoder) -> None:
    home = tmp_path / "home"
    ingest(home, encoder, SURREY)
    bad = write(tmp_path, "bad.txt", PAGE.replace("Durham", "Westshire"))
    stopped = ingest(home, encoder, GWENT, bad)
    assert (stopped.generation, stopped.new) == ("000001", False)
    assert [(r.path, "Westshire" in str(r.error)) for r in stopped.refused] == [(str(bad), True)]
    went_on = ingest(home, encoder, GWENT, bad, keep_going=True)
    assert (went_on.generation, went_on.new) == ("000002", True)
    assert [r.path for r in went_on.refused] == [str(bad)]


def test_official_words_put_the_restated_aside_and_stay(tmp_path: Path, encoder: Encoder) -> None:
    home = tmp_path / "home"
    restated = write(
        tmp_path,
        "durham.md",
        f"---\nforce: durham\ncycle: 2017\npillar: effectiveness\nsource: {ADDRESS}\nwording: restated\n"
        "coverage: whole\n---\n\n## Summary\n\n### Observations\n\n- The invented force has green cars.\n",
    )
    ingest(home, encoder, restated)
    assert texts(home) == {"The invented force has green cars."}
    official = write(tmp_path, "durham.txt", PAGE)
    ingest(home, encoder, official)
    assert texts(home) == {"The invented force paints its cars green.", "It rarely washes them."}
    again = ingest(home, encoder, restated)
    assert not again.new, "a restatement adds nothing to the official words"
    kept = Home(home).table("SELECT ?w { ?copy a peel:SourceCopy ; peel:wording/skos:notation ?w } ORDER BY ?w")[1]
    assert kept == [("official",), ("restated",)], "both sources are kept"


def test_copies_are_merged_and_a_later_version_replaces(tmp_path: Path, encoder: Encoder) -> None:
    home = tmp_path / "home"
    pages = {
        "full": PAGE,
        "main": PAGE.replace("Skip to content\n\n", "").replace("Good\n", "").replace("rarely", "never"),
    }
    first = collect.Page("full.txt", pages["full"].encode(), ADDRESS)
    other = collect.Page("main.txt", pages["main"].encode(), ADDRESS.replace("https://www.", "https://other."))
    publish.publish(home, [first, other], lambda: encoder)
    assert texts(home) == {
        "The invented force paints its cars green.",
        "It rarely washes them.",
        "It never washes them.",
    }
    later = collect.Page("full2.txt", pages["full"].replace("rarely", "now always").encode(), ADDRESS)
    outcome = publish.publish(home, [later], lambda: encoder)
    assert texts(home) == {
        "The invented force paints its cars green.",
        "It never washes them.",
        "It now always washes them.",
    }
    sources = {s.sha256: s for s in outcome.reports[0].report.sources}
    sha256 = {page.path: hashlib.sha256(page.data).hexdigest() for page in (first, other, later)}
    assert {s: source.revises for s, source in sources.items()} == {
        sha256["full.txt"]: None,
        sha256["main.txt"]: None,
        sha256["full2.txt"]: sha256["full.txt"],
    }
    assert Home(home).table("SELECT ?new ?old { ?n prov:wasRevisionOf/peel:sha256 ?old ; peel:sha256 ?new }")[1] == [
        (sha256["full2.txt"], sha256["full.txt"])
    ]
    assert publish.publish(home, [later], lambda: encoder).new is False
    assert publish.publish(home, [], lambda: encoder, rebuild=True).new
    assert texts(home) == {
        "The invented force paints its cars green.",
        "It never washes them.",
        "It now always washes them.",
    }, "also when read again"


def test_rebuild_makes_the_same_answers_from_the_kept_sources(tmp_path: Path, encoder: Encoder) -> None:
    home = tmp_path / "home"
    ingest(home, encoder, SURREY, GWENT)
    before = Home(home)
    rebuilt = ingest(home, encoder, rebuild=True)
    assert rebuilt.new and rebuilt.generation == "000002"
    after = Home(home)
    assert after.store.dump("nquads") != b"" and len(after.store) == len(before.store)
    for question in ("reducing re-offending", "body-worn video"):
        found, again = (h.find(question)["hits"] for h in (before, after))
        assert [hit["finding"] for hit in found] == [hit["finding"] for hit in again]


def test_a_home_of_another_version_or_model_is_refused_with_the_mend(tmp_path: Path, encoder: Encoder) -> None:
    class Other:
        fingerprint = "another model"
        dim = encoder.dim
        passages = encoder.passages
        query = encoder.query

    home = tmp_path / "home"
    ingest(home, encoder, SURREY)
    with pytest.raises(EncoderMismatch, match="--rebuild"):
        ingest(home, Other(), GWENT)
    ingest(home, Other(), rebuild=True)
    with pytest.raises(EncoderMismatch, match="another model"):
        Home(home).find("anything")
    ingest(home, encoder, rebuild=True)
    folder = generations.current(home)
    about = generations.manifest(folder)
    del about["seal"]
    about["ontology"] = "0.0.1"
    (folder / "manifest.json").write_text(generations._sealed(about))
    with pytest.raises(OntologyMismatch, match=r"0\.0\.1"):
        Home(home)
    with pytest.raises(OntologyMismatch):
        ingest(home, encoder, GWENT)
    assert ingest(home, encoder, rebuild=True).new
    Home(home)


def test_a_home_of_another_format_is_refused_until_it_is_rebuilt(tmp_path: Path, encoder: Encoder) -> None:
    home = tmp_path / "home"
    ingest(home, encoder, SURREY)
    folder = generations.current(home)
    about = generations.manifest(folder)
    del about["seal"]
    (folder / "manifest.json").write_text(generations._sealed(about | {"format": 1}))
    (folder / "vectors.safetensors").unlink()
    with pytest.raises(FormatMismatch, match=r"format 1, this version reads 2.*--rebuild"):
        Home(home)
    with pytest.raises(FormatMismatch):
        ingest(home, encoder, GWENT)
    assert ingest(home, encoder, rebuild=True).new, "what is derived from the graph is not looked at"
    assert Home(home).find("custody")["hits"]


def test_a_damaged_file_is_refused_at_open(tmp_path: Path, encoder: Encoder) -> None:
    ingest(tmp_path / "home", encoder, SURREY)
    ingest(tmp_path / "home", encoder, GWENT)
    folder = generations.current(tmp_path / "home")
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.stat().st_size):
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 255]))
        with pytest.raises(Damaged, match=path.name):
            generations.check(folder)
        if path.parent.name != "sources":  # the pages are kept for rebuilding, not for answering
            with pytest.raises(Damaged, match=path.name):
                home = Home(tmp_path / "home")
                home.find("custody", where="?finding ?p ?o")
                home.linked()
                home.issues()
        path.write_bytes(whole)
    (folder / "values.json").write_text("{}")
    assert generations.rollback(tmp_path / "home").name == "000001"
    assert Home(tmp_path / "home").find("custody")["generation"] == "000001"


def test_a_full_disk_leaves_the_old_generation_serving(tmp_path: Path, encoder: Encoder) -> None:
    home = tmp_path / "home"
    ingest(home, encoder, SURREY)
    for limit in (2_000, 20_000, 60_000, 200_000):
        code = f"""
import resource, sys
from pathlib import Path
from search import collect, publish
from search.encoder import open_encoder
encoder = open_encoder()
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
from kg.errors import StorageFull
try:
    publish.publish(Path({str(home)!r}), collect.pages([Path({str(GWENT)!r})]), lambda: encoder)
except StorageFull as error:
    sys.exit(f"full: {{error}}")
"""
        ran = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ}
        )
        assert ran.returncode == 1 and "nothing was lost" in ran.stderr, (limit, ran.stderr[-2000:])
        assert len(ran.stderr.strip().splitlines()) == 1
        assert Home(home).find("custody")["generation"] == "000001"
        generations.check(generations.current(home))
    assert list(home.glob("draft-*")) == []
    assert ingest(home, encoder, GWENT).generation == "000002"


def test_dropping_what_was_inferred_leaves_what_was_published(tmp_path: Path, encoder: Encoder) -> None:
    ingest(tmp_path / "home", encoder, SURREY)
    home = Home(tmp_path / "home")
    graphs = f"{triples.ID}".removesuffix("id/") + "graph/"
    assert set(home.store.names()) == {
        str(triples.VOCABULARY_GRAPH),
        str(triples.TOPICS_GRAPH),
        f"{graphs}description",
        f"{triples.ID}report/surrey-2017-effectiveness",
    }
    outside = home.table("SELECT ?g { GRAPH ?g { ?f a peel:Tagging } } GROUP BY ?g")[1]
    assert outside == [(str(triples.TOPICS_GRAPH),)]


def test_of_a_page_in_html_the_bytes_and_the_text_are_kept(tmp_path: Path, encoder: Encoder) -> None:
    body = "".join(f"<p>{line}</p>" for line in PAGE.splitlines() if line)
    html = f'<!doctype html><html><head><link rel="canonical" href="{ADDRESS}"></head><body>{body}</body></html>'
    page = write(tmp_path, "saved.html", html)
    home = tmp_path / "home"
    ingest(home, encoder, page)
    ingest(home, encoder, SURREY)
    assert texts(home) >= {"The invented force paints its cars green.", "It rarely washes them."}
    snapshot = Snapshot(generations.current(home))
    records = [r for r in snapshot.records(range(snapshot.facets.count)) if r["force"]["slug"] == "durham"]
    for record in records:
        source = record["source"]
        assert source["url"] == ADDRESS
        assert (snapshot.folder / "sources" / source["sha256"]).read_bytes() == html.encode()
        text = (snapshot.folder / "sources" / f"{source['sha256']}.txt").read_text("utf-8")
        assert text[source["start"] : source["end"]] == record["text"]
    assert records
