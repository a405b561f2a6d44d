"""PDF -> the blocks of its text, in a process of its own that is limited in memory, time and output.

A PDF is a program of sorts, and its reader is large and written in C++: whatever goes wrong in it, the worker
dies and the page is refused. The worker is this module run as `python -m kg.readers.pdf`: limits in the argument,
the file on standard input, JSON on standard output. It needs the extra `peelgraph[pdf]`.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kg.errors import UnreadablePage
from kg.readers.printed import CUT, Line, blocks_of_lines

EXTRA = "pip install 'peelgraph[pdf]'"
"""The mend where the extra is missing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take: its bytes, pages and characters; the worker's memory (bytes) and time (seconds)."""

    size: int = 32_000_000
    pages: int = 400
    characters: int = 2_000_000
    memory: int = 1_000_000_000
    processor: int = 20
    clock: float = 30.0


LIMITS = Limits()
"""A report of 150 pages has some 3 MB, 400,000 characters, and takes about 2 s."""

_REFUSALS = {
    "locked": ("a PDF that asks for a password", "save it without the password"),
    "broken": ("a PDF that cannot be opened", "download it again, or print it to a new PDF"),
    "pages": ("a PDF with too many pages", f"a file has at most {LIMITS.pages:,}; split it"),
    "characters": ("a PDF with too much text", f"a file has at most {LIMITS.characters:,} characters; split it"),
    "pictures": ("a PDF without text, probably scanned", "run text recognition (OCR) on it first"),
    "time": ("a PDF that took too long to read", "print it to a new PDF, or save its text"),
    "died": ("a PDF that the reader could not bear", "print it to a new PDF, or save its text"),
}


# ---------------------------------------------------------------- outside the worker


def blocks_of(data: bytes, path: str, limits: Limits = LIMITS) -> list[str]:
    """The blocks of a PDF's text in order, items with their bullet.

    Raises UnreadablePage where the file breaks a limit, is locked, broken or scanned, or the extra is missing.
    """
    if len(data) > limits.size:
        raise UnreadablePage(path, f"{len(data):,} bytes of PDF", f"a file has at most {limits.size:,}; split it")
    if find_spec("pypdfium2") is None:
        raise UnreadablePage(path, "a PDF, and the extra that reads PDF is not installed", EXTRA)
    answer = _worker(data, limits)
    if isinstance(answer, str):
        raise UnreadablePage(path, *_REFUSALS.get(answer, _REFUSALS["died"]))
    return answer


def _worker(data: bytes, limits: Limits) -> list[str] | str:
    """What the worker answers: the blocks, or why there are none."""
    command = [sys.executable, "-P", "-m", "kg.readers.pdf", json.dumps(asdict(limits))]
    home = {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "SYSTEMROOT") if name in os.environ}
    with tempfile.TemporaryFile() as answer:
        process = subprocess.Popen(  # noqa: S603 (the command is ours: the file goes in as data)
            command, stdin=subprocess.PIPE, stdout=answer, stderr=subprocess.DEVNULL, env=home | kept
        )
        try:
            process.communicate(data, timeout=limits.clock)
        except subprocess.TimeoutExpired:
            return "time"
        finally:
            process.kill()
            process.wait()
        if process.returncode:
            return "time" if process.returncode == -_SIGXCPU else "died"
        answer.seek(0)
        try:
            said: list[str] | str = json.load(answer)
        except ValueError:
            return "died"
    return said


_SIGXCPU = 24
_NO_LETTERS = {0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xFFFE, 0xFFFF}
_BOLD = re.compile(rb"bold|black|heavy|demi", re.IGNORECASE)


# ---------------------------------------------------------------- inside the worker


class _Refused(Exception):
    """Why there are no blocks: a key of _REFUSALS."""


def main() -> None:
    """Answer on standard output: the blocks of the PDF on standard input, or a word for why there are none."""
    limits = Limits(**json.loads(sys.argv[1]))
    _limit_self(limits)
    try:
        said: list[str] | str = (
            list(blocks_of_lines(_lines(sys.stdin.buffer.read(limits.size + 1), limits))) or "pictures"
        )
    except _Refused as refused:
        said = str(refused)
    json.dump(said, sys.stdout)


def _limit_self(limits: Limits) -> None:
    import resource

    wanted = {
        resource.RLIMIT_AS: limits.memory,
        resource.RLIMIT_CPU: limits.processor,
        resource.RLIMIT_FSIZE: 12 * limits.characters + 4096,
        resource.RLIMIT_CORE: 0,
    }
    for which, wish in wanted.items():
        hard = resource.getrlimit(which)[1]
        most = wish if hard == resource.RLIM_INFINITY else min(wish, hard)
        resource.setrlimit(which, (most, hard if which == resource.RLIMIT_CPU else most))


def _lines(data: bytes, limits: Limits) -> list[Line]:
    """The printed lines of every page."""
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise _Refused("locked" if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD else "broken") from error
    if len(document) > limits.pages:
        raise _Refused("pages")
    lines: list[Line] = []
    characters = 0
    for number in range(len(document)):
        try:
            page = document[number]
            text = page.get_textpage()
        except pypdfium2.PdfiumError as error:
            raise _Refused("broken") from error
        characters += text.count_chars()
        if characters > limits.characters:
            raise _Refused("characters")
        lines += _lines_of_page(number, text, page.get_height(), pypdfium2.raw)
        text.close()
        page.close()
    return lines


def _lines_of_page(number: int, text: Any, height: float, raw: Any) -> Iterator[Line]:
    """Words that stand beside each other, from left to right, are a line."""
    row: list[_Word] = []
    for word in _words(text, raw):
        if row and not (row[-1].bottom < word.middle < row[-1].top and word.left > row[-1].left):
            yield _line(number, row, height)
            row = []
        row.append(word)
    if row:
        yield _line(number, row, height)


@dataclass(slots=True)
class _Word:
    text: str
    left: float
    bottom: float
    right: float
    top: float
    bold: bool

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2


def _words(text: Any, raw: Any) -> Iterator[_Word]:
    """The words of a page in the order of the file; one cut by a hyphen at the end of a line ends in CUT."""
    letters: list[str] = []
    start = 0
    count = text.count_chars()
    for index in range(count + 1):
        code = raw.FPDFText_GetUnicode(text, index) if index < count else 0x20
        letter = CUT if code in {0x02, 0xAD} else chr(code) if code < 0x110000 else " "
        if letter.isspace() or letter in {"\0", CUT}:
            if letters:
                letters += [CUT] * (letter == CUT)
                yield _word(text, raw, "".join(letters), start, index - 1)
            letters.clear()
        elif code not in _NO_LETTERS:
            start = start if letters else index
            letters.append(letter)


def _word(text: Any, raw: Any, letters: str, start: int, end: int) -> _Word:
    left, bottom, _, top = text.get_charbox(start, loose=True)
    right = text.get_charbox(end, loose=True)[2]
    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(text, start, name, len(name), None)
    whole = letters.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _Word(whole, left, bottom, right, top, _BOLD.search(name.value) is not None)


def _line(page: int, row: Sequence[_Word], height: float) -> Line:
    longest = max(row, key=lambda word: len(word.text))
    return Line(
        page=page,
        text=" ".join(word.text for word in row),
        left=row[0].left,
        right=row[-1].right,
        bottom=longest.bottom,
        size=max(longest.top - longest.bottom, 1.0),
        first=row[0].right - row[0].left,
        bold=row[0].bold and row[-1].bold,
        margin=not 0.1 * height < longest.middle < 0.9 * height,
    )


if __name__ == "__main__":
    main()
