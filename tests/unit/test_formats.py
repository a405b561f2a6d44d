"""A page's format is told by its content, and no bytes whatever get past the tree of errors."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputRefused
from kg.readers import text
from kg.readers.formats import PageText, is_html, text_of
from kg.readers.printed import Line, blocks_of_lines

DATA = Path(__file__).parent.parent / "data"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<!DOCTYPE html><p>x", "text"),
        (b"\xef\xbb\xbf\n <!doctype HTML PUBLIC '-//W3C//DTD XHTML 1.0//EN'><p>x", "text"),
        (b"<?xml version='1.0'?>\n<!-- saved -->\n<html><p>x", "text"),
        (b"<HTML lang=en><p>x", "text"),
        (b"\n<article class='x'>x", "text"),
        (b"<h1>x</h1>", "text"),
        (b"<p>x", "text"),
    ],
)
def test_html_under_any_name(data: bytes, name: str) -> None:
    assert text_of(data, name) == PageText("x", "html", None)


@pytest.mark.parametrize(
    "page",
    [
        "Skip to content\n\nDurham PEEL 2017",
        "<b",
        "< html >",
        "<htmlish> words",
        "<https://example.org/> said",
        "Durham <p>2017</p>",
        "3 < 4 and <p> is a tag",
        "<!-- only a remark -->\nwords",
        "see %PDF-1.4",
        "---\nforce: durham\n---\n\n## Summary\n",
    ],
)
def test_text_is_left_as_it_is(page: str) -> None:
    assert text_of(page.encode(), "page.html") == PageText(page, "text", None)


def test_a_pdf_under_any_name() -> None:
    pytest.importorskip("pypdfium2")
    with pytest.raises(InputRefused, match="a PDF that cannot be opened"):
        text_of(b"\n%PDF-1.7\nnothing", "page.txt")


def test_pages_of_the_tests_are_told_apart() -> None:
    told = {path.suffix: text_of(path.read_bytes(), "page").format for path in sorted((DATA / "pages").iterdir())}
    assert set(told.values()) == {"text"}
    assert text_of((DATA / "html" / "saved.html").read_bytes(), "page").format == "html"


# ---------------------------------------------------------------- no bytes whatever

PIECES = (
    "<p>", "</p>", "<li>", "<ul>", "</ul>", "<br>", "<pre>", "<table>", "<tr>", "<td>", "<h1>", "<main>",
    "<div hidden>", "<svg>", "<title>", "<img alt=good>", "&amp;", "&#0;", "&#xD800;", "<!--", "-->", "<script>",
    "</script>", "<a b='", "'", '"', "=", "<", ">", " ", "x", "\u00a0", "\u2028", "\x0b", "\x85", "é", "\ud83d",
)  # fmt: skip
MARKUP = st.lists(st.sampled_from(PIECES), max_size=30).map(lambda parts: "<html>" + "".join(parts))
BYTES = st.binary(max_size=300) | MARKUP.map(lambda markup: markup.encode("utf-8", "surrogatepass"))


@given(BYTES | st.binary(max_size=200).map(lambda tail: b"<!doctype html>" + tail))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        made = text_of(data, "page")
    except InputRefused as refused:
        assert refused.mend
        return
    assert text_of(data, "other") == made
    assert (made.format == "html") == is_html(data)
    assert list(text.lines(made.text))
    assert "\0" not in made.text


@given(MARKUP)
def test_text_made_of_html_is_text(markup: str) -> None:
    try:
        made = text_of(markup.encode("utf-8", "replace"), "page").text
    except InputRefused:
        return
    assert text.decode(made.encode(), "page") == made


LINES = st.lists(
    st.builds(
        Line,
        page=st.integers(0, 3),
        text=st.text(st.sampled_from("ab-\u00ad.1# •G"), min_size=1, max_size=12).filter(str.strip),
        left=st.floats(0, 600),
        right=st.floats(0, 600),
        bottom=st.floats(0, 800),
        size=st.floats(1, 40),
        first=st.floats(0, 100),
        bold=st.booleans(),
        margin=st.just(False),
    ),
    max_size=12,
).map(lambda lines: sorted(lines, key=lambda line: line.page))


@given(LINES)
def test_every_letter_of_every_line_is_kept(lines: list[Line]) -> None:
    letters = [c for line in lines for c in line.text if c.isalnum()]
    assert [c for block in blocks_of_lines(lines) for c in block if c.isalnum()] == letters
