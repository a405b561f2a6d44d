"""What every page must be: valid, accessible, no wider than a phone."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import Any

import html5rdf
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


def assert_accessible(page: Page) -> None:
    """Axe finds nothing against WCAG 2.2 AA, and nothing is wider than the window."""
    found: list[dict[str, Any]] = (
        Axe().run(page, options={"runOnly": list(_RULES), "resultTypes": ["violations"]}).response["violations"]
    )
    said = [f"{page.url} {v['id']}: {v['help']}: {[node['html'][:200] for node in v['nodes'][:3]]}" for v in found]
    assert said == []
    width = page.viewport_size["width"] if page.viewport_size else 0
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, f"{page.url} is {wide} px wide in a window of {width}"


def assert_valid(html: str) -> None:
    """The page parses without an error, its ids are unique and meant, its headings step down by one."""
    html5rdf.HTMLParser(strict=True).parse(html)
    ids = Counter(re.findall(r'\sid="([^"]*)"', html))
    assert [name for name, times in ids.items() if times > 1] == []
    for attribute in ("for", "form", "aria-labelledby", "aria-describedby", "aria-controls", "headers"):
        meant = {name for value in re.findall(rf'\s{attribute}="([^"]*)"', html) for name in value.split()}
        assert meant <= set(ids), f"{attribute} names what is not there: {meant - set(ids)}"
    inside = {name for name in re.findall(r'href="#([^"]*)"', html) if name}
    assert inside <= set(ids), f"a link leads nowhere: {inside - set(ids)}"
    # the design system puts the summary of errors above the heading of the page
    levels = [int(level) for level in re.findall(r'<h([1-6])(?! class="govuk-error-summary)[ >]', html)]
    assert levels.count(1) == 1 and levels[0] == 1, "one first heading, and it comes first"
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels)), levels
    assert "<main" in html and 'lang="en"' in html and "Not an HMICFRS or GOV.UK service" in html
    assert not re.search(r"<script(?![^>]*\ssrc=)", html) and not re.search(r"\s(style|on\w+)=", html)
    assert "<style" not in html
