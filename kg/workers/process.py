"""One worker process, seen from its keeper."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from kg.answers import Cap, Functions, Graphs, Result
from kg.errors import HomeError, InvalidQuery, PeelError, QueryTooLarge
from kg.workers.channel import Channel, Message

OUT_OF_TIME = -signal.SIGXCPU
"""How a process ends that has computed too long."""
_LOWEST = 19  # of priorities: it runs when nothing else wants to
_KEPT = ("LD_LIBRARY_PATH", "SYSTEMROOT")
_ERRORS: dict[str, type[PeelError]] = {"InvalidQuery": InvalidQuery, "QueryTooLarge": QueryTooLarge}
_START = 20.0  # seconds; half a second where the machine is busy


CAP = Cap(rows=10_000, size=10_000_000)
"""The longest answer that anybody is given: its solutions or triples, and its bytes."""


@dataclass(frozen=True, slots=True)
class Query:
    """An admitted query about the graph in `folder`, and how it is to be answered.

    What is learnt of how long it takes is remembered for all queries of its `shape` (the text itself where empty).
    """

    text: str
    folder: Path
    shape: str = ""
    format: str = "json"
    graphs: Graphs | None = None
    cap: Cap = CAP
    functions: Functions = field(default_factory=dict)


class Died(Exception):
    """The process ended before it answered; `code` as subprocess gives it."""

    def __init__(self, code: int) -> None:
        self.code = code


class Process:
    """A process that answers one query at a time. Begun when made; raises Died where it cannot begin.

    `layers` are those that confine it; it is `busy` while it owes an answer.
    """

    def __init__(self, memory: int) -> None:
        ours, its = socket.socketpair()
        command = [sys.executable, "-P", "-m", "kg.workers.child", str(its.fileno()), str(memory)]
        # a small world: no secrets, no proxies, few arenas (each counts against the memory it may have)
        place = {"PYTHONPATH": str(Path(__file__).resolve().parents[2]), "MALLOC_ARENA_MAX": "2"}
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        with its:
            self._popen = subprocess.Popen(  # noqa: S603 (the command is ours: the query goes in as data)
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=place | kept,
                pass_fds=[its.fileno()],
                start_new_session=True,  # Ctrl-C is for the server, which then stops its workers
            )
        self._channel = Channel(ours)
        self._ending = threading.Lock()
        self.busy, self._deadline = False, 0.0
        try:
            said, _ = self._heard(time.monotonic() + _START)
        except (Died, TimeoutError):
            self.close()
            raise
        self.layers: tuple[str, ...] = tuple(said["layers"])

    def begin(self, query: Query, until: float) -> None:
        """Hand it a query, to be answered by the time `until`. Raises Died, and TimeoutError at that time."""
        request = {
            "text": query.text,
            "folder": str(query.folder),
            "format": query.format,
            "graphs": None if query.graphs is None else [query.graphs.default, query.graphs.named],
            "cap": [query.cap.rows, query.cap.size],
            "functions": list(query.functions),
            "seconds": max(until - time.monotonic(), 0.0),
        }
        self.busy, self._deadline = True, until
        try:
            self._channel.send(request, until=until)
        except ConnectionError as error:
            raise Died(self.kill()) from error

    def result(self, functions: Functions, until: float) -> Result:
        """Its answer, when it has one; meanwhile its questions about `functions` are answered.

        Raises TimeoutError at the time `until`, after which it may be called again; Died; and what the query raises.
        """
        while True:
            said, beside = self._heard(until)
            if "function" in said:
                self._score(said, functions)
                continue
            self.busy = False
            if "error" in said:
                raise _error(said)
            return Result(beside, said["rows"], said["truncated"])

    def yield_to_others(self) -> None:
        """Give it the lowest priority, for good."""
        try:
            os.setpriority(os.PRIO_PROCESS, self._popen.pid, _LOWEST)
        except ProcessLookupError:
            return  # it has just ended, which is found out when its answer is waited for

    def pause(self) -> None:
        """Let it compute no further, until `go_on`."""
        self._popen.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it compute again."""
        self._popen.send_signal(signal.SIGCONT)

    def processor_seconds(self) -> float:
        """How long it has computed since it began; without end where the system does not tell."""
        if sys.platform != "linux":
            return float("inf")
        try:
            return time.clock_gettime((~self._popen.pid << 3) | 2)  # the clock of a process: clock_getcpuclockid(3)
        except OSError:
            return float("inf")

    def kill(self) -> int:
        """End it now; how it ended comes back. May be called by any thread, more than once."""
        with self._ending:
            self._popen.kill()
            return self._popen.wait()

    def close(self) -> None:
        """End it and let go of it."""
        self.kill()
        self._channel.close()

    def _heard(self, until: float) -> tuple[Message, bytes]:
        try:
            return self._channel.receive(until)
        except ConnectionError as error:
            raise Died(self._code()) from error

    def _code(self) -> int:
        """How it ended: it is given a moment to do so by itself."""
        try:
            return self._popen.wait(1)
        except subprocess.TimeoutExpired:
            return self.kill()

    def _score(self, asked: Message, functions: Functions) -> None:
        """Answer a question of its own; the time that this takes may go beyond a slice, but not beyond the deadline."""
        try:
            scores = functions[asked["function"]](asked["text"])
        except PeelError as error:
            self._channel.send({"fault": error.fault, "mend": error.mend}, until=self._deadline)
            return
        listed = "\n".join(scores.subjects).encode() if asked["subjects"] else b""
        try:
            self._channel.send({"subjects": len(listed)}, listed + scores.values.tobytes(), self._deadline)
        except ConnectionError as error:
            raise Died(self._code()) from error


def _error(said: Message) -> PeelError:
    if said["error"] == "MemoryError":
        return too_large()
    return _ERRORS.get(said["error"], HomeError)(said["fault"], said["mend"])


def too_large() -> QueryTooLarge:
    """The error for a query that ended its process."""
    return QueryTooLarge(
        "the query needs more memory or nests deeper than a worker may", "ask for less: fewer joins, shorter texts"
    )
