"""One server and one browser for the tests of the pages.

The home has six forces in every cycle that the digest has of them, so that every page has something to show and the
whole is published in seconds. The browser is the system's Chromium; Playwright's own is never downloaded.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from search import collect, publish
from search.encoder import Encoder
from search.home import Home
from tests.serving import serving

DIGEST = Path(__file__).parents[2] / "kg" / "digest"
FORCES = ("kent", "gwent", "cleveland", "norfolk", "suffolk", "greater-manchester")
WIDTHS = (320, 1280)


@pytest.fixture(scope="session")
def pages_folder(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """A home of six forces in all cycles; tests must not write to it."""
    folder = tmp_path_factory.mktemp("pages")
    read = [page for page in collect.pages([DIGEST]) if Path(page.path).name.split(".")[0] in FORCES]
    publish.publish(folder, read, lambda: encoder)
    return folder


@pytest.fixture(scope="session")
def pages_home(pages_folder: Path) -> Home:
    """The same home, opened."""
    return Home(pages_folder)


@pytest.fixture(scope="session")
def client(pages_folder: Path) -> Iterator[httpx.Client]:
    """A client of a server over the home; `client.base_url` is where it serves."""
    with serving(pages_folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium is installed here (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, client: httpx.Client) -> Iterator[Open]:
    """`open_page(path, width=1280, scripts=True)`: a page in the browser.

    At the end of the test, no page may have asked another origin for anything, written to the console, thrown, or
    broken the content security policy.
    """
    faults: list[str] = []
    contexts = []
    base = str(client.base_url).rstrip("/")

    def opened(path: str, width: int = 1280, scripts: bool = True) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: faults.append(f"{path} console {said.type}: {said.text}"))
        page.on("pageerror", lambda error: faults.append(f"{path} threw {error}"))
        page.on("requestfailed", lambda asked: faults.append(f"{path} failed to get {asked.url}"))
        page.on("request", lambda asked: asked.url.startswith(base) or faults.append(f"{path} asked {asked.url}"))
        page.goto(base + path)
        return page

    yield opened
    seen = list(faults)  # closing a page cuts off what it is still asking for
    for context in contexts:
        context.close()
    # a page that answers 400 or 404 on purpose is said on the console by Chromium itself
    assert [fault for fault in seen if "the server responded with a status of 4" not in fault] == []
