"""Templates -> pages: what every page needs, and errors as pages for people.

Our own templates are strict: a name that is not there is an error, never a blank. The components of the GOV.UK design
system come from `govuk-frontend-jinja`, whose macros count on lenient names, and so from an environment of their own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined

from kg.errors import PeelError
from search.home import Home
from search.show import ATTRIBUTION
from search.web import assets, wording
from search.web.problems import RETRY_AFTER, status_of

NAVIGATION = (
    ("Search", "/"),
    ("Forces", "/forces"),
    ("Subjects", "/subjects"),
    ("Issues", "/issues"),
    ("Compare", "/compare"),
    ("Matrix", "/matrix"),
    ("SPARQL", "/query"),
    ("About", "/about"),
)
"""The pages that every page links to, in order."""

_COMPONENTS = {
    "generic-header": "govukGenericHeader",
    "service-navigation": "govukServiceNavigation",
    "phase-banner": "govukPhaseBanner",
    "breadcrumbs": "govukBreadcrumbs",
    "error-summary": "govukErrorSummary",
    "pagination": "govukPagination",
}


@cache
def templates() -> Environment:
    """Our templates, with the components, filters and constants that they use."""
    lenient = Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}), autoescape=True
    )
    environment = Environment(
        loader=PackageLoader("search.web"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    for component, macro in _COMPONENTS.items():
        module = lenient.get_template(f"govuk_frontend_jinja/components/{component}/macro.html").module
        environment.globals[macro] = getattr(module, macro)
    environment.globals |= {
        "navigation": NAVIGATION,
        "attribution": ATTRIBUTION,
        "asset": assets.address,
        "generation": None,
        "counts": None,
    }
    environment.filters |= wording.FILTERS
    return environment


def page(template: str, home: Home | None = None, status: int = 200, /, **shown: Any) -> Response:
    """A page from a template, over a home where it shows anything of one."""
    if home is not None:
        shown |= {"generation": home.generation, "counts": home.snapshot.manifest["counts"]}
    text = templates().get_template(template).render(shown)
    return Response(text, status, media_type="text/html; charset=utf-8")


def address(path: str, parameters: Mapping[str, str | Sequence[str] | None]) -> str:
    """A path with a query string; empty values are left out."""
    given = {name: value for name, value in parameters.items() if value}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path


class PageRoute(APIRoute):
    """A route whose errors are pages for people."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, with our errors and unreadable parameters shown as pages."""
        answer: Callable[[Request], Awaitable[Response]] = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                return await answer(request)
            except PeelError as error:
                return problem(status_of(error), error.fault, error.mend)
            except RequestValidationError as error:
                first = error.errors()[0]
                return problem(400, f"{first['loc'][-1]}: {first['msg']}", "go back and change it")

        return guarded


def problem(status: int, fault: str, mend: str) -> Response:
    """The page that says what went wrong and what to do."""
    found = page("problem.html", None, status, status=status, fault=fault, mend=mend)
    if status == 503:
        found.headers["Retry-After"] = str(RETRY_AFTER)
    return found


def wants_page(request: Request) -> bool:
    """Whether an asker is a browser: it says text/html outright, and a program says so or gets a problem+json."""
    return "text/html" in request.headers.get("accept", "")
