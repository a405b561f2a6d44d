"""`peel demo`: a home from the digest that ships with the package, one search, one finding's neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from kg.errors import EncoderMismatch, OntologyMismatch
from search import collect, publish, show
from search.encoder import open_encoder
from search.home import Home
from search.link import shown as links
from search.progress import shown

QUESTION = "body-worn video is not always used to gather evidence"
WHERE = "?finding peel:cycle cycle:2017 ; peel:polarity polarity:negative"


def run(home: Path, model: str | None) -> Iterator[str]:
    """Build, search, relate; the lines to show come out one by one."""
    outcome = _build(home, model)
    opened = Home(home, model)
    counts = opened.snapshot.manifest["counts"]
    yield (
        f"{'Built' if outcome.new else 'Found'} {home}: generation {outcome.generation}, "
        f"{counts['reports']} reports, {counts['findings']:,} findings, {counts['triples']:,} triples."
    )
    yield ""
    yield f'$ peel find "{QUESTION}" --mode semantic -k 3 --explain \\'
    yield f"    --where '{WHERE}'"
    answer = opened.find(QUESTION, where=WHERE, k=3, mode="semantic")
    yield from show.answer(answer, explain=True)
    yield ""
    first = answer["hits"][0]["finding"]
    yield f"$ peel related {first.rsplit('/', 1)[-1]} -k 3"
    yield from links.related(opened.related(first, k=3))


def _build(home: Path, model: str | None) -> publish.Outcome:
    pages = list(collect.pages([Path(str(files("kg"))) / "digest"]))

    def build(*, rebuild: bool) -> publish.Outcome:
        return publish.publish(home, pages, lambda: open_encoder(model), rebuild=rebuild, progress=shown)

    try:
        return build(rebuild=False)
    except (OntologyMismatch, EncoderMismatch):
        # a home of another version: the demonstration is there to be made anew
        return build(rebuild=True)
