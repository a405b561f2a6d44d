"""Bytes of any format -> the one kind of text that the readers of text parse.

A page comes as plain text, as HTML or as PDF. Which one is told by its content, never by its name. Text goes
through unchanged; the others become text in full (family F): blocks with a blank line between them, list items
with a bullet. The same bytes always give the same text, since the places of findings are counted in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kg.errors import UnreadablePage
from kg.readers.text import BULLET, decode

_SNIFFED = 65_536
_MARK = rb"\A(?:\xef\xbb\xbf)?"
_PDF = re.compile(_MARK + rb"\s*%PDF-")
_MHTML = re.compile(_MARK + rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?Content-Type: *multipart/related", re.IGNORECASE)
_WIDE_HTML = (b"\xff\xfe<\0", b"\xfe\xff\0<")
_HTML = re.compile(
    _MARK + rb"(?:\s+|<\?xml\b[^>]*>|<!--.*?-->)*+"
    rb"<(?:!doctype\s+html|(?:html|head|body|meta|title|link|main|article|section|header|nav|div|h[1-6]|p|ul|ol|table"
    rb"|pre|span|a|script|style|noscript)(?=[\s>/]))",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page, the format it came in, and the address that the page itself gives as its own."""

    text: str
    format: Literal["text", "html", "pdf"]
    url: str | None = None


def text_of(data: bytes, path: str) -> PageText:
    """The text of a page of any format.

    Raises UnreadablePage, with the mend, for what is none of them or breaks a limit of its format.
    """
    if _PDF.match(data[:_SNIFFED]):
        from kg.readers.pdf import blocks_of

        return PageText(_checked(lay_out(blocks_of(data, path)), path), "pdf")
    if is_html(data):
        from kg.readers import markup

        page = markup.read(data, path)
        return PageText(_checked(lay_out(page.blocks), path), "html", page.url)
    if _MHTML.match(data[:_SNIFFED]):
        raise UnreadablePage(path, "a web archive (MHTML)", "save the page as “Web page, HTML only”")
    return PageText(decode(data, path), "text")


def is_html(data: bytes) -> bool:
    """Whether the first thing in `data`, after white space and comments, is a doctype or a tag of HTML."""
    return data.startswith(_WIDE_HTML) or _HTML.match(data[:_SNIFFED]) is not None


def lay_out(blocks: Iterable[str]) -> str:
    """Text in full from its blocks: a blank line between two of them, but for the items of a list."""
    text: list[str] = []
    for block in blocks:
        if text:
            both_items = text[-1].startswith(BULLET) and block.startswith(BULLET)
            text.append("\n" if both_items else "\n\n")
        text.append(block)
    return "".join(text)


def _checked(text: str, path: str) -> str:
    """Text that was taken out of another format keeps the limits of text."""
    return decode(text.encode("utf-8", "replace"), path)
