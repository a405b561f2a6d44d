"""Messages between a worker and its keeper: a JSON object and bytes, both with their lengths before them.

Nothing that is read can run: no pickle. What is longer than agreed ends the conversation.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

_HEAD = struct.Struct("!II")
MAX_MESSAGE = 2_000_000
"""The longest JSON object, in bytes."""
MAX_BYTES = 256_000_000
"""The most bytes beside it."""
_AT_ONCE = 1 << 18

Message = dict[str, Any]


class Channel:
    """One end of a connected stream socket."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._read = bytearray()

    def send(self, message: Message, more: bytes = b"", until: float | None = None) -> None:
        """Send a message with bytes beside it. Raises TimeoutError at the time `until`, and ConnectionError."""
        said = json.dumps(message).encode()
        self._end.settimeout(_left(until))
        self._end.sendall(_HEAD.pack(len(said), len(more)) + said + more)

    def receive(self, until: float | None = None) -> tuple[Message, bytes]:
        """The next message and its bytes.

        Raises TimeoutError at the time `until` (of time.monotonic), after which it may be called again; and
        ConnectionError where the other end is gone or does not keep to the form.
        """
        self._fill(_HEAD.size, until)
        said, more = _HEAD.unpack_from(self._read)
        if said > MAX_MESSAGE or more > MAX_BYTES:
            raise ConnectionError("the other end says too much")
        whole = _HEAD.size + said + more
        self._fill(whole, until)
        split = _HEAD.size + said
        try:
            message = json.loads(self._read[_HEAD.size : split])
        except ValueError as error:
            raise ConnectionError("the other end does not keep to the form") from error
        beside = bytes(self._read[split:whole])
        del self._read[:whole]
        return message, beside

    def close(self) -> None:
        """Let go of the socket."""
        self._end.close()

    def _fill(self, size: int, until: float | None) -> None:
        while len(self._read) < size:
            self._end.settimeout(_left(until))
            piece = self._end.recv(_AT_ONCE)
            if not piece:
                raise ConnectionError("the other end is gone")
            self._read += piece


def _left(until: float | None) -> float | None:
    if until is None:
        return None
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
