"""A real server over a home, for the tests that speak HTTP."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

PEEL = Path(sys.executable).with_name("peel")


@dataclass(frozen=True)
class Server:
    """A server that runs, somebody who asks it, and the file of what it says."""

    client: httpx.Client
    process: subprocess.Popen[bytes]
    log: Path

    def said(self) -> str:
        return self.log.read_text("utf-8")


@contextmanager
def serving(home: Path, settings: Mapping[str, str] | None = None) -> Iterator[httpx.Client]:
    """Somebody who asks a real server over a home.

    `settings` are environment variables; unless they say otherwise there is no limit to how often one may ask.
    """
    with running(home, settings=settings) as server:
        yield server.client


@contextmanager
def running(
    home: Path, *options: str, settings: Mapping[str, str] | None = None, end: signal.Signals = signal.SIGINT
) -> Iterator[Server]:
    """A real server over a home, ended by a signal; it must then have ended well."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(PEEL), "serve", "--port", str(port), "--home", str(home), *options]
    with (
        tempfile.TemporaryDirectory() as folder,
        (Path(folder) / "log").open("wb") as log,  # a pipe that nobody reads would stop one that has much to say
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        process = subprocess.Popen(command, stderr=log, env={**os.environ, "PEEL_RATE": "", **(settings or {})})
        server = Server(client, process, Path(log.name))
        try:
            wait_until(lambda: _answers(server), 60)
            yield server
        finally:
            process.send_signal(end)
            process.wait(timeout=60)
        assert "Traceback" not in server.said(), server.said()


def _answers(server: Server) -> bool:
    assert server.process.poll() is None, server.said()
    try:
        server.client.get("/healthz")
    except httpx.TransportError:
        return False
    return True


def wait_until(condition: Callable[[], object], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.01)
