"""A home is whole or untouched, whatever stops the writer and wherever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from kg import generations
from kg.errors import Busy, Damaged, NotFound, StorageFull

OLD, NEW = b"old words", b"new words" * 1000


def publish(home: Path, content: bytes) -> Path:
    with generations.writer(home) as draft:
        (draft / "words").mkdir()
        (draft / "words" / "one").write_bytes(content)
        (draft / "two").write_bytes(content[::-1])
        return generations.publish(home, draft, {"counts": {"findings": 1}}, lambda _: None)


def content(home: Path) -> bytes:
    """What is being served, after the check that finds any flipped byte."""
    folder = generations.current(home)
    generations.check(folder)
    return (folder / "words" / "one").read_bytes()


def test_published_is_served_and_numbered(tmp_path: Path) -> None:
    assert publish(tmp_path, OLD).name == "000001"
    assert publish(tmp_path, NEW).name == "000002"
    assert (tmp_path / "CURRENT").read_text() == "000002"
    assert content(tmp_path) == NEW
    assert generations.manifest(generations.current(tmp_path))["parent"] == "000001"


def test_nothing_is_published_unless_said(tmp_path: Path) -> None:
    publish(tmp_path, OLD)
    with generations.writer(tmp_path) as draft:
        (draft / "half").write_bytes(NEW)
    with pytest.raises(ZeroDivisionError), generations.writer(tmp_path) as draft:
        (draft / "half").write_bytes(NEW)
        raise ZeroDivisionError
    assert content(tmp_path) == OLD
    assert list(tmp_path.glob("draft-*")) == []


def test_a_draft_that_cannot_be_opened_is_not_published(tmp_path: Path) -> None:
    publish(tmp_path, OLD)

    def refuse(_: Path) -> None:
        raise ValueError("cannot be opened")

    with pytest.raises(ValueError, match="cannot be opened"), generations.writer(tmp_path) as draft:
        (draft / "one").write_bytes(NEW)
        generations.publish(tmp_path, draft, {}, refuse)
    assert content(tmp_path) == OLD


def test_an_empty_home_says_the_mend(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="peel ingest"):
        generations.current(tmp_path)


def test_a_second_writer_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    publish(tmp_path, OLD)
    with generations.writer(tmp_path) as draft:
        code = f"""
from pathlib import Path
from kg import generations
with generations.writer(Path({str(tmp_path)!r})):
    pass
"""
        second = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert second.returncode != 0 and "another process is writing" in second.stderr
        with pytest.raises(Busy, match=str(tmp_path)), generations.writer(tmp_path):
            pass
        (draft / "one").write_bytes(NEW)
        generations.publish(tmp_path, draft, {}, lambda _: None)
    assert generations.current(tmp_path).name == "000002"


def test_any_flipped_byte_is_found(tmp_path: Path) -> None:
    publish(tmp_path, OLD)
    folder = publish(tmp_path, NEW[:40])
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        whole = path.read_bytes()
        for place in range(len(whole)):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(Damaged) as caught:
                generations.check(folder)
            assert path.name in str(caught.value) and "peel rollback" in str(caught.value)
        path.write_bytes(whole)
    generations.check(folder)


def test_a_mend_that_cannot_work_is_not_named(tmp_path: Path) -> None:
    """The first generation has none before it to go back to."""
    folder = publish(tmp_path, OLD)
    (folder / "two").write_bytes(b"?")
    with pytest.raises(Damaged, match="peel ingest --rebuild") as caught:
        generations.check(folder)
    assert "rollback" not in str(caught.value)


@pytest.mark.parametrize("damage", ["cut", "missing", "added"])
def test_a_cut_missing_or_added_file_is_found(tmp_path: Path, damage: str) -> None:
    folder = publish(tmp_path, NEW)
    target = folder / "words" / "one"
    if damage == "cut":
        target.write_bytes(NEW[:-1])
    elif damage == "missing":
        target.unlink()
    else:
        (folder / "words" / "three").write_bytes(b"")
    with pytest.raises(Damaged, match=r"words/(one|three)"):
        generations.check(folder)


@pytest.mark.parametrize("pointer", [b"", b"000009", b"..", b"\xff\xfe", b"draft"])
def test_a_pointer_that_leads_nowhere_is_damage(tmp_path: Path, pointer: bytes) -> None:
    publish(tmp_path, OLD)
    (tmp_path / "CURRENT").write_bytes(pointer)
    with pytest.raises(Damaged, match="CURRENT"):
        generations.current(tmp_path)
    assert generations.rollback(tmp_path).name == "000001"
    assert content(tmp_path) == OLD


def test_rollback_goes_past_what_is_damaged(tmp_path: Path) -> None:
    publish(tmp_path, OLD)
    second = publish(tmp_path, b"middle")
    third = publish(tmp_path, NEW)
    (second / "two").write_bytes(b"?")
    (third / "two").write_bytes(b"?")
    assert generations.rollback(tmp_path).name == "000001"
    assert content(tmp_path) == OLD
    with pytest.raises(NotFound, match="no earlier generation"):
        generations.rollback(tmp_path)
    assert publish(tmp_path, NEW).name == "000004", "a number is never used twice"


def test_old_generations_go_and_enough_stay(tmp_path: Path) -> None:
    for number in range(6):
        publish(tmp_path, str(number).encode())
    kept = sorted(entry.name for entry in tmp_path.iterdir() if entry.name.isdigit())
    assert kept == ["000004", "000005", "000006"]
    generations.rollback(tmp_path)
    assert content(tmp_path) == b"4"


# Kills the process at the n-th call that changes the file system below the home, by Python's audit events.
KILLED = textwrap.dedent(
    """
    import os, signal, sys
    from pathlib import Path
    from kg import generations

    home, until, seen = Path(sys.argv[1]), int(sys.argv[2]), 0
    EVENTS = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "shutil.rmtree", "tempfile.mkdtemp"}

    def count(event, args):
        global seen
        writes = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        reads_to_sync = event == "open" and args[1] is None
        if event in EVENTS or (writes or reads_to_sync) and str(home) in str(args[0]):
            seen += 1
            if seen == until:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    with generations.writer(home) as draft:
        (draft / "words").mkdir()
        (draft / "words" / "one").write_bytes(b"new words" * 1000)
        (draft / "two").write_bytes((b"new words" * 1000)[::-1])
        generations.publish(home, draft, {"counts": {"findings": 1}}, lambda _: None)
    print("finished", seen)
    """
)


def test_kill_9_at_any_step_leaves_old_or_new_whole(tmp_path: Path) -> None:
    outcomes = []
    for step in range(1, 200):
        home = tmp_path / str(step)
        publish(home, OLD)
        ran = subprocess.run(
            [sys.executable, "-c", KILLED, str(home), str(step)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        found = content(home)
        assert found in (OLD, NEW), step
        outcomes.append(found)
        assert publish(home, b"after").name > "000001", "the next writer works"
        assert content(home) == b"after"
        if ran.returncode == 0:
            break
        assert ran.returncode == -signal.SIGKILL, ran.stderr
    assert outcomes[0] == OLD and outcomes[-1] == NEW
    assert len(outcomes) > 10, "killed at too few steps to mean anything"
    assert outcomes == sorted(outcomes, reverse=True), "once new, always new"


def test_every_file_is_on_disk_before_the_pointer_moves(tmp_path: Path) -> None:
    """The order of fsync and rename, as the kernel saw it."""
    code = f"""
import os, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from kg import generations
names, real = {{}}, os.fsync
def fsync(handle):
    print("fsync", os.readlink(f"/proc/self/fd/{{handle}}"))
    real(handle)
os.fsync = fsync
sys.addaudithook(lambda event, args: print("rename", args[1]) if event == "os.rename" else None)
home = Path({str(tmp_path)!r})
with generations.writer(home) as draft:
    (draft / "one").write_bytes(b"1")
    generations.publish(home, draft, {{}}, lambda _: None)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    steps = [line.replace(str(tmp_path), "HOME") for line in ran.stdout.splitlines()]
    numbered = steps.index("rename HOME/000001")
    synced = {step.rsplit("/", 1)[-1] for step in steps[:numbered] if step.startswith("fsync")}
    assert {"one", "manifest.json"} <= synced
    assert any(step.startswith("fsync HOME/draft-") and step.count("/") == 1 for step in steps[:numbered])
    assert steps[numbered + 1 :] == [
        "fsync HOME",
        "fsync HOME/CURRENT.tmp",
        "rename HOME/CURRENT",
        "fsync HOME",
    ]


def test_a_full_disk_says_so_and_loses_nothing(tmp_path: Path) -> None:
    publish(tmp_path, OLD)
    code = f"""
import resource, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from kg import generations
from kg.errors import StorageFull
home = Path({str(tmp_path)!r})
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
try:
    with generations.writer(home) as draft:
        (draft / "big").write_bytes(b"x" * 100_000)
        generations.publish(home, draft, {{}}, lambda _: None)
except StorageFull as error:
    print(error)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "nothing was lost" in ran.stdout
    assert content(tmp_path) == OLD
    assert StorageFull.exit_code == 1
