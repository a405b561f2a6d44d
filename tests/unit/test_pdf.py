"""PDF becomes the text that the readers know; a hostile one costs the worker's life and no more."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kg.errors import UnreadablePage
from kg.readers import pages
from kg.readers.formats import text_of
from kg.readers.pdf import EXTRA, LIMITS, Limits, blocks_of
from kg.readers.printed import Line, blocks_of_lines
from tests.unit.readings import FULL as INVENTED
from tests.unit.readings import words_of

pytest.importorskip("pypdfium2")
DATA = Path(__file__).parent.parent / "data"

# ---------------------------------------------------------------- a report from a page


def as_report(page: str, width: float = 12, contents: bool = True, **options: Any) -> bytes:
    """A printed report: contents with dot leaders, a header, a footer with the page's number, wrapped lines."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import cm
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

    plain = ParagraphStyle("plain", fontName="Helvetica", fontSize=10, leading=13, spaceAfter=8)
    heading = ParagraphStyle("heading", plain, fontName="Helvetica-Bold", fontSize=13, leading=16, keepWithNext=1)
    item = ParagraphStyle("item", plain, leftIndent=18, bulletIndent=6, spaceAfter=3)

    def furniture(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(2 * cm, A4[1] - 1.2 * cm, "PEEL 2017: a report on a force")
        canvas.drawRightString(A4[0] - 2 * cm, 1.2 * cm, f"Page {document.page}")

    story: list[Any] = []
    if contents:
        story.append(Paragraph("Contents", heading))
        for number, (words, listed) in enumerate(words_of(page)):
            if words.endswith("?") and not listed:
                story.append(Paragraph(f"{words} {'.' * 40} {number}", plain))
        story.append(PageBreak())
    for words, listed in words_of(page):
        short = len(words.split()) < 8 and words[-1:].isalpha()
        style = item if listed else heading if short or words.endswith("?") else plain
        story.append(Paragraph(words.replace("&", "&amp;"), style, bulletText="•" if listed else None))
    made = io.BytesIO()
    margin = (A4[0] - width * cm) / 2
    document = SimpleDocTemplate(
        made, pagesize=A4, leftMargin=margin, rightMargin=margin, topMargin=2.5 * cm, invariant=1, **options
    )
    document.build(story, onFirstPage=furniture, onLaterPages=furniture)
    return made.getvalue()


def check(page: str, **options: Any) -> None:
    """The report made of a page must say what the page says."""
    made = text_of(as_report(page, **options), "page.txt")
    assert made.format == "pdf"
    assert words_of(made.text) == words_of(page)
    plain, other = (pages.read(each.encode(), "page").report for each in (page, made.text))
    assert [replace(j, line=None) for j in other.judgments] == [replace(j, line=None) for j in plain.judgments]
    assert [(f.kind, f.question, " ".join(f.text.split()), f.key) for f in other.findings] == [
        (f.kind, f.question, " ".join(f.text.split()), f.key) for f in plain.findings
    ]


WIDTHS = [7, 9.3, 12, 17]


@pytest.mark.parametrize("width", WIDTHS)
def test_an_invented_page_comes_back(width: float) -> None:
    check(INVENTED, width=width)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_official_page_comes_back(kent: Path, width: float) -> None:
    check(kent.read_text("utf-8"), width=width)


def test_the_same_file_gives_the_same_text() -> None:
    report = as_report(INVENTED)
    assert text_of(report, "one") == text_of(report, "two")


# ---------------------------------------------------------------- lines


def line(words: str, row: int, page: int = 0, left: float = 50, size: float = 10, margin: bool = False) -> Line:
    width = 5 * len(words)
    return Line(
        page, words, left, left + width, 700 - 12 * row, size, 5 * len(words.split(maxsplit=1)[0]), False, margin
    )


FULL = "words that fill the whole of their line to its very end and no more"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((FULL + " inves-", "tigates goats."), FULL + " investigates goats."),
        ((FULL + " inves\u00ad", "tigates goats."), FULL + " investigates goats."),
        ((FULL + " re-", "offending."), FULL + " re-offending."),
        ((FULL + " body-", "worn, a body worn video"), FULL + " body-worn, a body worn video"),
        ((FULL + " over-", "all, overall"), FULL + " overall, overall"),
        ((FULL + " Avon-", "Somerset"), FULL + " Avon-Somerset"),
    ],
)
def test_a_word_cut_by_the_end_of_its_line(rows: tuple[str, str], expected: str) -> None:
    assert list(blocks_of_lines([line(words, row) for row, words in enumerate(rows)])) == [expected]


def test_headers_footers_and_page_numbers_go_and_grades_stay() -> None:
    printed = []
    for page in range(4):
        printed += [line("PEEL 2017", 0, page, margin=True), line("Good", 1, page, margin=True)]
        printed += [line(f"Page {page} of 9.", 20, page), line(f"{page + 7} of 10", 50, page, margin=True)]
    kept = list(blocks_of_lines(printed))
    assert kept == [words for page in range(4) for words in ("Good", f"Page {page} of 9.")]


def test_contents_go_with_their_wrapped_titles() -> None:
    rows = ["Title", "Contents", "Summary ........ 3", "A title of two lines that", "goes on . . . . . . 4", "Words."]
    assert list(blocks_of_lines([line(words, 3 * row) for row, words in enumerate(rows)])) == ["Title", "Words."]


def test_a_paragraph_goes_on_over_the_page() -> None:
    printed = [line(FULL, 0), line("the force and", 1), line("its sheep.", 0, page=1), line("Another.", 9, page=1)]
    assert list(blocks_of_lines(printed)) == [f"{FULL} the force and its sheep.", "Another."]


# ---------------------------------------------------------------- hostile files

SMALL = Limits(pages=20, characters=50_000, memory=600_000_000, processor=2, clock=4)


def pdf(contents: bytes, page_count: int = 1, extra: str = "", fonts: str = "") -> bytes:
    """A PDF written by hand: every page shows `contents`."""
    kids = " ".join(f"{4 + n} 0 R" for n in range(page_count))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {page_count}/Kids[{kids}]>>".encode(),
        b"<<%s/Length %d>>stream\n%s\nendstream" % (extra.encode(), len(contents), contents),
        *[
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 3 0 R/Resources<</Font<</F<</Type/Font"
            f"/Subtype/Type1/BaseFont/Helvetica>>>>{fonts}>>>>".encode()
        ] * page_count,
    ]  # fmt: skip
    made, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, body)
    xref = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, xref)
    return bytes(made)


SHOW = b"BT /F 12 Tf 50 700 Td (%s) Tj ET\n"


def words_at(place: int) -> bytes:
    return b"BT /F 4 Tf %d %d Td (words) Tj ET\n" % (place % 30 * 20, place // 30)


def test_a_file_written_by_hand_is_read() -> None:
    assert blocks_of(pdf(SHOW % b"words"), "page", SMALL) == ["words"]


def locked() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption

    return as_report(INVENTED, encrypt=StandardEncryption("secret", strength=128))


def packed(contents: bytes, times: int = 1) -> bytes:
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(contents) for _ in range(times)) + packer.flush()
    return pdf(data, extra="/Filter/FlateDecode")


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "garbage": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 4000, "cannot be opened"),
    "head only": (lambda: b"%PDF-1.7", "cannot be opened"),
    "locked": (locked, "asks for a password"),
    "scanned": (lambda: pdf(b"0 0 10 10 re f"), "without text"),
    "10,000 pages": (lambda: pdf(SHOW % b"words", 10_000), "too many pages"),
    "one huge page": (lambda: pdf(b"".join(map(words_at, range(20_000)))), "too much text"),
    "bomb of zeros": (lambda: packed(b" " * 1_000_000, 900), "could not bear|too long|without text"),
    "bomb of words": (lambda: packed((SHOW % b"words") * 30_000, 100), "too much text|could not bear|too long"),
    "deep": (lambda: pdf(b"[" * 2_000_000), "without text|could not bear|too long|cannot be opened"),
    "paths": (lambda: packed(b"q 1 0 0 1 0 0 cm " * 90_000, 100), "without text|could not bear|too long"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_within_the_limits(name: str) -> None:
    make, why = HOSTILE[name]
    data = make()
    start = time.perf_counter()
    with pytest.raises(UnreadablePage, match=why) as refused:
        text_of(data, "page.pdf") if name == "head only" else blocks_of(data, "page.pdf", SMALL)
    assert refused.value.mend
    assert time.perf_counter() - start < SMALL.clock + 1


def test_a_truncated_file_is_read_or_refused() -> None:
    whole = as_report(INVENTED)
    for end in range(20, len(whole), len(whole) // 8):
        try:
            assert all(isinstance(block, str) for block in blocks_of(whole[:end], "page.pdf", SMALL))
        except UnreadablePage as refused:
            assert "PDF" in refused.fault


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (replace(SMALL, clock=0.01), "too long"),
        (replace(SMALL, memory=30_000_000), "could not bear"),
        (replace(SMALL, pages=1), "too many pages"),
        (replace(SMALL, characters=100), "too much text"),
        (replace(SMALL, size=100), "bytes of PDF"),
    ],
)
def test_each_limit_holds(limits: Limits, why: str) -> None:
    with pytest.raises(UnreadablePage, match=why):
        blocks_of(as_report(INVENTED), "page.pdf", limits)


def test_the_processor_limit_holds() -> None:
    busy = packed(b"".join(map(words_at, range(400_000))))
    with pytest.raises(UnreadablePage, match="too long"):
        blocks_of(busy, "page.pdf", Limits(processor=1, characters=10**9, memory=4 * 10**9))


def test_without_the_extra_the_mend_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(UnreadablePage) as refused:
        blocks_of(b"%PDF-1.4", "page.pdf")
    assert refused.value.mend == EXTRA


def test_the_worker_answers_in_json() -> None:
    command = [sys.executable, "-m", "kg.readers.pdf", '{"pages": 3}']
    done = subprocess.run(command, input=pdf(SHOW % b"words"), capture_output=True, check=True)
    assert done.stdout == b'["words"]'
    assert LIMITS.clock > LIMITS.processor
