"""The search page: the library's answer, nothing added, nothing lost; every state an address."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from search.home import Home
from tests.web.conftest import Open


def iris(html: str) -> list[str]:
    """The findings of the cards of a page, in order."""
    paths = re.findall(r'app-card__title"[^>]*><a class="govuk-link" href="/findings/([^/"]+)/([^"]+)"', html)
    return [f"https://w3id.org/peelgraph/id/report/{report}#{key}" for report, key in paths]


def test_the_cards_are_the_answer(client: httpx.Client, pages_home: Home) -> None:
    html = client.get("/", params={"text": "body-worn video"}).text
    answer = pages_home.find("body-worn video", k=20)
    close = [hit for hit in answer["hits"] if hit["close"]]
    assert answer["answered"] and iris(html) == [hit["finding"] for hit in close]
    for hit in close:
        plain = unescape(re.sub(r"<[^>]+>", "", html))
        assert hit["text"] in plain and hit["source"]["url"] in unescape(html)
    assert html.count("Restated in our own words.") == len(close), "every card says whose the words are"


def test_pages_join_to_one_ranking(client: httpx.Client, pages_home: Home) -> None:
    seen: list[str] = []
    address: str | None = "/?text=victims"
    while address:
        html = client.get(address).text
        seen += iris(html)
        following = re.search(r'pagination__next">\s*<a[^>]*href="([^"]+)"', html)
        address = unescape(following[1]) if following else None
    every = pages_home.find("victims", k=1_000)
    assert seen == [hit["finding"] for hit in every["hits"] if hit["close"]]
    assert len(seen) == len(set(seen)) > 20


def test_where_nothing_answers_it_says_so_and_shows_the_nearest_as_such(client: httpx.Client, pages_home: Home) -> None:
    question = "the price of fish in Iceland"
    assert not pages_home.find(question)["answered"]
    html = client.get("/", params={"text": question}).text
    assert "Nothing found that answers this. The nearest findings are:" in html
    assert "not as an answer" in html and 0 < len(iris(html)) <= 10
    assert "finding</h2>" not in html and "Sort by" not in html and "/api/export" not in html


def test_what_was_understood_can_be_taken_away(client: httpx.Client, pages_home: Home) -> None:
    question = "weaknesses in Kent in 2017 about victims"
    understood = pages_home.find(question)["query"]["understood"]
    assert {"kent", "2017"} <= {value for chip in understood for value in chip["values"]}
    html = client.get("/", params={"text": question}).text
    tags = re.findall(r'<a class="app-tag" href="([^"]+)">(.*?)</a>', html)
    assert len(tags) == len(understood)
    away = next(unescape(href) for href, text in tags if "Kent Police" in text)
    assert parse_qs(urlsplit(away).query)["without"] == ["force:kent"]
    without = client.get(away).text
    assert len(re.findall(r'class="app-tag"', without)) == len(understood) - 1
    expected = pages_home.find(question, k=20, without=["force:kent"])
    shown = [hit["finding"] for hit in expected["hits"] if hit["close"] or not expected["answered"]]
    assert iris(without) == shown[: len(iris(without))] and iris(without)


def test_clearing_the_filters_takes_away_what_was_read_from_the_question_too(client: httpx.Client) -> None:
    for question in (
        "weaknesses in Kent in 2017 about victims",
        "What do forces do well that Kent was told to improve?",
    ):
        html = client.get("/", params={"text": question, "kind": "weakness"}).text
        clear = re.search(r'href="([^"]+)">Clear filters', html)
        assert clear is not None
        asked = parse_qs(urlsplit(unescape(clear[1])).query)
        assert asked["text"] == [question] and set(asked) == {"text", "without"}
        assert 'class="app-tag"' not in client.get(unescape(clear[1])).text


def test_every_file_that_a_result_page_offers_is_there(client: httpx.Client) -> None:
    for address in (
        "/?text=victims+in+Kent&kind=weakness",
        "/?force=kent&cycle=2017",
        "/?text=victims&without=force:kent",
    ):
        files = re.findall(r'href="(/api/export[^"]+)"', client.get(address).text)
        assert len(files) == 3
        for file in files:
            assert client.get(unescape(file)).status_code == 200, file


def test_a_card_says_to_which_finding_it_is_linked(client: httpx.Client, pages_home: Home) -> None:
    links = pages_home.sparql("SELECT ?force { ?f peel:goodPractice ?g ; peel:force/rdfs:label ?force } LIMIT 1")
    assert isinstance(links, list) and links
    question = f"Which forces do well at what {links[0]['force']} was criticised for?"
    html = unescape(client.get("/", params={"text": question}).text)
    hits = pages_home.find(question, k=20)["hits"]
    told = [(hit, one) for hit in hits for one in hit["linked"]]
    assert told and html.count("Linked by a machine") == len(told)
    for _, one in told:
        assert one["text"] in html and f"{one['force']['label']} ({one['cycle']})</a>" in html


def test_a_chosen_filter_is_a_tag_that_takes_it_away_again(client: httpx.Client) -> None:
    html = client.get("/", params={"text": "victims", "force": ["kent", "gwent"], "kind": "weakness"}).text
    tags = [unescape(href) for href in re.findall(r'<a class="app-tag" href="([^"]+)"', html)]
    left = [parse_qs(urlsplit(tag).query) for tag in tags]
    assert left == [
        {"text": ["victims"], "force": ["gwent"], "kind": ["weakness"]},
        {"text": ["victims"], "force": ["kent"], "kind": ["weakness"]},
        {"text": ["victims"], "force": ["kent", "gwent"]},
    ]
    assert 'href="/?text=victims"' in html, "and all at once"


def test_the_counts_beside_the_filters_are_exact(client: httpx.Client, pages_home: Home) -> None:
    html = client.get("/", params={"text": "victims"}).text
    for facet, values in pages_home.find("victims")["facets"].items():
        shown = re.findall(rf'name="{facet}" type="checkbox" value="([^"]+)".*?class="app-count">\(([\d,]+)\)', html)
        assert {unescape(v): int(n.replace(",", "")) for v, n in shown} == {v["value"]: v["count"] for v in values}


def test_filters_alone_list_all_that_pass(client: httpx.Client, pages_home: Home) -> None:
    html = client.get("/", params={"force": "kent", "cycle": "2017", "polarity": "negative"}).text
    where = "?finding peel:force force:kent ; peel:cycle cycle:2017 ; peel:polarity polarity:negative"
    expected = set(pages_home.findings_of(where))
    assert set(iris(html)) == expected and f"{len(expected)} findings" in html


@pytest.mark.parametrize(("sort", "key"), [("newest", "cycle"), ("force", "force")])
def test_another_order_has_the_same_findings(client: httpx.Client, pages_home: Home, sort: str, key: str) -> None:
    expected = [hit for hit in pages_home.find("body-worn video", k=1_000)["hits"] if hit["close"]]
    found = iris(client.get("/", params={"text": "body-worn video", "sort": sort}).text)
    assert set(found) == {hit["finding"] for hit in expected[:20]} or len(expected) > 20
    by_iri = {hit["finding"]: hit for hit in expected}
    keys = [by_iri[iri][key] if key == "cycle" else by_iri[iri]["force"]["label"] for iri in found]  # type: ignore[literal-required]
    assert keys == sorted(keys, reverse=sort == "newest")


def test_the_best_sentence_is_marked(client: httpx.Client, pages_home: Home) -> None:
    for question in ("victims", "stop and search", "digital investigation"):
        html = client.get("/", params={"text": question}).text
        for hit in pages_home.find(question, k=20)["hits"]:
            sentence = hit["sentence"]
            if hit["close"] and sentence["start"] is not None and sentence["text"] != hit["text"]:
                assert f"<mark>{sentence['text']}</mark>" in unescape(html)


def test_what_people_type_is_shown_as_they_typed_it(client: httpx.Client) -> None:
    html = client.get("/", params={"text": '<script>alert("x")</script> video', "kind": "weakness"}).text
    assert "<script>alert" not in html and "&lt;script&gt;alert" in html


def test_a_fault_is_said_beside_the_form_as_it_was_filled_in(client: httpx.Client) -> None:
    wrong = client.get("/", params={"text": "victims", "where": "nonsense"})
    assert wrong.status_code == 400 and "There is a problem" in wrong.text
    assert 'value="victims"' in wrong.text and ">\nnonsense</textarea>" in wrong.text
    assert client.get("/", params={"text": "x", "sort": "random"}).status_code == 400
    assert client.get("/", params={"text": "x", "offset": "-1"}).status_code == 400
    assert client.get("/", params={"text": "x" * 3000}).status_code == 400


def test_the_list_can_be_taken_away_and_cited(client: httpx.Client, pages_home: Home) -> None:
    html = unescape(client.get("/", params={"text": "victims", "force": "kent"}).text)
    for kind in ("csv", "jsonl", "ttl"):
        assert f'href="/api/export?text=victims&force=kent&format={kind}"' in html
    assert f"data generation {pages_home.generation}" in html and "?text=victims&force=kent" in html


@pytest.mark.parametrize(
    "asked", ["text=victims&force=kent", "force=gwent&cycle=2017", "text=stop+and+search+in+2017&without=cycle:2017"]
)
def test_the_file_has_what_the_page_shows(client: httpx.Client, asked: str) -> None:
    html = client.get(f"/?{asked}").text
    file = unescape(re.findall(r'href="(/api/export[^"]+jsonl)"', html)[0])
    *findings, end = [json.loads(line) for line in client.get(file).text.splitlines()]
    assert set(iris(html)) <= {line["finding"] for line in findings}
    assert iris(html) and end["count"] == len(findings) >= len(iris(html))


def test_the_form_works_by_keyboard_and_keeps_addresses_short(open_page: Open) -> None:
    page = open_page("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.locator("#text").focus()
    page.keyboard.type("victims")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?text=victims")
    page.locator("summary", has_text="Force").first.focus()
    page.keyboard.press("Enter")
    page.locator("input[name=force][value=kent]").focus()
    page.keyboard.press("Space")
    page.locator("button", has_text="Apply filters").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?text=victims&force=kent")
    assert " ".join(page.locator(".app-tag").inner_text().split()) == "Remove this filter: Force: Kent Police"


def test_the_menu_opens_on_a_phone(open_page: Open) -> None:
    page = open_page("/", width=320)
    assert not page.get_by_role("link", name="Matrix", exact=True).is_visible()
    page.get_by_role("button", name="Menu").click()
    assert page.get_by_role("link", name="Matrix", exact=True).is_visible()
