"""A real server over a home, for the tests that speak HTTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

PEEL = Path(sys.executable).with_name("peel")


@contextmanager
def serving(home: Path) -> Iterator[httpx.Client]:
    """A real server over a home, stopped with Ctrl-C at the end; it must then have ended well."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [str(PEEL), "serve", "--port", str(port), "--home", str(home)], stderr=subprocess.PIPE, env={**os.environ}
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            for _ in range(600):
                try:
                    client.get("/healthz")
                    break
                except httpx.TransportError:
                    assert server.poll() is None, server.stderr and server.stderr.read()
                    time.sleep(0.05)
            yield client
    finally:
        server.send_signal(2)
        _, said = server.communicate(timeout=20)
    assert b"Traceback" not in said, said
