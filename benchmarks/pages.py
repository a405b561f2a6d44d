"""How light and how quick the pages are, against the limits set for them.

    python benchmarks/pages.py [--runs 25]

Builds a home from the shipped digest and serves it. Weights are bytes of bodies as they came over the wire to the
system's Chromium with nothing kept; "usable" is the end of DOMContentLoaded, when the form and the menu work. The
server's times are medians over a kept connection, every question another one, from sending to the last byte.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Response, sync_playwright

PEEL = str(Path(sys.executable).with_name("peel"))
WEIGHT, USABLE, RENDERED = 150_000, 1.0, 0.050
QUESTIONS = (
    "abandoned 101 calls in Wales",
    "which forces were told to improve the supervision of investigations",
    "body-worn video at domestic abuse incidents",
    "backlogs in examining seized phones and computers",
    "missing children, good work",
    "victims who do not support a prosecution",
    "vetting backlogs",
    "vulnerability not flagged on the incident log",
    "external scrutiny of use of force by the public",
    "hidden demand is not understood",
    "well-being of officers and staff",
    "the price of fish in Iceland",
)
PAGES = {
    "first page": "/",
    "force": "/forces/cleveland",
    "subject": "/subjects/neighbourhood-policing",
    "issues": "/issues",
    "comparison": "/compare?force=norfolk&force=suffolk",
    "matrix": "/matrix",
    "matrix of subjects": "/matrix/subjects?group=preventing-crime",
    "finding": "/findings/kent-2017-effectiveness/f-ac37be599c67",
    "graph": "/graph?finding=kent-2017-effectiveness%23f-ac37be599c67",
    "coverage": "/about/coverage",
    "ontology": "/def",
}


@contextmanager
def served(home: str) -> Iterator[str]:
    """The address of a server over a home, which has answered once."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{free.getsockname()[1]}"
    port = base.rpartition(":")[2]
    server = subprocess.Popen([PEEL, "serve", "--port", port, "--home", home], stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                httpx.get(f"{base}/readyz")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield base
    finally:
        server.terminate()
        server.wait()


def visit(browser: Browser, address: str) -> tuple[int, int, float, float]:
    """A first visit: bytes over the wire, bytes unpacked, seconds until usable, seconds until something is seen."""
    context = browser.new_context()
    page = context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright marks what it is given
    page.goto(address, wait_until="networkidle")
    wire = sum(int(answer.request.sizes()["responseBodySize"]) for answer in answers)
    unpacked = sum(len(answer.body()) for answer in answers)
    usable = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    seen = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    context.close()
    return wire, unpacked, usable / 1000, seen / 1000


def rendered(client: httpx.Client, addresses: list[str], runs: int) -> float:
    """The median seconds of an answer, each address asked `runs` times in turn."""
    seconds = []
    for address in addresses * runs:
        start = time.perf_counter()
        client.get(address, headers={"accept": "text/html"}).raise_for_status()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def said(name: str, figure: float, unit: str, limit: float) -> None:
    """One line: a figure beside its limit."""
    print(f"{name:<28} {figure:8.2f} {unit:<2}  limit {limit:g} {unit:<2}  ratio {figure / limit:.2f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=25)
    parser.add_argument("--home", help="a home of the shipped digest, not to build one")
    given = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as made:
        home = given.home or made
        if given.home is None:
            subprocess.run([PEEL, "demo", "--no-serve", "--home", home], check=True, capture_output=True)
        with served(home) as base, httpx.Client(base_url=base) as client:
            searches = [f"/?{httpx.QueryParams(text=question)}" for question in QUESTIONS]
            rendered(client, [*searches, *PAGES.values()], 2)
            said("search page, median", rendered(client, searches, given.runs) * 1000, "ms", RENDERED * 1000)
            for name, address in PAGES.items():
                said(name, rendered(client, [address], given.runs) * 1000, "ms", RENDERED * 1000)
            if chromium is None:
                print("no Chromium is installed here: weights were not measured")
                return
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                visit(browser, base)
                visits = [visit(browser, base) for _ in range(5)]
                wire, unpacked, usable, seen = (statistics.median(column) for column in zip(*visits, strict=True))
                said("first visit, over the wire", wire / 1000, "kB", WEIGHT / 1000)
                said("first visit, usable", usable, "s", USABLE)
                print(f"unpacked {unpacked / 1000:.0f} kB; something is seen after {seen:.2f} s")
                browser.close()


if __name__ == "__main__":
    main()
