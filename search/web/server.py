"""Serve the application with uvicorn until Ctrl-C."""

from __future__ import annotations

import sys

from search.settings import Settings


def run(settings: Settings) -> None:
    """Serve on the host and port of the settings. The home is opened first, so a bad one is said at once."""
    import uvicorn

    from kg import generations
    from search.web import create_app

    generations.current(settings.home)
    app = create_app(settings)
    print(f"Serving http://{settings.host}:{settings.port} until Ctrl-C", file=sys.stderr)  # noqa: T201
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning", server_header=False)
