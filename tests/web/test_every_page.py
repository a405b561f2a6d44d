"""What holds of every page in every state: valid, accessible at both widths, with and without scripts."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlencode

import httpx
import pytest

from tests.web.checking import assert_accessible, assert_valid
from tests.web.conftest import WIDTHS, Open

SELECT = "SELECT ?finding ?force ?text WHERE { ?finding a peel:Weakness ; peel:force ?force ; peel:text ?text } LIMIT 3"
PAGES = {
    "first page": "/",
    "results": "/?text=body-worn+video",
    "results with understood filters": "/?text=weaknesses+in+Kent+in+2017+about+vulnerable+victims",
    "results, filtered": "/?text=victims&force=kent&force=gwent&kind=weakness",
    "results, second page": "/?text=victims&offset=20",
    "results, past the last": "/?text=victims&offset=5000",
    "results, by force": "/?text=victims&sort=force",
    "no answer": "/?text=the+price+of+fish+in+Iceland",
    "browsing": "/?force=kent&cycle=2017",
    "nothing passes the filters": "/?text=video&force=kent&kind=cause-of-concern",
    "advanced": "/?text=victims&where=%3Ffinding+peel%3Apolarity+polarity%3Anegative",
    "fault in the pattern": "/?text=victims&where=nonsense",
    "fault in a filter": "/?text=victims&force=westshire",
    "finding": "/findings/kent-2017-effectiveness/f-ac37be599c67",
    "no such finding": "/findings/kent-2017-effectiveness/f-000000000000",
    "forces": "/forces",
    "force": "/forces/cleveland",
    "force without findings": "/forces/surrey",
    "no such force": "/forces/westshire",
    "subjects": "/subjects",
    "subject": "/subjects/neighbourhood-policing",
    "issues": "/issues",
    "issues of one force": "/issues?force=kent&cycle=2017",
    "graph without links": "/graph?finding=kent-2017-effectiveness%23f-ac37be599c67",
    "compare, empty": "/compare",
    "compare": "/compare?force=norfolk&force=suffolk&force=&text=use+of+force",
    "compare on a question": "/compare?force=kent&force=cleveland&matter=2018-19_effectiveness_2&topic=stop-and-search",
    "compare one": "/compare?force=kent",
    "matrix": "/matrix",
    "matrix of subjects": "/matrix/subjects?group=preventing-crime",
    "query": "/query",
    "query answered": f"/query?{urlencode({'query': SELECT})}",
    "query for a graph": f"/query?{urlencode({'query': 'CONSTRUCT { ?s a ?t } WHERE { ?s a ?t } LIMIT 3'})}",
    "query with a fault": "/query?query=nonsense",
    "interface": "/api",
    "about": "/about",
    "coverage": "/about/coverage",
    "method": "/about/method",
    "accuracy": "/about/accuracy",
    "licence": "/about/licence",
    "accessibility": "/about/accessibility",
    "ontology": "/def",
    "graph": "/graph?finding=kent-2017-effectiveness%23f-ac37be599c67",
    "graph of nothing": "/graph",
    "no such page": "/nowhere",
}
"""Every state of every page, by name."""
FAULTY = {
    "fault in the pattern": 400,
    "fault in a filter": 400,
    "no such finding": 404,
    "no such force": 404,
    "compare one": 400,
    "query with a fault": 400,
    "graph of nothing": 400,
    "no such page": 404,
}


@pytest.mark.parametrize("name", PAGES)
def test_it_is_valid(client: httpx.Client, name: str) -> None:
    answer = client.get(PAGES[name], headers={"accept": "text/html"})
    assert answer.status_code == FAULTY.get(name, 200)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert_valid(answer.text)


@pytest.mark.parametrize("name", PAGES)
def test_it_is_accessible(open_page: Open, name: str) -> None:
    page = open_page(PAGES[name])
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page)


@pytest.mark.parametrize("name", ["first page", "results, filtered", "finding", "force", "compare", "query answered"])
def test_it_says_the_same_without_scripts(open_page: Open, name: str) -> None:
    page, plain = open_page(PAGES[name]), open_page(PAGES[name], scripts=False)
    assert plain.inner_text("main") == page.inner_text("main")
    links = "nav[aria-label=Main] a:visible"
    assert plain.locator(links).count() == page.locator(links).count() == 8


def test_every_link_within_leads_somewhere(client: httpx.Client) -> None:
    """From every page, each address that is ours answers; saved searches and files are followed once a shape."""
    seen: set[str] = set()
    for address in PAGES.values():
        text = client.get(address, headers={"accept": "text/html"}).text
        for link in re.findall(r'(?:href|src|action)="(/[^"#]*)', text):
            path, _, query = unescape(link).partition("?")
            shape = re.sub(r"/(findings|forces|subjects|id|doc)/.*", r"/\1/", path) + "&".join(sorted(parse_qs(query)))
            if shape not in seen:
                seen.add(shape)
                answer = client.get(unescape(link), headers={"accept": "*/*"}, follow_redirects=True)
                assert answer.status_code == 200, f"{address} leads to {link}: {answer.status_code}"


def test_the_first_page_is_light(open_page: Open, client: httpx.Client) -> None:
    sizes: list[int] = []
    page = open_page("/about")
    page.wait_for_load_state("networkidle")  # leaving sooner cuts off what the page still asks for
    page.on("response", lambda answer: sizes.append(answer.request.sizes()["responseBodySize"]))
    page.context.clear_cookies()
    page.goto(str(client.base_url), wait_until="networkidle")
    assert 0 < sum(sizes) < 150_000
