"""`peel fetch`: pages from the inspectorate's site into a folder that `peel ingest` reads.

    folder/<stem>.html|txt|pdf               the newest version of each page, as it came
    folder/<stem>.<digest>.<ending>.old      an earlier version, which `peel ingest` leaves alone
    folder/sources.csv                       path,url of the newest versions (`search.collect`)
    folder/fetched.jsonl                     one Record a line, earlier versions too
    folder/fetch.lock                        held by the one run

A page is written before it is listed, and every file is replaced in one step: what is listed is whole at any moment.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from kg.errors import Busy, InvalidQuery, PeelError, UnreadablePage
from ontology import BASE
from search.collect import SOURCES_FILE
from search.fetch.addresses import FetchRefused, Policy, candidates, normalised, stem
from search.fetch.client import KINDS, Client, FetchFailed, Response

__all__ = ["FetchFailed", "FetchRefused", "Outcome", "Policy", "Record", "candidates", "fetch", "strict"]

FETCHED_FILE = "fetched.jsonl"
_LOCK, _DRAFT, _OLD = "fetch.lock", ".fetch.tmp", ".old"


@dataclass(frozen=True, slots=True)
class Record:
    """One version of a page: the address asked for, the one it came from, its file, and how it was had."""

    url: str
    final_url: str
    path: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
    sha256: str
    retrieved: AwareDatetime
    status: int
    etag: str | None = None
    last_modified: str | None = None


_RECORD = TypeAdapter(Record)


@dataclass(slots=True)
class Outcome:
    """What became of the addresses: new, changed or unchanged pages, and those that were not had."""

    folder: Path
    pages: list[tuple[str, Record]] = field(default_factory=list)
    failures: list[tuple[str, PeelError]] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 all there, 3 some failed, 1 all failed."""
        return 0 if not self.failures else 3 if self.pages else 1

    def told(self) -> dict[str, Any]:
        """The outcome as JSON."""
        return {
            "folder": str(self.folder),
            "pages": [{"state": state, **_RECORD.dump_python(record, mode="json")} for state, record in self.pages],
            "failed": [{"url": url, "fault": e.fault, "mend": e.mend} for url, e in self.failures],
        }

    def lines(self) -> Iterator[str]:
        """The outcome for people: what is there now."""
        for state, record in self.pages:
            yield f"{state:<9} {record.path}  {record.url}"
        if self.pages:
            yield f"{len(self.pages)} pages are in {self.folder}; read them with: peel ingest {self.folder}"

    def complaints(self) -> Iterator[str]:
        """One line for each fault and mend, however many addresses share it."""
        shared: dict[str, list[str]] = {}
        for url, error in self.failures:
            shared.setdefault(str(error), []).append(url)
        for fault, urls in shared.items():
            others = f" and {len(urls) - 1} more" if len(urls) > 1 else ""
            yield f"{urls[0]}{others}: {fault}"


def strict(delay: float, contact: str | None = None) -> Policy:
    """The command line's policy. Raises InvalidQuery for a delay or contact that will not do."""
    if not 1 <= delay <= 3600:
        raise InvalidQuery(f"the delay is {delay}", "give 1 to 3600 seconds")
    if contact is not None and not re.fullmatch(r"[!-'*-~][ -'*-~]{0,199}", contact):
        raise InvalidQuery("the contact is not a plain line", "give an e-mail address or the address of a page")
    reach = f"+{BASE}" if contact is None else f"+{BASE}; {contact}"
    return Policy(agent=f"Peelgraph/{version('peelgraph')} ({reach})", delay=delay)


def fetch(addresses: Sequence[str], folder: Path, policy: Policy, tell: Callable[[str], None] | None = None) -> Outcome:
    """Fetch the pages that are not in the folder yet, or have changed since, one after the other.

    An address that may not be fetched raises FetchRefused before anything is sent. Raises Busy where another run
    holds the folder, FetchFailed where the folder cannot be written. What else goes wrong is in the outcome.
    """
    tell = tell or (lambda _: None)
    wanted = list(dict.fromkeys(normalised(address, policy) for address in addresses))
    outcome = Outcome(folder)
    with _store(folder) as store:
        client = Client(policy, tell)
        for number, url in enumerate(wanted, 1):
            try:
                state, record = _page(url, store, client, policy)
                outcome.pages.append((state, record))
            except (FetchRefused, FetchFailed) as error:
                state = "failed"
                outcome.failures.append((url, error))
            tell(f"[{number}/{len(wanted)}] {state} {url}")
    return outcome


def _page(url: str, store: _Store, client: Client, policy: Policy) -> tuple[str, Record]:
    here = store.current(url)
    if here is None:
        return store.keep(url, client.get(url, {}, None))
    validators = {"If-None-Match": here.etag, "If-Modified-Since": here.last_modified}
    given = {name: value for name, value in validators.items() if value and value.isascii()}
    if not given and (datetime.now(UTC) - here.retrieved).total_seconds() < policy.fresh:
        return "unchanged", here
    response = client.get(url, given, here.final_url)
    return ("unchanged", here) if response.status == HTTPStatus.NOT_MODIFIED else store.keep(url, response)


@contextmanager
def _store(folder: Path) -> Iterator[_Store]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / _LOCK).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy(folder) from error
            yield _Store(folder)
    except OSError as error:
        mend = "free some space, or name another folder, then run the same command again"
        raise FetchFailed(f"could not write below {folder} ({error.strerror})", mend) from error


class _Store:
    """The folder. Records whose file is not there as it was written are forgotten, and so fetched again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._records = [record for record in _records(folder / FETCHED_FILE) if self._is_whole(record)]
        self._columns, self._sources = _sources(folder / SOURCES_FILE)
        if any(record.path not in self._sources for record in self._newest()):
            self._list()

    def current(self, url: str) -> Record | None:
        """The newest version of the page."""
        return next((record for record in self._newest() if record.url == url), None)

    def _newest(self) -> list[Record]:
        return [record for record in self._records if not record.path.endswith(_OLD)]

    def keep(self, url: str, response: Response) -> tuple[str, Record]:
        """Write the page and list it; an earlier version is set aside first."""
        record = Record(
            url=url,
            final_url=response.url,
            path=f"{stem(url)}.{KINDS[response.kind]}",
            sha256=hashlib.sha256(response.body).hexdigest(),
            retrieved=datetime.now(UTC).replace(microsecond=0),
            status=response.status,
            etag=response.headers.get("etag"),
            last_modified=response.headers.get("last-modified"),
        )
        here = self.current(url)
        if here is not None and (here.path, here.sha256) == (record.path, record.sha256):
            self._records.remove(here)
        else:
            if here is not None:
                self._set_aside(here)
            self._remove_others(record.path)
            self._write(record.path, response.body)
        self._records.append(record)
        self._list()
        return "new" if here is None else "unchanged" if here.sha256 == record.sha256 else "changed", record

    def _set_aside(self, here: Record) -> None:
        """Copy and list the version under its old name, before its file makes way."""
        name, _, ending = here.path.rpartition(".")
        old = replace(here, path=f"{name}.{here.sha256[:12]}.{ending}{_OLD}")
        self._write(old.path, (self._folder / here.path).read_bytes())
        self._records[self._records.index(here)] = old
        self._list()

    def _remove_others(self, path: str) -> None:
        """The page under another ending: it is an earlier version, and has been set aside."""
        for other in {f"{path.rpartition('.')[0]}.{ending}" for ending in KINDS.values()} - {path}:
            if self._sources.pop(other, None):
                self._list()
            (self._folder / other).unlink(missing_ok=True)

    def _list(self) -> None:
        """`sources.csv` first: a page without a record is fetched again, one without an address would stay so."""
        for record in self._newest():
            self._sources[record.path] = {"path": record.path, "url": record.final_url}
        table = io.StringIO(newline="")
        rows = csv.DictWriter(table, self._columns, restval="", lineterminator="\n")
        rows.writeheader()
        rows.writerows(self._sources.values())
        self._write(SOURCES_FILE, table.getvalue().encode())
        self._write(FETCHED_FILE, b"".join(_RECORD.dump_json(record) + b"\n" for record in self._records))

    def _write(self, name: str, data: bytes) -> None:
        """In one step, and on the disk when this returns. There is one writer, so one draft."""
        draft = self._folder / _DRAFT
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / name)
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _is_whole(self, record: Record) -> bool:
        file = self._folder / record.path
        return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == record.sha256


def _records(file: Path) -> Iterator[Record]:
    lines = file.read_bytes().splitlines() if file.is_file() else []
    for number, line in enumerate(lines, 1):
        try:
            yield _RECORD.validate_json(line)
        except ValidationError as error:
            raise UnreadablePage(str(file), "not a record", "move the file away and run this again", number) from error


def _sources(file: Path) -> tuple[list[str], dict[str, dict[str, str]]]:
    """The columns and rows of `sources.csv` by path: those that someone else wrote are kept."""
    if not file.is_file():
        return ["path", "url"], {}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        table = csv.DictReader(lines, restval="")
        columns = list(table.fieldnames or ())
        if not {"path", "url"} <= set(columns):
            raise UnreadablePage(str(file), "it has no columns path and url", "begin it with the line path,url", 1)
        return columns, {row["path"]: row for row in table}
