"""Serve an application with uvicorn until Ctrl-C or SIGTERM: what was begun is finished, nothing new is taken."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from typing import TYPE_CHECKING, Any

from kg.errors import PeelError
from search import settings as chosen
from search.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

GRACE = 30
"""Seconds that answers under way are given when the service is stopped."""
_LONGEST_HEAD = 131_072  # bytes of a request line with its headers; Guard answers 414 well before
LOOPBACK = "127.0.0.1"


def run(settings: Settings) -> None:
    """Serve on the host and port of the settings. The home is opened first, so a bad one is said at once."""
    if settings.workers == 1:
        _run_alone(settings)
    else:
        _run_several(settings)


def _run_alone(settings: Settings) -> None:
    import uvicorn

    _check_free(settings.host, settings.port)
    app = _logging(settings)
    app.state.served.warm()
    _say(f"http://{settings.host}:{settings.port}")
    uvicorn.run(app, host=settings.host, port=settings.port, **_options())


def _run_several(settings: Settings) -> None:
    import uvicorn

    from search.home import Home

    _check_free(settings.host, settings.port)
    Home(settings.home, settings.model)
    _say(f"http://{settings.host}:{settings.port}")
    with tempfile.TemporaryDirectory(prefix="peel-metrics-") as folder:
        os.environ.update(chosen.environment(settings))
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        uvicorn.run(
            "search.web.server:application",
            factory=True,
            workers=settings.workers,
            host=settings.host,
            port=settings.port,
            **_options(),
        )


def application() -> FastAPI:
    """The service over the settings of the environment: what each of several processes runs."""
    return _logging(chosen.load())


def run_admin(settings: Settings) -> None:
    """Serve the application that writes, to this machine alone."""
    import uvicorn

    from search.web import logs
    from search.web.admin import create_admin

    _check_free(LOOPBACK, settings.admin_port)
    logs.configure(settings.log_level)
    _say(f"http://{LOOPBACK}:{settings.admin_port}/admin")
    uvicorn.run(create_admin(settings), host=LOOPBACK, port=settings.admin_port, **_options())


def _logging(settings: Settings) -> FastAPI:
    from search.web import create_app, logs
    from search.web.connections import hold_many

    hold_many()
    logs.configure(settings.log_level)
    return create_app(settings)


def _check_free(host: str, port: int) -> None:
    """Take the address for a moment, so that one which cannot be had is said in a line before anything is opened.

    Raises PeelError.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        why = str(error.strerror).partition(" (while")[0]  # the library repeats the address
        raise PeelError(
            f"cannot listen on {host}, port {port} ({why})", "stop what uses it, or choose another port"
        ) from error


def _say(address: str) -> None:
    print(f"Serving {address} until Ctrl-C", file=sys.stderr)  # noqa: T201


def _options() -> dict[str, Any]:
    from search.web.connections import Impatient

    return {
        "http": Impatient,
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,  # `search.web.rates` knows which proxies to believe
        "timeout_graceful_shutdown": GRACE,
        "h11_max_incomplete_event_size": _LONGEST_HEAD,
    }
