"""API keys and the audit log: nothing secret is kept, nothing written goes unrecorded."""

from __future__ import annotations

import hashlib
import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg.errors import Damaged, InvalidQuery, NotFound
from search import audit, keys
from search.keys import Ring, Scope

PEEL = Path(sys.executable).with_name("peel")
DIGEST = Path(__file__).parents[2] / "kg" / "digest" / "2017"


def log_of(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / audit.FILE).read_text("utf-8").splitlines()]


def test_only_the_digest_of_a_key_is_kept(tmp_path: Path) -> None:
    token = keys.add(tmp_path, "reader")
    assert token.startswith("peel_") and len(token) >= 48
    kept = (tmp_path / keys.FILE).read_text("utf-8")
    assert token not in kept and hashlib.sha256(token.encode()).hexdigest() in kept
    assert stat.S_IMODE((tmp_path / keys.FILE).stat().st_mode) == 0o600
    assert keys.add(tmp_path, "second") != token


def test_a_ring_knows_keys_as_they_come_and_go(tmp_path: Path) -> None:
    ring = Ring(tmp_path)
    assert ring.holder("peel_x") is None
    token = keys.add(tmp_path, "editor", Scope.ADMIN)
    held = ring.holder(token)
    assert held is not None and (held.name, held.scope) == ("editor", Scope.ADMIN)
    assert ring.holder(token[:-1]) is None and ring.holder(held.sha256) is None
    keys.revoke(tmp_path, "editor")
    assert ring.holder(token) is None


def test_names_are_given_once(tmp_path: Path) -> None:
    keys.add(tmp_path, "reader")
    for name in ("reader", "", " "):
        with pytest.raises(InvalidQuery):
            keys.add(tmp_path, name)
    with pytest.raises(NotFound):
        keys.revoke(tmp_path, "nobody")
    (tmp_path / keys.FILE).write_text("[]")
    with pytest.raises(Damaged):
        keys.listed(tmp_path)


def peel(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(PEEL), *arguments, "--home", str(home)], capture_output=True, text=True, check=False)


def test_the_commands_make_list_and_revoke_keys(tmp_path: Path) -> None:
    made = peel("keys", "add", "editor", "--scope", "admin", home=tmp_path)
    token = made.stdout.strip()
    assert made.returncode == 0 and token.startswith("peel_")
    listed = json.loads(peel("keys", "list", "--json", home=tmp_path).stdout)
    assert [(one["name"], one["scope"]) for one in listed] == [("editor", "admin")]
    assert peel("keys", "revoke", "editor", home=tmp_path).returncode == 0
    assert peel("keys", "revoke", "editor", home=tmp_path).returncode == 4
    log = log_of(tmp_path)
    assert [one["what"] for one in log] == ["key editor added, admin", "key editor revoked", "key editor revoked"]
    assert log[0]["outcome"] == "done" and log[2]["outcome"].startswith("NotFound")
    assert token not in (tmp_path / audit.FILE).read_text("utf-8")


def test_every_write_from_the_command_line_is_on_record(tmp_path: Path) -> None:
    home, page = tmp_path / "home", DIGEST / "surrey.effectiveness.md"
    nonsense = tmp_path / "nonsense.txt"
    nonsense.write_text("This is no inspection page at all.")
    peel("ingest", str(page), home=home)
    peel("ingest", str(page), home=home)
    peel("ingest", str(nonsense), home=home)
    peel("ingest", str(DIGEST / "gwent.effectiveness.md"), home=home)
    peel("rollback", home=home)
    peel("rollback", home=home)
    log = log_of(home)
    assert [(one["what"], one["before"], one["after"]) for one in log] == [
        ("ingest", None, "000001"),
        ("ingest", "000001", "000001"),
        ("ingest", "000001", "000001"),
        ("ingest", "000001", "000002"),
        ("rollback", "000002", "000001"),
        ("rollback", "000001", "000001"),
    ]
    assert [one["outcome"].partition(":")[0] for one in log] == [
        *("done", "nothing new", "nothing new", "done", "done", "NotFound"),
    ]
    assert log[0]["inputs"] == [hashlib.sha256(page.read_bytes()).hexdigest()]
    assert all(one["who"].startswith("account:") and one["time"] for one in log)


def test_the_log_is_only_ever_added_to(tmp_path: Path) -> None:
    with audit.written(tmp_path, "one", "key:a"):
        pass
    first = (tmp_path / audit.FILE).read_bytes()
    with pytest.raises(RuntimeError), audit.written(tmp_path, "two", "key:b"):
        raise RuntimeError("stopped")
    whole = (tmp_path / audit.FILE).read_bytes()
    assert whole.startswith(first) and log_of(tmp_path)[1]["outcome"] == "RuntimeError"
