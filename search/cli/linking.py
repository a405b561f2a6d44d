"""The commands about links: related, linked, issues, confirm, reject, curation."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kg.model import Decision, Relation, Verdict
from search.cli.common import HomeOption, JsonOption, app, open_home, settings_of, show_data, text_of

ByOption = Annotated[str | None, typer.Option("--by", help="Who decides; your account unless given.")]
RelationOption = Annotated[Relation | None, typer.Option(help="Only links of this relation.")]


class CurationAction(StrEnum):
    """What `peel curation` does."""

    EXPORT = "export"
    IMPORT = "import"


@app.command()
def related(
    finding: Annotated[str, typer.Argument(help="A finding's IRI, or the end of it.")],
    relation: RelationOption = None,
    k: Annotated[int, typer.Option("-k", help="How many, of each relation.")] = 10,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a finding is linked to, and the nearest findings in other forces."""
    from search.link import shown

    found = open_home(home).related(finding, k, relation=relation)
    show_data(found if as_json else shown.related(found))


@app.command()
def linked(
    relation: RelationOption = None,
    force: Annotated[list[str] | None, typer.Option(help="A force: kent, GMP, the Met.")] = None,
    region: Annotated[list[str] | None, typer.Option(help="An English region, or wales.")] = None,
    cycle: Annotated[list[str] | None, typer.Option(help="A PEEL cycle: 2017, 2018/19.")] = None,
    pillar: Annotated[list[str] | None, typer.Option(help="effectiveness, efficiency, …")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="weakness, area-for-improvement, …")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="A subject: body-worn-video.")] = None,
    k: Annotated[int, typer.Option("-k", help="How many links of each relation a finding.")] = 5,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show findings with their links: which forces do well at what Kent was told to improve in 2017?

    peel linked --relation good-practice --force kent --cycle 2017
    """
    from search.link import shown

    given = {"force": force, "region": region, "cycle": cycle, "pillar": pillar, "kind": kind, "topic": topic}
    filters = {name: values for name, values in given.items() if values}
    found = open_home(home).linked(relation, k, **filters)
    show_data(found if as_json else shown.linked(found))


@app.command()
def issues(
    force: Annotated[str | None, typer.Option(help="Only issues that a force has.")] = None,
    cycle: Annotated[str | None, typer.Option(help="Only issues found in a cycle.")] = None,
    topic: Annotated[str | None, typer.Option(help="Only issues on a subject.")] = None,
    k: Annotated[int, typer.Option("-k", help="How many; 0 for all.")] = 25,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the national picture: issues by the number of forces, with their cycles and trend."""
    from search.link import shown

    opened = open_home(home)
    found = opened.issues(force, cycle, topic)[: k or None]
    show_data({"generation": opened.generation, "issues": found} if as_json else shown.issues(found, opened.generation))


@app.command()
def confirm(
    link: Annotated[str, typer.Argument(help="A link's IRI, or the end of it.")],
    why: Annotated[str, typer.Option(help="Why it is right.")] = "",
    by: ByOption = None,
    home: HomeOption = None,
) -> None:
    """Confirm a link: it stays as long as both findings are there."""
    _decide(link, Verdict.CONFIRMED, by, why, home)


@app.command()
def reject(
    link: Annotated[str, typer.Argument(help="A link's IRI, or the end of it.")],
    why: Annotated[str, typer.Option(help="Why it is wrong.")],
    by: ByOption = None,
    home: HomeOption = None,
) -> None:
    """Reject a link: it is not shown again."""
    _decide(link, Verdict.REJECTED, by, why, home)


@app.command()
def curation(
    action: Annotated[CurationAction, typer.Argument(help="Write what was decided to stdout, or read it from a file.")],
    file: Annotated[Path | None, typer.Argument(help="With import: a table that export wrote.")] = None,
    home: HomeOption = None,
) -> None:
    """Export what people decided about links as a table in the manner of SSSOM, or import one."""
    from kg import curation as table
    from search import curation as deciding

    if (action is CurationAction.IMPORT) != (file is not None):
        raise typer.BadParameter("import reads a file, export writes to stdout", param_hint="FILE")
    opened = open_home(home)
    if action is CurationAction.EXPORT:
        typer.echo(table.to_tsv(deciding.held(opened)), nl=False)
        return
    decisions = table.of_tsv(text_of(file))
    generation = _published(home, "curation import", decisions)
    typer.echo(f"{len(decisions)} decisions stand in generation {generation}.")


def _decide(link: str, verdict: Verdict, by: str | None, why: str, home: Path | None) -> None:
    from search import curation as deciding

    opened = open_home(home)
    one = deciding.decision(opened, link, verdict, by, why)
    generation = _published(home, f"{verdict.value} link", [one])
    typer.echo(f"{verdict.value.capitalize()} by {one.by} in generation {generation}: {one.relation.value}")
    typer.echo(f"  {one.start}\n  {one.end}")


def _published(home: Path | None, what: str, decisions: list[Decision]) -> str:
    """Publish decisions, with a line in the audit log; the generation comes back."""
    from search import audit
    from search import curation as deciding
    from search.encoder import open_encoder

    settings = settings_of(home)
    with audit.written(settings.home, what):
        return deciding.decide(open_home(home), decisions, lambda: open_encoder(settings.model))
