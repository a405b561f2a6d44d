"""Logs as one JSON object a line, each with the id of the request that it belongs to.

Nothing that people asked for is written: paths are logged by their route, without the query string, and headers and
bodies not at all.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request being answered; empty outside of one."""

_PLAIN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_FIELDS = ("method", "route", "status", "milliseconds")


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """See the class."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id.get():
            line["request_id"] = request_id.get()
        line |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure(level: str) -> None:
    """Write everything of this level or above to stderr, as JSON; uvicorn's own access log stays silent."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error"):
        own = logging.getLogger(name)
        own.handlers.clear()
        own.propagate = True
    logging.getLogger("uvicorn.access").disabled = True


def id_for(given: str | None) -> str:
    """The id that a request came with, where it is a plain one, else a new one."""
    return given if given and _PLAIN_ID.fullmatch(given) else secrets.token_hex(8)
