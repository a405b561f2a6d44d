"""What the commands share: the application, common options, and how answers and files are handled."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.errors import InvalidQuery

if TYPE_CHECKING:
    from search.home import Home
    from search.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="A knowledge graph and semantic search over findings of police inspections. Not an HMICFRS service.",
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"peel {version('peelgraph')}")
        raise typer.Exit


@app.callback()
def peel(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """What stands before any command."""


HomeOption = Annotated[Path | None, typer.Option("--home", help="The folder of the data (or PEEL_HOME).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def settings_of(home: Path | None, **flags: Any) -> Settings:
    """The settings with the flags that were given. Raises InvalidQuery for one that cannot be."""
    from pydantic import ValidationError

    from search import settings

    try:
        return settings.load(home=home, **flags)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise InvalidQuery(f"the setting {name} is {first['input']!r}", first["msg"]) from error


def open_home(home: Path | None) -> Home:
    """The home to read from."""
    from search.home import Home

    settings = settings_of(home)
    return Home(settings.home, settings.model)


def text_of(file: Path | None) -> str:
    """The text of a file. Raises NotFound."""
    from kg.errors import NotFound

    try:
        return Path(str(file)).read_text("utf-8")
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {file}", "check the path") from error


def show_data(data: Any) -> None:
    """Lines as they come; anything else as JSON."""
    if isinstance(data, (dict, list)):
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    lines: Iterable[str] = data
    for line in lines:
        typer.echo(line)


def write_bytes(data: bytes) -> None:
    """Bytes to stdout, as they are."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
