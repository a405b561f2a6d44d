"""What it costs to take the text out of HTML and of PDF, against plain text: the same page in all three formats.

Run from the checkout: `python benchmarks/ingest_formats.py [--rounds 200]`. The page is the invented one of the
tests; the HTML has the furniture of a saved page, the PDF is made with reportlab (extra `dev`). The formats take
turns within one run, so that a busy machine slows them all alike. A PDF has a process of its own, and most of its
time is that process's start.
"""

from __future__ import annotations

import argparse
import html
import io
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kg.readers import blocks, pages, text  # noqa: E402
from kg.readers.formats import text_of  # noqa: E402

FURNITURE = (
    "<nav><ul>" + "<li><a href='/x'>Menu</a></li>" * 60 + "</ul></nav><script>" + "var x = 1;" * 2_000 + "</script>"
)


def main() -> None:
    """Time each format and print pages a second and ratios to text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    page = (ROOT / "tests" / "data" / "pages" / "effectiveness.txt").read_text("utf-8")
    page = page.replace("{area}", "Durham").replace("{force}", "Durham Constabulary")
    made = {"text": page.encode(), "html": as_html(page), "pdf": as_pdf(page)}
    taken = dict.fromkeys(made, 0.0)
    for turn in range(rounds):
        for name, data in made.items():
            if name != "pdf" or turn % 10 == 0:
                taken[name] += seconds(data)
    per_page = {name: took / (rounds if name != "pdf" else -(-rounds // 10)) for name, took in taken.items()}
    reading = sum(read_seconds(page.encode()) for _ in range(20)) / 20
    for name, took in per_page.items():
        whole = (took + reading) / (per_page["text"] + reading)
        speed = f"{1 / took:7,.0f} pages/s, {took * 1000:6.2f} ms a page, {took / per_page['text']:6,.1f} times text"
        print(f"{name:4} {len(made[name]):6,} bytes: {speed}, {whole:5.1f} read")
    print(f"“read” adds the {reading * 1000:.2f} ms that reading the text then takes, in every format")


def seconds(data: bytes) -> float:
    """How long taking out the text takes."""
    start = time.perf_counter()
    text_of(data, "page")
    return time.perf_counter() - start


def read_seconds(data: bytes) -> float:
    """How long reading the text takes."""
    start = time.perf_counter()
    pages.read(data, "page")
    return time.perf_counter() - start


def words_of(page: str) -> list[tuple[str, bool]]:
    """The blocks of the page and whether they are list items."""
    return [(block.plain, block.item) for block in blocks.blocks(list(text.lines(page)), page)]


def as_html(page: str) -> bytes:
    """The page as HTML."""
    body = "".join(f"<{'li' if item else 'p'}>{html.escape(words)}" for words, item in words_of(page))
    return f"<!doctype html><html><head></head><body>{FURNITURE}<main>{body}</main></body></html>".encode()


def as_pdf(page: str) -> bytes:
    """The page as PDF."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    style = ParagraphStyle("plain", fontName="Helvetica", fontSize=10, leading=13, spaceAfter=8)
    story = [Paragraph(html.escape(w), style, bulletText="•" if item else None) for w, item in words_of(page)]
    made = io.BytesIO()
    SimpleDocTemplate(made, invariant=1).build(story)
    return made.getvalue()


if __name__ == "__main__":
    main()
