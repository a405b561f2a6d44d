"""The service: `create_app(settings)` gives the application, `server.run` serves it."""

from search.web.app import create_app

__all__ = ["create_app"]
