"""Makes `docs/tour.md` and its pictures: ten tasks, each done in a browser as its steps say.

    peel demo                                          (or `peel serve`) in another terminal, then
    python docs/make_tour.py [http://127.0.0.1:8000]

Uses the system's Chromium. `tests/web/test_tour.py` walks the same steps and holds `tour.md` to what is written here.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
WIDTH, HEIGHT, COLOURS = 1000, 900, 48

HEAD = """# A tour in ten tasks

What somebody new wants to know, and how few steps it takes from the first page. Every task below was done in a
browser by `docs/make_tour.py`, which took the pictures and wrote this page. The data are those that ship with
Peelgraph, so your own home may answer otherwise. Start with `peel demo` and open <http://127.0.0.1:8000>.

Nothing here is an HMICFRS or GOV.UK service, and the findings that ship are restated in our own words.
"""


@dataclass(frozen=True)
class Step:
    """What a reader does once, in words and in the browser."""

    said: str
    does: Callable[[Page], None]


@dataclass(frozen=True)
class Task:
    """What somebody wants to know, the steps to it, what must then be on the page, and where to look."""

    name: str
    wanted: str
    steps: tuple[Step, ...]
    told: str
    seen: str
    look: str = "h1"


def ask(text: str) -> Step:
    """Type a question on the first page and search."""

    def does(page: Page) -> None:
        page.fill("#text", text)
        page.get_by_role("button", name="Search", exact=True).click()

    return Step(f"Type *{text}* and press **Search**.", does)


def menu(name: str) -> Step:
    """Follow a word of the menu."""

    def does(page: Page) -> None:
        page.get_by_label("Main").get_by_role("link", name=name, exact=True).click()

    return Step(f"Choose **{name}** in the menu.", does)


def follow(said: str, selector: str) -> Step:
    """Follow the first link that a selector finds."""
    return Step(said, lambda page: page.locator(selector).first.click())


def _compare(page: Page) -> None:
    page.select_option("#force-1", label="Norfolk Constabulary")
    page.select_option("#force-2", label="Suffolk Constabulary")
    page.fill("#text", "use of force")
    page.get_by_role("button", name="Compare", exact=True).click()


def _matrix(page: Page) -> None:
    page.select_option("#matter", label="Effectiveness, as a whole")
    page.get_by_role("button", name="Show", exact=True).click()


TASKS = (
    Task(
        "calls",
        "What did inspectors say about abandoned 101 calls in Wales?",
        (ask("What did inspectors say about abandoned 101 calls in Wales?"),),
        "*Wales* was understood as a region. It stands as a filter that one click takes away; the rest of the question "
        "ranks what is left. Each finding says whose words it has and leads to the official page.",
        "Region: Wales",
        ".app-tags",
    ),
    Task(
        "does-well",
        "Who does well at what Kent was told to improve?",
        (
            ask("Who does well at what Kent was told to improve?"),
            follow("Open one of the findings.", ".app-card__title a"),
        ),
        "The list has the praise of other forces that is linked to criticism of Kent. The page of a finding names what "
        "it is linked to, how sure that is and why.",
        "Who was told to do better at this",
        "h2:has-text('Who was told to do better at this')",
    ),
    Task(
        "grade",
        "How has Cleveland’s grade for investigating crime moved?",
        (menu("Forces"), follow("Choose **Cleveland**.", "main a[href='/forces/cleveland']")),
        "Effectiveness as a whole was graded requires improvement in 2015, good in 2017 and inadequate in 2018/19. Of "
        "investigating crime itself the pages that ship state no grade, and the row says so rather than guess. A "
        "double line stands where grades may not be compared with those before.",
        "grade not in the pages read",
        "#grades",
    ),
    Task(
        "outstanding",
        "Which forces were outstanding?",
        (menu("Matrix"), Step("Choose *Effectiveness, as a whole*, and press **Show**.", _matrix)),
        "All forces by cycle. Grades have words and shapes as well as colour; a grade that is a link leads to the "
        "findings behind it.",
        "Matrix of grades",
    ),
    Task(
        "compare",
        "Compare Norfolk and Suffolk on the use of force.",
        (
            menu("Compare"),
            Step("Choose *Norfolk* and *Suffolk*, type *use of force* and press **Compare**.", _compare),
        ),
        "Their grades side by side, and under them what each was told that answers the words.",
        "What each was told",
        "#grades",
    ),
    Task(
        "subject",
        "How has neighbourhood policing been seen over the years?",
        (
            menu("Subjects"),
            follow("Choose **Neighbourhood policing**.", "main a[href='/subjects/neighbourhood-policing']"),
        ),
        "What the subject means, how much praise and criticism there was in each cycle, and which forces it was of. "
        "The numbers of the chart stand in a table.",
        "Neighbourhood policing",
    ),
    Task(
        "issues",
        "What do many forces have in common?",
        (
            menu("Issues"),
            follow("Open the first issue: it is that of most forces.", ".app-card__title a"),
            follow("Choose **See how they are linked**.", "main a[href^='/graph']"),
        ),
        "An issue is criticism that a machine found to be of one matter. The picture of its links is drawn from the "
        "table beside it: lines differ in style and have names, and it can be worked by keyboard.",
        "How the findings of this issue are linked",
    ),
    Task(
        "no-answer",
        "Something that no report speaks of.",
        (ask("the price of fish in Iceland"),),
        "Where nothing is near enough to count as an answer, the page says so, and shows the nearest findings as just "
        "that.",
        "Nothing found that answers this",
    ),
    Task(
        "sparql",
        "Which grades has Kent had? Asked in SPARQL.",
        (
            menu("SPARQL"),
            follow("Choose *Which grades has Kent Police had …*.", "main a:has-text('has Kent Police had')"),
        ),
        "The query can be changed and asked again. Its answer is a table with links, or a file in any format.",
        "As a file:",
    ),
    Task(
        "cite",
        "Take a list away and cite it.",
        (
            ask("body-worn video at domestic abuse incidents"),
            follow("Open **Cite this** under the list; the files to download stand above it.", ".app-take summary"),
        ),
        "The citation names the address of the list and the generation of the data, so that others see what you saw.",
        "data generation",
        ".app-take",
    ),
)  # fmt: skip


def walk(page: Page, base: str, task: Task) -> None:
    """Do a task from the first page on. Playwright's errors where a step cannot be done."""
    page.goto(base + "/", wait_until="networkidle")
    for step in task.steps:
        step.does(page)
        page.wait_for_load_state("networkidle")
    page.get_by_text(task.seen).first.wait_for()


def written() -> str:
    """The page, in Markdown."""
    parts = [HEAD]
    for number, task in enumerate(TASKS, start=1):
        steps = "\n".join(f"{place}. {step.said}" for place, step in enumerate(task.steps, start=1))
        parts.append(
            f"## {number}. {task.wanted}\n\n{steps}\n\n{task.told}\n\n![{task.wanted}](tour/{task.name}.png)\n"
        )
    return "\n".join(parts)


def picture(page: Page, task: Task) -> bytes:
    """What is to be seen where the task ends, as a PNG of few colours."""
    to_it = "element => window.scrollTo(0, element.getBoundingClientRect().top + scrollY - 20)"
    page.locator(task.look).first.evaluate(to_it)
    page.wait_for_timeout(200)
    image = Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    packed = BytesIO()
    image.save(packed, "PNG", optimize=True)
    return packed.getvalue()


def main() -> None:
    """Walk every task, keep its picture, write the page."""
    base = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    (HERE / "tour").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for task in TASKS:
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            walk(page, base, task)
            image = picture(page, task)
            (HERE / "tour" / f"{task.name}.png").write_bytes(image)
            print(f"{task.name:<12} {len(task.steps)} steps  {len(image) / 1000:.0f} kB")
            page.close()
        browser.close()
    (HERE / "tour.md").write_text(written(), "utf-8")


if __name__ == "__main__":
    main()
