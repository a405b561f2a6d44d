"""HTML -> the blocks of its text: pages saved by a browser, fetched, or reduced to their main text.

Nothing is run or fetched. The markup is cut down before it is parsed (comments, scripts and styles first, since
most of what is hostile hides there), counted against limits, and then walked once. What a reader of the page
does not see, or what belongs to the site and not to the page, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from kg.errors import UnreadablePage
from kg.readers import text
from kg.readers.literals import GRADE_LINES
from kg.readers.text import BULLET

MAX_BYTES = 2 * text.MAX_BYTES
"""The largest page. Real ones have five to ten times as much markup as words; the parser cuts at 10 MB unasked."""

MAX_TAGS = 100_000
"""The most tags, opening ones counted; real pages have some 2,000."""

MAX_ATTRIBUTES = 100
"""The most attributes of one tag: the parser's time grows with their square (20,000 take 1.5 s)."""

HOST = "justiceinspectorates.gov.uk"
"""The site whose addresses a page may give as its own."""

_MEND = "save the page again as “Web page, HTML only”"

_SET_ASIDE = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\b[^>]*+(?:>|\Z)|\Z)|<!doctype\b[^>\[]*+(?:\[.*?(?:\]\s*>|\Z)|>)?",
    re.IGNORECASE | re.DOTALL,
)
_BLANK = r"[ \t\n\f\r/]*+"
_VALUE = r"""[ \t\n\f\r]*+=[ \t\n\f\r]*+(?:"[^"]*+"|'[^']*+'|[^ \t\n\f\r>]++)"""
_ATTRIBUTE = rf"{_BLANK}[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+(?:{_VALUE})?+"
_TAG = re.compile(rf"<[a-zA-Z][^ \t\n\f\r/>]*+(?:{_ATTRIBUTE}){{0,{MAX_ATTRIBUTES}}}+(?P<too_many>{_ATTRIBUTE})?+")

_CHARSET = re.compile(
    rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml\b[^>]*?\bencoding=[\"']([\w.:-]+)", re.IGNORECASE
)
_WINDOWS_1252 = {"windows-1252", "cp1252", "x-cp1252", "iso-8859-1", "iso8859-1", "latin1", "us-ascii", "ascii"}

_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+?)\s*-->", re.IGNORECASE)
_PLAIN_ADDRESS = re.compile(r"https?://[a-z0-9.-]+(?::\d+)?(?:[/?#][!#$%&'()*+,./0-9:;=?@a-z_~\[\]-]*)?", re.IGNORECASE)

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_OF_THE_SITE = frozenset({"aside", "footer", "form", "nav"})
_BLOCKS = _HEADINGS | _OF_THE_SITE | {
    "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "header", "hr", "legend", "li", "main", "menu", "ol", "p", "section", "summary", "table",
    "ul",
}  # fmt: skip
_LEFT_OUT = _OF_THE_SITE | {
    "applet", "audio", "canvas", "datalist", "dialog", "embed", "frame", "frameset", "head", "iframe", "input", "map",
    "math", "meter", "noembed", "noframes", "noscript", "object", "progress", "script", "select", "style", "svg",
    "template", "textarea", "title", "video",
}  # fmt: skip
_SITE_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "form"}
_SITE_PARTS = re.compile(r"(?:^|\s)(?:cookies?|breadcrumbs?)(?=$|[\s_-])", re.IGNORECASE)
_UNSEEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))\b", re.IGNORECASE)
_NO_WIDTH = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])

_GRADE = re.compile(
    r"(?:(?:overall\s+)?(?:grade|judge?ment|rating)\s*(?::|is)?\s+|(?:judged|graded|rated)\s*(?:as|:)?\s+)?"
    rf"({'|'.join(map(re.escape, GRADE_LINES))})\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """The blocks of a page in order, items with their bullet, and the address it gives as its own."""

    blocks: tuple[str, ...]
    url: str | None


def read(data: bytes, path: str) -> HtmlPage:
    """The words of an HTML page.

    Raises UnreadablePage for one that is too large, too deeply nested, of unknown encoding, or without words.
    """
    markup = _decoded(data, path)
    body, head = _parsed(markup, path)
    _clear_unseen(body)
    blocks: list[str] = next(filter(None, map(_blocks, _mains(body))), [])
    if not blocks:
        raise UnreadablePage(path, "an HTML page without words", _MEND)
    titles = [title[0] for title in map(_blocks, islice(body.iter("h1"), 5)) if title]
    if not set(blocks) & set(titles):
        blocks = titles[:1] + blocks
    return HtmlPage(tuple(blocks), _address(markup, head))


# ---------------------------------------------------------------- bytes to tree


def _decoded(data: bytes, path: str) -> str:
    """The markup. UTF-8 (or UTF-16 with its mark) where it is valid, Windows-1252 where the page declares it."""
    if len(data) > MAX_BYTES:
        raise UnreadablePage(path, f"{len(data):,} bytes of HTML", f"a page has at most {MAX_BYTES:,}; {_MEND}")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        markup = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        markup = _windows_1252(data, path, error)
    if "\0" in markup:
        raise UnreadablePage(path, "binary, not HTML", _MEND)
    return markup


def _windows_1252(data: bytes, path: str, error: UnicodeDecodeError) -> str:
    found = _CHARSET.search(data[:4096])
    declared = (found[1] or found[2]).decode("latin-1").casefold() if found else "utf-8"
    if declared in _WINDOWS_1252:
        try:
            return data.decode("windows-1252")
        except UnicodeDecodeError as other:
            error = other
    line = data.count(b"\n", 0, error.start) + 1
    raise UnreadablePage(path, f"not in its encoding ({declared})", "save the page as UTF-8", line) from error


def _parsed(markup: str, path: str) -> tuple[etree._Element, etree._Element | None]:
    """The body and the head. The parser stops at 255 levels: what it says of that is a refusal, not a cut."""
    cut = _SET_ASIDE.sub(" ", markup)
    for number, tag in enumerate(_TAG.finditer(cut), start=1):
        if tag["too_many"] is not None or number > MAX_TAGS:
            what = "attributes in one tag" if number <= MAX_TAGS else "tags"
            raise UnreadablePage(path, f"too many {what}", _MEND, cut.count("\n", 0, tag.start()) + 1)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        tree = etree.fromstring(cut.encode("utf-8", "replace"), parser)
    except etree.LxmlError as error:
        raise UnreadablePage(path, "no HTML that can be parsed", _MEND) from error
    if len(parser.error_log.filter_from_fatals()):
        raise UnreadablePage(path, "HTML nested too deeply", _MEND)
    body = tree.find("body") if tree is not None else None
    if body is None:
        raise UnreadablePage(path, "an HTML page without words", _MEND)
    return body, tree.find("head")


# ---------------------------------------------------------------- the page in the site


def _clear_unseen(body: etree._Element) -> None:
    """Empty what a browser would not show."""
    for element in body.iterdescendants():
        hidden = element.get("hidden") is not None or (element.get("aria-hidden") or "").strip().casefold() == "true"
        if hidden or _UNSEEN.search(element.get("style") or ""):
            tail = element.tail
            element.clear()
            element.tail = tail


def _mains(body: etree._Element) -> Iterator[etree._Element]:
    """Where the page's own words may stand, the best place first; an article only if there is one."""
    places: tuple[list[etree._Element], ...] = ([], [], [], [])
    for element in body.iterdescendants():
        if element.tag == "main" or element.get("role") == "main":
            places[0].append(element)
        elif element.tag == "article":
            places[1].append(element)
        elif element.get("id") == "content":
            places[2].append(element)
        elif "entry-content" in (element.get("class") or "").split():
            places[3].append(element)
    for place in places:
        if place and (place is not places[1] or len(place) == 1):
            yield place[0]
    yield body


def _address(markup: str, head: etree._Element | None) -> str | None:
    """The first of the addresses a page gives itself that is one of the site's."""
    given: list[str] = []
    for element in head if head is not None else ():
        if "canonical" in (element.get("rel") or "").casefold().split():
            given.insert(0, element.get("href") or "")
        elif element.get("property") == "og:url":
            given.append(element.get("content") or "")
    given += _SAVED_FROM.findall(markup[:4096])
    return next((url for url in map(str.strip, given) if _of_the_site(url)), None)


def _of_the_site(url: str) -> bool:
    if len(url) > 500 or not _PLAIN_ADDRESS.fullmatch(url):
        return False
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return host == HOST or host.endswith("." + HOST)


# ---------------------------------------------------------------- tree to blocks


def _blocks(element: etree._Element) -> list[str]:
    """The blocks of an element's words."""
    writer = _Writer()
    _write(element, writer, element)
    writer.end_block()
    return writer.blocks


def _write(element: etree._Element, writer: _Writer, main: etree._Element) -> None:
    """Write one element and what is in it."""
    tag = str(element.tag).casefold()
    if tag in _BLOCKS:
        writer.end_block()
    writer.grade(_label(element))
    if tag == "pre":
        writer.as_it_stands("".join(map(str, element.itertext())))
    if tag == "pre" or (element is not main and _left_out(element, tag, main)):
        return
    if tag == "br":
        writer.end_line(twice=True)
    elif tag in {"td", "th"}:
        writer.cell()
    elif tag == "li" or tag in _HEADINGS:
        writer.item = tag == "li"
    writer.words(element.text)
    for child in element:
        _write(child, writer, main)
        writer.words(child.tail)
    if tag in _BLOCKS:
        writer.end_block()
        writer.item = writer.item and tag != "li"
    elif tag == "tr":
        writer.end_line()


def _left_out(element: etree._Element, tag: str, main: etree._Element) -> bool:
    """Whether an element is the site's and not the page's, or no words at all."""
    if tag in _LEFT_OUT or (element.get("role") or "").casefold() in _SITE_ROLES:
        return True
    above = element.getparent()
    around = above.tag if above is not None else None
    if tag == "header":
        return main.tag == "body" and around not in {"main", "article", "section"}
    if tag == "button":
        return around != "summary" and around not in _HEADINGS
    return any(_SITE_PARTS.search(element.get(name) or "") for name in ("id", "class"))


def _label(element: etree._Element) -> str | None:
    """The grade that stands in the label of a graphic: an image, or an element without words of its own."""
    if element.tag == "svg":
        label = element.findtext("title") or element.get("aria-label")
    else:
        label = element.get("alt") or element.get("aria-label") or element.get("title")
    found = _GRADE.fullmatch(" ".join(label.split())) if label else None
    return found[1].capitalize() if found and (element.tag == "svg" or _is_wordless(element)) else None


def _is_wordless(element: etree._Element) -> bool:
    """Whether there is nothing in an element but drawings and empty elements (no deeper look: it must stay cheap)."""
    words = (element.text, *(part for child in element for part in (child.text, child.tail)))
    drawn = all(child.tag == "svg" or len(child) == 0 for child in element)
    return drawn and not any(part and part.strip() for part in words)


@dataclass(slots=True)
class _Writer:
    """Words become lines, lines become blocks; `item` says that the block being written is a list item's first."""

    blocks: list[str] = field(default_factory=list)
    item: bool = False
    _lines: list[str] = field(default_factory=list)
    _words: list[str] = field(default_factory=list)
    _begun: bool = False

    def words(self, words: str | None) -> None:
        """Go on with the line."""
        if words:
            self._words.append(words)
            self._begun = self._begun or not words.isspace()

    def cell(self) -> None:
        """Begin a cell: it is set off from the one before it in its row."""
        self.words(" | " if self._begun else " ")

    def end_line(self, twice: bool = False) -> None:
        """End the line; with `twice`, ending an empty one ends the block."""
        if line := self._line():
            self._lines.append(line)
        elif twice:
            self.end_block()
        self._words.clear()
        self._begun = False

    def end_block(self) -> None:
        """End the block."""
        self.end_line()
        if self._lines:
            self.blocks.append(BULLET * self.item + ("\n    " if self.item else "\n").join(self._lines))
            self._lines.clear()
            self.item = False

    def as_it_stands(self, words: str) -> None:
        """A block whose lines are kept."""
        self.end_block()
        if words.strip():
            self.blocks.append(words.strip("\r\n"))

    def grade(self, grade: str | None) -> None:
        """A grade that a graphic shows, as a block of its own."""
        if grade:
            self.end_block()
            self.item = False
            self.blocks.append(grade)

    def _line(self) -> str:
        return " ".join("".join(self._words).translate(_NO_WIDTH).split()).rstrip(" |")
