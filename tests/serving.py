"""A real server over a home, for the tests that speak HTTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx

PEEL = Path(sys.executable).with_name("peel")


@contextmanager
def serving(home: Path, settings: Mapping[str, str] | None = None) -> Iterator[httpx.Client]:
    """A real server over a home, stopped with Ctrl-C at the end; it must then have ended well.

    `settings` are environment variables; unless they say otherwise there is no limit to how often one may ask.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tempfile.TemporaryFile()  # noqa: SIM115 - a pipe that nobody reads would stop a server that has much to say
    server = subprocess.Popen(
        [str(PEEL), "serve", "--port", str(port), "--home", str(home)],
        stderr=log,
        env={**os.environ, "PEEL_RATE": "", **(settings or {})},
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            for _ in range(600):
                try:
                    client.get("/healthz")
                    break
                except httpx.TransportError:
                    assert server.poll() is None, said(log)
                    time.sleep(0.05)
            yield client
    finally:
        server.send_signal(2)
        server.wait(timeout=40)
        told = said(log)
        log.close()
    assert "Traceback" not in told, told


def said(log: IO[bytes]) -> str:
    log.seek(0)
    return log.read().decode()
