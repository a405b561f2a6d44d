"""The README keeps its word: its transcript is what the demo prints, and its Python runs.

`python tests/test_readme.py` writes the transcript anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
PEEL = Path(sys.executable).with_name("peel")
BLOCK = re.compile(r"(<!-- transcript: [\w -]+ -->\n```text\n)(.*?)(```\n<!-- end of transcript -->)", re.DOTALL)
HOME = "~/.local/share/peelgraph"


def transcript(home: Path) -> str:
    """What `peel demo --no-serve` prints on an empty home, with the home's path as most people see it."""
    told = subprocess.run(
        [str(PEEL), "demo", "--no-serve", "--home", str(home)], capture_output=True, text=True, check=True
    )
    return told.stdout.replace(str(home), HOME)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    home = tmp_path_factory.mktemp("demo")
    return home, transcript(home)


def test_the_transcript_is_what_the_demo_prints(demo: tuple[Path, str]) -> None:
    found = BLOCK.search(README.read_text("utf-8"))
    assert found is not None
    assert demo[1] == found[2], "write it anew with `python tests/test_readme.py`"


def test_the_demo_on_a_home_that_has_it_is_nothing_new(demo: tuple[Path, str]) -> None:
    home, first = demo
    again = transcript(home)
    assert again.replace("Found", "Built", 1) == first


def test_the_five_lines_of_python_run(demo: tuple[Path, str]) -> None:
    found = re.search(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert found is not None
    told = subprocess.run(
        [sys.executable, "-c", found[1]],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PEEL_HOME": str(demo[0])},
    )
    assert len(told.stdout.splitlines()) == 5
    assert all("justiceinspectorates.gov.uk" in line for line in told.stdout.splitlines())


def test_every_file_it_points_to_is_there() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)", README.read_text("utf-8"))
    assert links
    assert [link for link in links if not (README.parent / link).exists()] == []


def test_the_commands_it_names_are_commands() -> None:
    help_text = subprocess.run([str(PEEL), "--help"], capture_output=True, text=True, check=True).stdout
    named = set(re.findall(r"\$ peel (\w+)", README.read_text("utf-8")))
    assert named and all(re.search(rf"^  {command}\b", help_text, re.MULTILINE) for command in named)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        fresh = transcript(Path(folder))
    README.write_text(BLOCK.sub(lambda m: m[1] + fresh + m[3], README.read_text("utf-8")), "utf-8")
