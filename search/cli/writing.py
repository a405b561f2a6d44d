"""The commands that make or serve a home: demo, ingest, fetch, rollback, serve, admin, mcp, keys."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.errors import InputRefused
from search.cli.common import HomeOption, JsonOption, app, settings_of, show_data

if TYPE_CHECKING:
    from search.collect import Page
    from search.settings import Settings


class KeyScope(StrEnum):
    """What a key may do; `search.keys.Scope` without its imports."""

    READ = "read"
    ADMIN = "admin"


@app.command()
def demo(
    home: HomeOption = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop before serving.")] = False,
) -> None:
    """Build a home from the shipped digest, show one search and one finding's neighbours, then serve."""
    from search import audit, demonstration

    settings = settings_of(home)
    with audit.written(settings.home, "demo"):
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
    from search import account, audit, collect, publish, show
    from search.encoder import open_encoder
    from search.progress import shown

    if not paths and not rebuild:
        raise typer.BadParameter("name a page or folder, or give --rebuild", param_hint="PATHS")
    if source is not None and (len(paths or ()) != 1 or (paths and paths[0].is_dir())):
        raise typer.BadParameter("goes with one single page", param_hint="--source")
    settings = settings_of(home)
    pages = collect.pages(paths or (), source)
    if explain:
        _explain(pages)
        return
    if dry_run:
        outcome = publish.dry_run(pages)
    else:
        with audit.written(settings.home, "rebuild" if rebuild else "ingest") as entry:
            found = list(pages)
            entry.read(page.data for page in found)
            outcome = publish.publish(
                settings.home,
                found,
                lambda: open_encoder(settings.model),
                keep_going=keep_going,
                rebuild=rebuild,
                progress=shown,
            )
            entry.came(outcome.new, len(outcome.refused))
    told = account.of(outcome)
    show_data(told if as_json else show.ingest_account(told, outcome.new))
    for refusal in outcome.refused:
        typer.echo(f"peel: {refusal.error}", err=True)
    if outcome.refused:
        if not keep_going and len(outcome.refused) < len(list(paths or ())):
            typer.echo("peel: --keep-going publishes the pages that are not refused", err=True)
        raise typer.Exit(InputRefused.exit_code)


def _explain(pages: Iterable[Page]) -> None:
    """Print pages with their readings in the margin; a page that is refused ends it with its error."""
    from search import copies, margin

    for read in copies.read(pages):
        if isinstance(read, copies.Refusal):
            raise read.error
        show_data(margin.lines(read.reading))


@app.command()
def fetch(
    addresses: Annotated[list[str] | None, typer.Argument(help="Pages of the inspectorate's site.")] = None,
    force: Annotated[list[str] | None, typer.Option(help="With --cycle: a force whose pages to fetch.")] = None,
    cycle: Annotated[list[str] | None, typer.Option(help="With --force: a PEEL cycle: 2017, 2018/19.")] = None,
    pillar: Annotated[list[str] | None, typer.Option(help="Only this pillar's pages.")] = None,
    to: Annotated[Path, typer.Option(help="The folder for the pages.", file_okay=False)] = Path("pages"),
    delay: Annotated[float, typer.Option(help="Seconds between requests, 1 or more.")] = 5.0,
    contact: Annotated[str | None, typer.Option(help="How the site can reach you.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Download pages from the inspectorate's site, politely, for `peel ingest FOLDER`."""
    from search import fetch as fetching

    if bool(force) != bool(cycle) or (pillar and not force) or not (addresses or force):
        raise typer.BadParameter("give addresses, or --force and --cycle", param_hint="ADDRESSES")
    wanted = [*(addresses or ()), *fetching.candidates(force or (), cycle or (), pillar or ())]
    tell = None if as_json or not sys.stderr.isatty() else lambda line: typer.echo(line, err=True)
    policy = fetching.strict(delay, settings_of(None, contact=contact).contact)
    try:
        outcome = fetching.fetch(wanted, to, policy, tell)
    except KeyboardInterrupt:
        typer.echo(f"peel: stopped; what is in {to} is whole: run the same command again to go on", err=True)
        raise typer.Exit(130) from None
    show_data(outcome.told() if as_json else outcome.lines())
    for line in outcome.complaints():
        typer.echo(f"peel: {line}", err=True)
    raise typer.Exit(outcome.exit_code)


@app.command()
def rollback(home: HomeOption = None) -> None:
    """Go back to the newest earlier generation that is whole."""
    from kg import generations
    from search import audit

    chosen = settings_of(home).home
    with audit.written(chosen, "rollback"):
        folder = generations.rollback(chosen)
    typer.echo(f"Generation {folder.name} is being served.")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(help="How many processes answer.")] = None,
    home: HomeOption = None,
) -> None:
    """Serve the search page, the API and /sparql; nothing can be written through them."""
    _serve(settings_of(home, host=host, port=port, workers=workers))


@app.command()
def admin(
    port: Annotated[int | None, typer.Option(help="The port to listen on.")] = None,
    home: HomeOption = None,
) -> None:
    """Serve the API that writes, to this machine alone and to holders of an admin key."""
    from search.web import server

    server.run_admin(settings_of(home, admin_port=port))


@app.command()
def mcp(home: HomeOption = None) -> None:
    """Answer a language model's tools over stdin and stdout (Model Context Protocol); they only read."""
    from search import model_context

    settings = settings_of(home)
    model_context.run(settings.home, settings.model)


keys = typer.Typer(no_args_is_help=True, help="API keys: their holders may ask more often, or write.")
app.add_typer(keys, name="keys")


@keys.command("add")
def add_key(
    name: Annotated[str, typer.Argument(help="Whose key it is.")],
    scope: Annotated[KeyScope, typer.Option(help="What it may do.")] = KeyScope.READ,
    home: HomeOption = None,
) -> None:
    """Make a key and print it, once: only its SHA-256 is kept."""
    from search import audit
    from search import keys as kept

    chosen = settings_of(home).home
    with audit.written(chosen, f"key {name} added, {scope.value}"):
        typer.echo(kept.add(chosen, name, kept.Scope(scope.value)))


@keys.command("list")
def list_keys(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show the keys' names, what they may do and when they were made."""
    from search import keys as kept
    from search import show

    rows = [
        {"name": key.name, "scope": key.scope.value, "created": key.created}
        for key in kept.listed(settings_of(home).home)
    ]
    show_data(rows if as_json else show.table(("name", "scope", "created"), rows))


@keys.command("revoke")
def revoke_key(name: Annotated[str, typer.Argument(help="Whose key it is.")], home: HomeOption = None) -> None:
    """Make a key worthless, at once."""
    from search import audit
    from search import keys as kept

    chosen = settings_of(home).home
    with audit.written(chosen, f"key {name} revoked"):
        kept.revoke(chosen, name)


def _serve(settings: Settings) -> None:
    from search.web import server

    server.run(settings)
