"""The command `peel`. Data goes to stdout, progress and errors to stderr.

Exit codes: 0 ok, 1 failed, 2 usage, 3 part of the input refused, 4 not found, 5 home damaged or busy.
Heavy modules are imported inside the commands, so that `peel --help` is there at once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.errors import InputRefused, InvalidQuery, PeelError

if TYPE_CHECKING:
    from search.collect import Page
    from search.home import Home
    from search.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="A knowledge graph and semantic search over findings of police inspections. Not an HMICFRS service.",
)

HomeOption = Annotated[Path | None, typer.Option("--home", help="The folder of the data (or PEEL_HOME).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class RankMode(StrEnum):
    """The modes of `peel find`; `search.find.Mode` without its imports."""

    HYBRID = "hybrid"
    SEMANTIC = "semantic"
    LEXICAL = "lexical"


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


def main() -> None:
    """Run `peel`; an error of ours becomes one line and its exit code."""
    try:
        app()
    except PeelError as error:
        print(f"peel: {error}", file=sys.stderr)  # noqa: T201 - the one place that prints errors
        sys.exit(error.exit_code)


@app.command()
def demo(
    home: HomeOption = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop before serving.")] = False,
) -> None:
    """Build a home from the shipped digest, show one search and one finding's neighbours, then serve."""
    from search import demonstration

    settings = _settings(home)
    for line in demonstration.run(settings.home, settings.model):
        typer.echo(line)
    if not no_serve:
        _serve(settings)


@app.command()
def ingest(
    paths: Annotated[list[Path] | None, typer.Argument(help="Pages, or folders of pages.")] = None,
    source: Annotated[str | None, typer.Option(help="The address that a single page came from.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check only.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Print pages with their reading only.")] = False,
    keep_going: Annotated[bool, typer.Option("--keep-going", help="Publish what is not refused.")] = False,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make everything in the home anew.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read pages and publish their findings as the next generation, all of them or none."""
    from search import account, collect, publish, show
    from search.encoder import open_encoder
    from search.progress import shown

    if not paths and not rebuild:
        raise typer.BadParameter("name a page or folder, or give --rebuild", param_hint="PATHS")
    if source is not None and (len(paths or ()) != 1 or (paths and paths[0].is_dir())):
        raise typer.BadParameter("goes with one single page", param_hint="--source")
    settings = _settings(home)
    pages = collect.pages(paths or (), source)
    if explain:
        _explain(pages)
        return
    if dry_run:
        outcome = publish.dry_run(pages)
    else:
        outcome = publish.publish(
            settings.home,
            list(pages),
            lambda: open_encoder(settings.model),
            keep_going=keep_going,
            rebuild=rebuild,
            progress=shown,
        )
    told = account.of(outcome)
    _print(told if as_json else show.ingest_account(told, outcome.new))
    for refusal in outcome.refused:
        typer.echo(f"peel: {refusal.error}", err=True)
    if outcome.refused:
        if not keep_going and len(outcome.refused) < len(list(paths or ())):
            typer.echo("peel: --keep-going publishes the pages that are not refused", err=True)
        raise typer.Exit(InputRefused.exit_code)


@app.command()
def fetch(
    addresses: Annotated[list[str] | None, typer.Argument(help="Pages of the inspectorate's site.")] = None,
    force: Annotated[list[str] | None, typer.Option(help="With --cycle: a force whose pages to fetch.")] = None,
    cycle: Annotated[list[str] | None, typer.Option(help="With --force: a PEEL cycle: 2017, 2018/19.")] = None,
    pillar: Annotated[list[str] | None, typer.Option(help="Only this pillar's pages.")] = None,
    to: Annotated[Path, typer.Option(help="The folder for the pages.", file_okay=False)] = Path("pages"),
    delay: Annotated[float, typer.Option(help="Seconds between requests, 1 or more.")] = 5.0,
    contact: Annotated[str | None, typer.Option(envvar="PEEL_CONTACT", help="How the site can reach you.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Download pages from the inspectorate's site, politely, for `peel ingest FOLDER`."""
    from search import fetch as fetching

    if bool(force) != bool(cycle) or (pillar and not force) or not (addresses or force):
        raise typer.BadParameter("give addresses, or --force and --cycle", param_hint="ADDRESSES")
    wanted = [*(addresses or ()), *fetching.candidates(force or (), cycle or (), pillar or ())]
    tell = None if as_json or not sys.stderr.isatty() else lambda line: typer.echo(line, err=True)
    try:
        outcome = fetching.fetch(wanted, to, fetching.strict(delay, contact), tell)
    except KeyboardInterrupt:
        typer.echo(f"peel: stopped; what is in {to} is whole: run the same command again to go on", err=True)
        raise typer.Exit(130) from None
    _print(outcome.told() if as_json else outcome.lines())
    for line in outcome.complaints():
        typer.echo(f"peel: {line}", err=True)
    raise typer.Exit(outcome.exit_code)


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
    mode: Annotated[RankMode, typer.Option(help="How to rank.")] = RankMode.HYBRID,
    k: Annotated[int, typer.Option("-k", help="How many.")] = 10,
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
    filters = {name: values for name, values in given.items() if values}
    found = _open(home).find(text, where=where, k=k, mode=mode.value, **filters)
    _print(found if as_json else show.answer(found, explain))


@app.command()
def related(
    finding: Annotated[str, typer.Argument(help="A finding's IRI, or the end of it.")],
    k: Annotated[int, typer.Option("-k", help="How many.")] = 10,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the nearest findings in other forces."""
    from search import show

    found = _open(home).related(finding, k)
    _print(found if as_json else show.related(found))


@app.command()
def sparql(
    query: Annotated[str | None, typer.Argument(help="The query; common prefixes are known.")] = None,
    file: Annotated[Path | None, typer.Option(help="A file that holds the query.")] = None,
    format: Annotated[QueryFormat, typer.Option(help="The answer's format.")] = QueryFormat.TABLE,
    home: HomeOption = None,
) -> None:
    """Run a SPARQL query on the graph."""
    from search import show

    if (query is None) == (file is None):
        raise typer.BadParameter("give the query or --file, one of them", param_hint="QUERY")
    text = query if query is not None else _text(file)
    opened = _open(home)
    if format is QueryFormat.TABLE:
        _print(show.table(*opened.table(text)))
    else:
        _write(opened.serialised(text, format.value))


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

    opened = _open(home)
    found, pairs = opened.grades(force, cycle), opened.comparability()
    if as_json:
        _print({"generation": opened.generation, "grades": found, "comparability": pairs})
    elif force is not None:
        _print(of_one_force(opened.label(force), found, pairs))
    else:
        _print(show.table(("force", "cycle", "pillar", "question", "grade", "status", "carried_over_from"), found))


@app.command()
def check(home: HomeOption = None) -> None:
    """Compare every byte of the generation being served with what was published."""
    from kg import generations

    folder = generations.current(_settings(home).home)
    found = generations.check(folder)
    typer.echo(
        f"Generation {folder.name} is whole: {len(found['files'])} files, {found['counts']['findings']:,} findings."
    )


@app.command()
def rollback(home: HomeOption = None) -> None:
    """Go back to the newest earlier generation that is whole."""
    from kg import generations

    folder = generations.rollback(_settings(home).home)
    typer.echo(f"Generation {folder.name} is being served.")


@app.command()
def export(
    format: Annotated[ExportFormat, typer.Option(help="The format.")] = ExportFormat.NQUADS,
    home: HomeOption = None,
) -> None:
    """Write the whole graph to stdout."""
    _write(_open(home).store.dump(format.value))


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on.")] = None,
    home: HomeOption = None,
) -> None:
    """Serve the search page and the API."""
    _serve(_settings(home, host=host, port=port))


@app.command()
def config(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show every setting and where its value comes from."""
    from search import settings, show

    chosen, origins = _settings(home), settings.origins()
    rows = [
        {"setting": n, "value": str(v), "from": "flag" if n == "home" and home else origins[n]}
        for n, v in chosen.model_dump().items()
    ]
    _print(rows if as_json else show.table(("setting", "value", "from"), rows))


def _explain(pages: Iterable[Page]) -> None:
    """Print pages with their readings in the margin; a page that is refused ends it with its error."""
    from search import copies, margin

    for read in copies.read(pages):
        if isinstance(read, copies.Refusal):
            raise read.error
        _print(margin.lines(read.reading))


def _settings(home: Path | None, **flags: Any) -> Settings:
    from pydantic import ValidationError

    from search import settings

    try:
        return settings.load(home=home, **flags)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise InvalidQuery(f"the setting {name} is {first['input']!r}", first["msg"]) from error


def _open(home: Path | None) -> Home:
    from search.home import Home

    settings = _settings(home)
    return Home(settings.home, settings.model)


def _serve(settings: Settings) -> None:
    from search.web import server

    server.run(settings)


def _text(file: Path | None) -> str:
    from kg.errors import NotFound

    try:
        return Path(str(file)).read_text("utf-8")
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {file}", "check the path") from error


def _print(data: Any) -> None:
    """Lines as they come; anything else as JSON."""
    if isinstance(data, (dict, list)):
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    lines: Iterable[str] = data
    for line in lines:
        typer.echo(line)


def _write(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
