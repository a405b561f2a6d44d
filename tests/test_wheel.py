"""The wheel installs in a clean environment, outside the checkout, and the demo runs from it.

The clean environment borrows the installed dependencies (they are gigabytes and tested by the set-up itself) but
sees nothing of the checkout.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    return next(folder.glob("peelgraph-*.whl"))


def test_it_holds_what_is_needed_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"ontology", "kg", "search"}
    for needed in (
        "ontology/peel.ttl",
        "ontology/shapes/must.ttl",
        "kg/digest/2017/kent.effectiveness.md",
        "search/web/templates/search.html",
        "search/web/templates/def.html",
        "search/web/templates/base.html",
        "search/web/figures.toml",
        "search/web/static/vendor/VENDORED.toml",
        "search/web/static/vendor/govuk-frontend.css",
        "search/web/static/vendor/govuk-frontend.LICENSE",
        "search/web/static/peelgraph.css",
        "search/link/matter.safetensors",
        "search/py.typed",
    ):
        assert needed in names
    assert wheel.stat().st_size < 5_000_000
    assert any(name.endswith("LICENSE") for name in names)
    assert [name for name in names if "__pycache__" in name or name.endswith((".woff", ".woff2"))] == []


def test_the_demo_runs_from_an_installed_wheel(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "env"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    ask = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.check_output(ask, text=True).strip())
    (site / "dependencies.pth").write_text(_dependencies_without_peelgraph(tmp_path))
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PEEL_", "PYTHON"))}
    ask = [python, "-c", "import kg, search; print(kg.__file__, search.__file__)"]
    where = subprocess.check_output(ask, text=True, cwd=tmp_path, env=clean)
    assert str(ROOT) not in where and str(environment) in where
    told = subprocess.run(
        [environment / "bin" / "peel", "demo", "--no-serve", "--home", str(tmp_path / "home")],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=clean,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith(f"Built {tmp_path / 'home'}: generation 000001")
    assert "score " in told.stdout and "Nearest findings in other forces" in told.stdout


def _dependencies_without_peelgraph(tmp_path: Path) -> str:
    """A folder of links to every installed distribution but ours, so the editable checkout stays out of sight."""
    borrowed = tmp_path / "dependencies"
    borrowed.mkdir()
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if "peelgraph" not in entry.name and entry.suffix != ".pth":
            (borrowed / entry.name).symlink_to(entry)
    return f"{borrowed}\n"
