"""The queries of docs/sparql.md give the answers that stand under them.

`python tests/test_sparql_docs.py HOME` writes the answers anew, from a home of the reports that the page names.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from pathlib import Path

import pytest

from search.home import Home

PAGE = Path(__file__).parent.parent / "docs" / "sparql.md"
QUERY = re.compile(r"```sparql\n(?P<query>.*?)```\n(?:\n```csv\n(?P<answer>.*?)```\n)?", re.DOTALL)
TITLE = re.compile(r"^### (.*)$", re.MULTILINE)


def answer(home: Home, query: str) -> str:
    names, rows = home.table(query)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([names, *rows])
    return out.getvalue()


def queries() -> list[tuple[str, str]]:
    return [(found["query"], found["answer"]) for found in QUERY.finditer(PAGE.read_text("utf-8"))]


def test_there_are_ten() -> None:
    assert len(queries()) == len(TITLE.findall(PAGE.read_text("utf-8"))) == 10


@pytest.mark.parametrize("number", range(10))
def test_a_documented_query_gives_its_answer(home: Home, number: int) -> None:
    query, expected = queries()[number]
    assert answer(home, query) == expected
    assert expected.count("\n") > 1, "an answer without rows shows nothing"


def main(folder: str) -> None:
    home = Home(Path(folder))
    text = QUERY.sub(
        lambda found: f"```sparql\n{found['query']}```\n\n```csv\n{answer(home, found['query'])}```\n",
        PAGE.read_text("utf-8"),
    )
    PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
