"""The container file and the systemd unit, checked as far as that goes without an engine or a running systemd."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from search.settings import Settings

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
DEPLOY = (ROOT / "docs" / "deploy.md").read_text("utf-8")
UNIT = re.findall(r"```ini\n(.*?)```", DEPLOY, re.DOTALL)[0]
KNOWN = {f"PEEL_{name.upper()}" for name in Settings.model_fields}


def instructions() -> list[tuple[str, str]]:
    lines = [line for line in DOCKERFILE.splitlines() if line and not line.lstrip().startswith("#")]
    whole = "\n".join(lines).replace("\\\n", " ")
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in whole.splitlines())]


def test_what_the_container_copies_is_there_and_not_left_out() -> None:
    kept = {
        line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[0] == "!"
    }
    copied = [rest.split() for word, rest in instructions() if word == "COPY" and "--from" not in rest]
    sources = {source for parts in copied for source in parts[:-1]}
    assert sources == kept and all((ROOT / source).exists() for source in sources)
    built = {"ontology", "kg", "search", "pyproject.toml"}
    assert built <= sources, "what hatchling needs"


def test_the_container_runs_without_root_and_the_commands_exist() -> None:
    told = dict(instructions())
    assert int(told["USER"].split(":")[0]) > 0
    commands = [match.split() for match in re.findall(r"(?:/opt/peelgraph/bin/)?\bpeel (\w+)", DOCKERFILE)]
    commands += [shlex.split(told["CMD"].strip("[]").replace(",", " "))[1:]]
    peel = Path(sys.executable).with_name("peel")
    for command in {part[0] for part in commands}:
        assert subprocess.run([str(peel), command, "--help"], capture_output=True, check=False).returncode == 0, command
    torch = re.search(r"torch==([\d.]+)", DOCKERFILE)
    assert torch is not None and f"torch=={torch[1]}\n" in (ROOT / "constraints.txt").read_text("utf-8")
    assert set(re.findall(r"PEEL_[A-Z_]+", DOCKERFILE)) <= KNOWN


def test_the_page_on_deployment_names_settings_and_commands_that_are_there() -> None:
    assert set(re.findall(r"PEEL_[A-Z_]+", DEPLOY)) <= KNOWN
    make = (ROOT / "Makefile").read_text("utf-8")
    assert all(f"\n{target}:" in make for target in re.findall(r"`make (\w+)`", DEPLOY))
    for name, default in re.findall(r"^\| `PEEL_([A-Z_]+)` \| ([^|]+) \|", DEPLOY, re.MULTILINE):
        value = Settings.model_fields[name.lower()].default
        if name != "HOME":
            assert default.strip() in (str(value), "none"), name


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "peelgraph.service"
    # the program and the account stand where they stand on the machine it is meant for
    unit.write_text(UNIT.replace("/opt/peelgraph/bin/peel", "/bin/true").replace("=peelgraph\n", "=root\n", 2))
    told = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    complaints = [line for line in told.stderr.splitlines() if "peelgraph.service" in line]
    assert told.returncode == 0 and complaints == []
