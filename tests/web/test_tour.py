"""The tour of `docs/tour.md`: every task can be done as it says, in three steps or fewer, and has its picture."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from PIL import Image

from docs import make_tour
from docs.make_tour import TASKS, Task
from search.home import Home
from tests.web.conftest import Open

DOCS = Path(make_tour.__file__).parent


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_task_takes_three_steps_at_most(open_page: Open, client: httpx.Client, task: Task) -> None:
    assert 1 <= len(task.steps) <= 3
    page = open_page("/")
    page.wait_for_load_state("networkidle")
    make_tour.walk(page, str(client.base_url).rstrip("/"), task)


def test_the_page_is_what_the_script_writes() -> None:
    assert (DOCS / "tour.md").read_text("utf-8") == make_tour.written()
    assert len(TASKS) == 10


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_picture_is_small(task: Task) -> None:
    path = DOCS / "tour" / f"{task.name}.png"
    assert path.stat().st_size < 120_000
    with Image.open(path) as image:
        assert image.width == make_tour.WIDTH == 1000


def test_what_the_tour_says_of_cleveland_is_so(pages_home: Home) -> None:
    grades = {
        entry["cycle"]: entry["grade"]
        for entry in pages_home.grades("cleveland")
        if (entry["pillar"], entry["question"]) == ("effectiveness", None)
    }
    assert [grades[cycle] for cycle in ("2015", "2017", "2018/19")] == ["requires-improvement", "good", "inadequate"]
