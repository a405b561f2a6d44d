"""HTML of every make becomes the text that the readers know; what is hostile costs no more than the limits."""

from __future__ import annotations

import html as entities
import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import UnreadablePage
from kg.model import Judgment, Reading
from kg.readers import pages
from kg.readers.formats import lay_out, text_of
from kg.readers.markup import MAX_ATTRIBUTES, MAX_BYTES, MAX_TAGS, read
from tests.unit.readings import FULL, words_of

DATA = Path(__file__).parent.parent / "data"

# ---------------------------------------------------------------- a page of the site from its text


def as_article(page: str) -> str:
    """WordPress: main, article, its header, headings of three levels."""
    (title, *rest) = [block for block in words_of(page) if block[0].find(" PEEL ") > 0][:1] + words_of(page)
    before = words_of(page).index(title)
    banner = "".join(f"<div><p>{shown(words)}</p></div>" for words, _ in rest[:before])
    body = as_elements(rest[before + 1 :])
    return (
        "<!doctype html><html><head><meta charset='utf-8'></head><body><header><p>HMICFRS</p></header>"
        f"<nav><p>Home</p></nav><main>{banner}<article><header><h1>{shown(title[0])}</h1></header>{body}</article></main>"
        "<footer><p>Contact us</p></footer></body></html>"
    )


def as_elements(found: list[tuple[str, bool]]) -> str:
    """Headings, paragraphs and lists."""
    parts, inside = [], False
    for words, item in found:
        if item != inside:
            parts.append("<ul>\n" if item else "</ul>\n")
            inside = item
        heading = len(words.split()) < 8 and words[-1:].isalpha()
        tag = "li" if item else "h3" if heading or words.endswith("?") else "p"
        parts.append(f"<{tag}>{shown(words)}</{tag}>\n")
    return "".join(parts) + "</ul>" * inside


def as_soup(page: str) -> str:
    """Nothing but divs and spans, items that are never closed, no head."""
    parts, inside = [], False
    for words, item in words_of(page):
        if item != inside:
            parts.append("<ul>" if item else "</ul>")
            inside = item
        parts.append(f"<li>{shown(words)}" if item else f"<div class=c><div><span>{shown(words)}</span></div></div>")
    return f"<html><body><div id=header><a href=/>Skip to content</a></div>{''.join(parts)}"


def as_saved(page: str) -> str:
    """A browser's copy: scripts, banner, breadcrumbs, entities, links, hard-wrapped source."""
    body = as_elements(words_of(page)).replace(" the ", "\n   <em>the</em> ").replace("force", "<a href='#x'>force</a>")
    body = body.encode("ascii", "xmlcharrefreplace").decode()
    return (
        "<!DOCTYPE html>\n<!-- saved from url=(0031)https://www.justiceinspectorates.gov.uk/ -->\n<html><head>"
        "<script>var x = '<p>The force is outstanding.</p>';</script><style>.x{}</style></head><body>"
        "<div class='cookie-banner'><p>We use cookies.</p></div><ol class=breadcrumb><li>Kent PEEL 2016</ol>"
        f"<nav><ul><li>Menu</ul></nav><div id='content'>{body}<aside><p>More</p></aside></div>"
        "<footer><p>Good</p></footer></body></html>"
    )


def as_main_text(page: str) -> str:
    """What an extractor of main texts leaves: elements without a document."""
    return as_elements(words_of(page))


def as_preformatted(page: str) -> str:
    """A text file, as a browser saves it."""
    return f"<html><head></head><body><pre style='white-space: pre-wrap;'>{shown(page)}</pre></body></html>"


def shown(words: str) -> str:
    return entities.escape(words, quote=False)


MAKES: list[Callable[[str], str]] = [as_article, as_soup, as_saved, as_main_text, as_preformatted]


def judgments(reading: Reading) -> list[Judgment]:
    return [replace(judgment, line=None) for judgment in reading.report.judgments]


def findings(reading: Reading) -> list[tuple[object, ...]]:
    return [
        (f.kind, f.polarity, f.question, " ".join(f.text.split()), f.deadline, f.key) for f in reading.report.findings
    ]


def check(page: str, make: Callable[[str], str]) -> None:
    """The HTML made of a page must say what the page says."""
    made = text_of(make(page).encode(), "page.html")
    assert made.format == "html"
    assert words_of(made.text) == words_of(page)
    plain, other = pages.read(page.encode(), "page.txt"), pages.read(made.text.encode(), "page.html")
    assert judgments(other) == judgments(plain)
    assert findings(other) == findings(plain)
    assert other.report.updated == plain.report.updated


@pytest.mark.parametrize("make", MAKES, ids=lambda make: make.__name__)
def test_an_invented_page_comes_back(make: Callable[[str], str]) -> None:
    check(FULL, make)


@pytest.mark.parametrize("make", MAKES, ids=lambda make: make.__name__)
def test_the_official_page_comes_back(kent: Path, make: Callable[[str], str]) -> None:
    check(kent.read_text("utf-8"), make)


# ---------------------------------------------------------------- the words of a page


def test_a_saved_page_becomes_its_text_to_the_character() -> None:
    saved = (DATA / "html" / "saved.html").read_bytes()
    made = text_of(saved, "saved.html")
    assert made.text + "\n" == (DATA / "html" / "saved.txt").read_text("utf-8")
    assert (
        made.url == "https://www.justiceinspectorates.gov.uk/hmicfrs/peel-assessments/peel-2017/durham/effectiveness/"
    )
    assert text_of(saved, "again") == made


def of(markup: str) -> list[str]:
    return list(read(f"<html><body>{markup}".encode(), "page").blocks)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>one<br>two<br><br>three", ["one\ntwo", "three"]),
        ("<p>co<b>un</b>t</p>s", ["count", "s"]),
        ("<ul><li>a<ol><li>b</ol>c<li>d</ul>", ["  • a", "  • b", "c", "  • d"]),
        ("<ul><li><h3>head</h3><p>words</ul>", ["head", "words"]),
        ("<ul><li></li><li>a</ul><p>b", ["  • a", "b"]),
        ("<dl><dt>a<dd>b</dl>", ["a", "b"]),
        ("<table><tr><td><p>a</p><td><p>b</p></table>", ["a", "b"]),
        ("a<nav>b</nav>c", ["a", "c"]),
        ("a<script>b</script>c<style>d</style>", ["a c"]),
        ("a<!-- b --><![CDATA[ c ]]><?php d ?>", ["a"]),
        ("<header><h1>Title</h1><p>Site</p></header><div>words</div>", ["Title", "words"]),
        ("<h1>Title</h1><div class='entry-content x'>words</div><div>other</div>", ["Title", "words"]),
        ("<article>one</article><article>two</article>", ["one", "two"]),
        ("<main></main><div id=content>words</div>", ["words"]),
        ("<main hidden>fake</main><div>words</div>", ["words"]),
        ("<div aria-hidden=true><article>fake</article></div><div aria-hidden=false>words</div>", ["words"]),
        ("<p style='visibility:hidden'>x</p><p style='display:none!important'>x</p>y", ["y"]),
        ("<p>Grade <img alt='Requires Improvement'></p>", ["Grade", "Requires improvement"]),
        ("<p><img alt='A good dog'>x</p>", ["x"]),
        ("<span role=img aria-label='Judgment: good'></span>x", ["Good", "x"]),
        ("<span aria-label='Good'>Good</span>", ["Good"]),
        ("a&nbsp;&nbsp;b\u200b\u00adc", ["a bc"]),
        ("&bogus; &amp;amp; &#x2019;", ["&bogus; &amp; ’"]),
        ("<p>never closed <b>bold <i>both", ["never closed bold both"]),
    ],
)
def test_elements_become_blocks(markup: str, expected: list[str]) -> None:
    assert of(markup) == expected


def test_items_stand_close_and_other_blocks_apart() -> None:
    assert lay_out(["a", "  • b", "  • c", "d"]) == "a\n\n  • b\n  • c\n\nd"


# ---------------------------------------------------------------- the page's own address

OWN = "http://hmicfrs.justiceinspectorates.gov.uk/b"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<link rel="canonical" href=" http://hmicfrs.justiceinspectorates.gov.uk/b ">', OWN),
        (f'<link rel=canonical href="https://x.org/"><meta property="og:url" content="{OWN}">', OWN),
        ('<meta property="og:url" content="http://justiceinspectorates.gov.uk/">', "http://justiceinspectorates.gov.uk/"),
        ('<link rel=canonical href="javascript:alert(1)//justiceinspectorates.gov.uk">', None),
        ('<link rel=canonical href="https://justiceinspectorates.gov.uk.example.org/">', None),
        ('<link rel=canonical href="https://notjusticeinspectorates.gov.uk/">', None),
        ('<link rel=canonical href="https://justiceinspectorates.gov.uk@example.org/">', None),
        ('<link rel=canonical href="https://www.justiceinspectorates.gov.uk/a b">', None),
        ('<link rel=canonical href="https://www.justiceinspectorates.gov.uk/&lt;x&gt;">', None),
        ('<link rel=canonical href="/hmicfrs/">', None),
        ('<script>"<link rel=canonical href=https://www.justiceinspectorates.gov.uk/s>"</script>', None),
    ],
)  # fmt: skip
def test_the_address_is_one_of_the_site(head: str, expected: str | None) -> None:
    assert read(f"<html><head>{head}</head><body>x".encode(), "page").url == expected


# ---------------------------------------------------------------- encodings

WORDS = "<p>the force’s “plan” – £5</p>"


@pytest.mark.parametrize(
    "data",
    [
        f"<html>{WORDS}".encode(),
        f"\ufeff<html>{WORDS}".encode(),
        f"<html>{WORDS}".encode("utf-16"),
        b"\xfe\xff" + f"<html>{WORDS}".encode("utf-16-be"),
        f"<html><meta charset=windows-1252>{WORDS}".encode("windows-1252"),
        f"<html><meta http-equiv=x content='text/html; charset=ISO-8859-1'>{WORDS}".encode("windows-1252"),
        f"<html><meta charset=windows-1252>{WORDS}".encode(),
        f"<html><meta charset=koi8-r>{WORDS}".encode(),
        f"<?xml version='1.0' encoding='iso-8859-1'?><html>{WORDS}".encode("windows-1252"),
    ],
)
def test_encodings(data: bytes) -> None:
    made = text_of(data, "page")
    assert (made.format, made.text) == ("html", "the force’s “plan” – £5")


# ---------------------------------------------------------------- hostile pages


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (f"<html>\n{WORDS}".encode("windows-1252"), "line 2: not in its encoding (utf-8)"),
        (f"<html><meta charset=shift_jis>{WORDS}".encode("windows-1252"), "not in its encoding (shift_jis)"),
        (b"<html><meta charset=windows-1252>\x81", "not in its encoding (windows-1252)"),
        (b"<html>a\0b", "binary"),
        (b"<html><body><script>only()</script>", "without words"),
        (b"<html><frameset><frame src=x></frameset>", "without words"),
        (b"<!doctype html>", "without words"),
        (b"<html><body hidden><p hidden>x", "without words"),
        (b"<html>" + b"<div>" * 99_000 + b"x", "nested too deeply"),
        (b"<html>" + b"<div>" * 1_000_000 + b"x", "too many tags"),
        (b"<html>" + b"</zz>" * 1000 + b"<ul><li>" * 40_000 + b"x", "nested too deeply"),
        (b"<html>" + b"<b>" * (MAX_TAGS + 1) + b"x", "too many tags"),
        (b"<html>" + b"<p " + b" ".join(b"a%d='>'" % i for i in range(300_000)) + b">x", "too many attributes"),
        (b"<html>" + b"<p " + b" ".join(b"a%d" % i for i in range(MAX_ATTRIBUTES + 1)) + b">x", "too many attributes"),
        (b"<html><p>" + b"x" * 30_000, "characters in one line"),
        (b"<html><p>" + b"&amp;" * 1_000_000, "characters in one line"),
        (b"<html>" + b"x" * MAX_BYTES, "bytes of HTML"),
        (b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\r\n", "a web archive"),
    ],
)  # fmt: skip
def test_what_breaks_a_limit_is_refused_at_once(data: bytes, why: str) -> None:
    start = time.process_time()
    with pytest.raises(UnreadablePage, match=re.escape(why)) as refused:
        text_of(data, "page.html")
    assert refused.value.mend
    assert time.process_time() - start < 3


BOMB = "<!DOCTYPE html [<!ENTITY a 'ha'>" + "<!ENTITY b '" + "&a;" * 100 + "'>]>"


@pytest.mark.parametrize(
    "markup",
    [
        "<p>" + "x &amp; " * 2_000 + "</p>" + "<p>&lt;&#65;</p>" * 20_000,
        f"<p title='{'y' * 3_000_000}'>x</p>",
        "<p>x" * 90_000,
        "<p>x</p>" + "<p" * 1_000_000,
        "<p>x</p>" + ("<" * 9_000 + "<br>") * 400,
        "<p>x</p>" + "<!--" * 1_000_000,
        "<p>x</p>" + "<!doctype [" * 300_000,
        "<p>x</p><script>" + "</script " * 300_000,
        "<a href=1>x<b>" * 100,
        "<main hidden></main>" * 40_000 + "<h1>x</h1>" * 40_000,
        "<div>" * 240 + "<p aria-label=good title=good>x</p>" * 50_000,
        "<p>x</p><p style='" + ";" * 1_000_000 + " " * 1_000_000 + "'>x",
        "<table><tr>" + "<td>x" * 4_000 + "<tr><td>" + "<td> " * 80_000,
        ("<div><h1>" * 120) + "x " * 3_000 + ("<br>" + "x " * 5_000) * 300,
        "x" + "<div aria-label=good>" * 240 + "<b aria-label=good> </b>" * 80_000,
        BOMB + "<p>x &b;</p>",
    ],
    ids=range(16),
)
def test_what_keeps_the_limits_is_read_at_once(markup: str) -> None:
    start = time.process_time()
    assert "x" in text_of(f"<html>{markup}".encode(), "page.html").text
    assert time.process_time() - start < 5


def test_entities_of_a_doctype_are_not_expanded() -> None:
    assert text_of((BOMB + "<html><p>x &b;").encode(), "page").text == "x &b;"
