"""How fast pages are read, against the limit of 5 s for 1,000 pages of 3 kB on one core, and how that grows.

    python benchmarks/read.py [--pages 1000]

The pages are made here from invented sentences: a summary, three questions with lists, an area for improvement each.
The second figure reads pages of ten times the length: the time for a kilobyte should stay the same.
"""

from __future__ import annotations

import argparse
import time
from itertools import cycle, islice

from kg import ingest

SENTENCES = (
    "The invented force counts its buckets each week.",
    "It does not always wash its cars in winter.",
    "However, supervisors rarely look at the list of hoses.",
    "Officers generally know where the sponges are kept, and they share them with partners.",
    "The force is good at drying its cars and has a clear plan for the polish.",
    "Some of the garages that we saw were too small for the vans.",
)
TITLES = {
    2: "How effective is the force at investigating crime and reducing re-offending?",
    3: "How effective is the force at protecting those who are vulnerable from harm, and supporting victims?",
    5: "How effective are the force’s specialist capabilities?",
}


def page(paragraphs: int, number: int) -> bytes:
    """A pillar page with so many paragraphs under each heading; `number` makes its words its own."""
    words = cycle(SENTENCES)

    def text() -> str:
        return "\n\n".join(" ".join(islice(words, 3)) + f" Page {number}." for _ in range(paragraphs))

    parts = ["Skip to content", "Kent PEEL 2017", "Effectiveness"]
    parts += ["How effective is the force at keeping people safe and reducing crime?", "Last updated 22/03/2018\nGood"]
    parts += [text(), "Questions for Effectiveness"]
    for key, title in TITLES.items():
        items = "\n".join(f"  • has bucket {n} of page {number};" for n in range(2 * paragraphs))
        parts += [str(key), title, "Good", text(), "However, the force:", items]
        parts += ["Areas for improvement", "  • The force should ensure that every car is washed."]
    return "\n\n".join(parts).encode()


def seconds(pages: list[bytes]) -> float:
    """Wall-clock seconds to read these pages."""
    start = time.perf_counter()
    for number, data in enumerate(pages):
        ingest.page(data, f"{number}.txt")
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    count = parser.parse_args().pages
    pages = [page(2, number) for number in range(count)]
    longer = [page(20, number) for number in range(count // 10)]
    seconds(pages[:5])
    short, long = seconds(pages), seconds(longer)
    size, longer_size = sum(map(len, pages)) / 1e6, sum(map(len, longer)) / 1e6
    limit = 5.0 * count / 1000
    print(f"{count:,} pages, {size:.1f} MB        {short:6.2f} s   limit {limit:.1f} s   ratio {short / limit:.2f}")
    print(f"{len(longer):,} pages, {longer_size:.1f} MB, 10 x as long {long:6.2f} s")
    print(f"time for a MB, long pages against short: {(long / longer_size) / (short / size):.2f} (1 is linear)")


if __name__ == "__main__":
    main()
