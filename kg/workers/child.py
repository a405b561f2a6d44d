"""What runs in a worker process: `python -m kg.workers.child SOCKET MEMORY`.

It confines itself, then answers one query after the other until the other end of the socket is closed.
"""

from __future__ import annotations

import socket
import sys
from array import array
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kg.workers.channel import Channel, Message
from kg.workers.confine import confine, processor_seconds

if TYPE_CHECKING:
    from kg.answers import Result, Scores
    from kg.store import OxigraphStore


def main() -> None:
    """Answer until there is nobody to answer."""
    handle, memory = map(int, sys.argv[1:])
    end = socket.socket(fileno=handle)
    layers = confine(memory)
    import kg.store  # noqa: F401 (now, and not while somebody waits)

    channel = Channel(end)
    worker = _Worker(channel)
    channel.send({"layers": layers})
    while True:
        try:
            request, _ = channel.receive()
        except ConnectionError:
            return
        worker.answer(request)


class _Worker:
    """The graph of one generation, held open from query to query."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._folder: str | None = None
        self._store: OxigraphStore | None = None
        self._subjects: list[str] = []

    def answer(self, request: Message) -> None:
        """Answer one request: with a result, or with the error that there is instead."""
        from kg.errors import PeelError

        processor_seconds(request["seconds"])
        try:
            result = self._result(request)
        except PeelError as error:
            said = {"error": type(error).__name__, "fault": error.fault, "mend": error.mend}
            self._channel.send(said)
        except MemoryError:
            self._channel.send({"error": "MemoryError"})
        else:
            self._channel.send({"rows": result.rows, "truncated": result.truncated}, result.body)

    def _result(self, request: Message) -> Result:
        from kg.answers import Cap, Graphs

        store = self._opened(request["folder"])
        functions = {name: partial(self._scores, name) for name in request["functions"]}
        graphs = Graphs(*map(tuple, request["graphs"])) if request["graphs"] is not None else None
        return store.ask(request["text"], request["format"], graphs, Cap(*request["cap"]), functions)

    def _opened(self, folder: str) -> OxigraphStore:
        from kg.errors import Damaged
        from kg.store import OxigraphStore

        if self._store is None or folder != self._folder:
            self._store, self._subjects = None, []
            try:
                self._store = OxigraphStore(Path(folder), read_only=True)
            except OSError as error:
                raise Damaged(Path(folder), "it cannot be opened") from error
            self._folder = folder
        return self._store

    def _scores(self, function: str, text: str) -> Scores:
        """What a function of the keeper's gives for a text. Raises InvalidQuery where it gives nothing."""
        from kg.answers import Scores
        from kg.errors import InvalidQuery

        self._channel.send({"function": function, "text": text, "subjects": not self._subjects})
        said, values = self._channel.receive()
        if "fault" in said:
            raise InvalidQuery(said["fault"], said["mend"])
        if said["subjects"]:
            listed = values[: said["subjects"]]
            self._subjects = listed.decode().split("\n")
            values = values[said["subjects"] :]
        return Scores(self._subjects, array("f", values))


if __name__ == "__main__":
    main()
