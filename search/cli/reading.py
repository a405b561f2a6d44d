"""The commands that read a home: find, sparql, grades, evaluate, check, export, config."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from search.cli.common import HomeOption, JsonOption, app, open_home, settings_of, show_data, text_of, write_bytes

if TYPE_CHECKING:
    pass


class RankMode(StrEnum):
    """The modes of `peel find`; `search.find.Mode` without its imports."""

    HYBRID = "hybrid"
    SEMANTIC = "semantic"
    LEXICAL = "lexical"


class RankFusion(StrEnum):
    """How `peel find` weighs meaning and words; `search.ranking.Fusion` without its imports."""

    CONVEX = "convex"
    RECIPROCAL_RANK = "reciprocal-rank"


class QueryFormat(StrEnum):
    """The formats of `peel sparql`."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"
    XML = "xml"
    TURTLE = "turtle"


class ExportFormat(StrEnum):
    """The formats of `peel export`."""

    NQUADS = "nquads"
    TRIG = "trig"
    TURTLE = "turtle"
    JSONLD = "jsonld"


@app.command()
def find(
    text: Annotated[str, typer.Argument(help="What to look for, in your own words.")],
    force: Annotated[list[str] | None, typer.Option(help="A force: kent, GMP, the Met.")] = None,
    region: Annotated[list[str] | None, typer.Option(help="An English region, or wales.")] = None,
    cycle: Annotated[list[str] | None, typer.Option(help="A PEEL cycle: 2017, 2018/19.")] = None,
    pillar: Annotated[list[str] | None, typer.Option(help="effectiveness, efficiency, …")] = None,
    question: Annotated[list[str] | None, typer.Option(help="A question's printed number.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="strength, area-for-improvement, …")] = None,
    grade: Annotated[list[str] | None, typer.Option(help="good, requires-improvement, …")] = None,
    polarity: Annotated[list[str] | None, typer.Option(help="positive, negative or neutral.")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="A subject: body-worn-video.")] = None,
    where: Annotated[str | None, typer.Option(help="A SPARQL group pattern that binds ?finding.")] = None,
    linked_to: Annotated[str | None, typer.Option(help="A finding that those found are linked to.")] = None,
    mode: Annotated[RankMode, typer.Option(help="How to rank.")] = RankMode.HYBRID,
    k: Annotated[int, typer.Option("-k", help="How many.")] = 10,
    offset: Annotated[int, typer.Option(help="How many of the best to pass over.")] = 0,
    literal: Annotated[bool, typer.Option("--literal", help="Read no filters out of the question.")] = False,
    fusion: Annotated[RankFusion, typer.Option(help="How hybrid ranking weighs its sides.")] = RankFusion.CONVEX,
    explain: Annotated[bool, typer.Option("--explain", help="Show why each has its score.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find findings by meaning and words, limited by filters and by SPARQL."""
    from search import show

    given = {
        "force": force, "region": region, "cycle": cycle, "pillar": pillar, "question": question,
        "kind": kind, "grade": grade, "polarity": polarity, "topic": topic,
    }  # fmt: skip
    filters: dict[str, Any] = {name: values for name, values in given.items() if values}
    asked: dict[str, Any] = {"mode": mode.value, "fusion": fusion.value, "understand": not literal, "explain": explain}
    asked["linked_to"] = linked_to
    found = open_home(home).find(text, where=where, k=k, offset=offset, **asked, **filters)
    show_data(found if as_json else show.answer(found, explain))


@app.command()
def sparql(
    query: Annotated[str | None, typer.Argument(help="The query; common prefixes are known.")] = None,
    file: Annotated[Path | None, typer.Option(help="A file that holds the query.")] = None,
    format: Annotated[QueryFormat | None, typer.Option(help="The format; unless given, by the query's form.")] = None,
    home: HomeOption = None,
) -> None:
    """Run a SPARQL query on the graph: SELECT prints a table, ASK true or false, the others Turtle."""
    from search import show

    if (query is None) == (file is None):
        raise typer.BadParameter("give the query or --file, one of them", param_hint="QUERY")
    text = query if query is not None else text_of(file)
    opened = open_home(home)
    if format is QueryFormat.TABLE:
        show_data(show.table(*opened.table(text)))
    elif format is not None:
        write_bytes(opened.serialised(text, format.value))
    elif isinstance(answer := opened.queries.answer(text), tuple):
        show_data(show.table(*answer))
    elif isinstance(answer, bool):
        typer.echo("true" if answer else "false")
    else:
        write_bytes(answer.serialize(format="turtle", encoding="utf-8"))


@app.command()
def grades(
    force: Annotated[str | None, typer.Option(help="One force.")] = None,
    cycle: Annotated[str | None, typer.Option(help="One cycle.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the grades, and why there is none where there is none."""
    from search import show
    from search.grades import of_one_force

    opened = open_home(home)
    found, pairs = opened.grades(force, cycle), opened.comparability()
    if as_json:
        show_data({"generation": opened.generation, "grades": found, "comparability": pairs})
    elif force is not None:
        show_data(of_one_force(opened.label(force), found, pairs))
    else:
        show_data(show.table(("force", "cycle", "pillar", "question", "grade", "status", "carried_over_from"), found))


@app.command()
def evaluate(
    judged: Annotated[Path, typer.Argument(help="A file of judged questions, as tests/data/judged.tsv.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score every way of ranking on judged questions, with 95 % intervals."""
    from search import evaluate as evaluation

    found = evaluation.evaluate(open_home(home), evaluation.read(judged))
    show_data(dict(found) if as_json else evaluation.table(found))


@app.command()
def check(home: HomeOption = None) -> None:
    """Compare every byte of the generation being served with what was published."""
    from kg import generations

    folder = generations.current(settings_of(home).home)
    found = generations.check(folder)
    typer.echo(
        f"Generation {folder.name} is whole: {len(found['files'])} files, {found['counts']['findings']:,} findings."
    )


@app.command()
def export(
    format: Annotated[ExportFormat, typer.Option(help="The format.")] = ExportFormat.NQUADS,
    home: HomeOption = None,
) -> None:
    """Write the whole graph to stdout."""
    write_bytes(open_home(home).store.dump(format.value))


@app.command()
def config(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show every setting and where its value comes from."""
    from search import settings, show

    chosen, origins = settings_of(home), settings.origins()
    rows = [
        {"setting": n, "value": str(v), "from": "flag" if n == "home" and home else origins[n]}
        for n, v in chosen.model_dump().items()
    ]
    show_data(rows if as_json else show.table(("setting", "value", "from"), rows))
