"""The application that writes: on loopback, for holders of an admin key, apart from the public one.

POST /admin/ingest                  publish pages as the next generation, all of them or none
POST /admin/rollback                go back to the newest earlier generation that is whole
POST /admin/links/LINK/confirm      put on record that a link between two findings is right
POST /admin/links/LINK/reject       put on record that it is wrong, and why: it is not shown again
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

import ontology
from kg import generations
from kg.errors import InvalidQuery
from kg.model import Verdict
from search import account, audit, curation, publish
from search.collect import Page
from search.encoder import open_encoder
from search.home import Home
from search.keys import Key, Ring, Scope
from search.settings import Settings
from search.web import health, openapi, problems
from search.web.guard import Guard, bearer
from search.web.metrics import Metrics
from search.web.observed import Observed
from search.web.problems import described
from search.web.served import Served

MAX_BODY = 64 * 1024 * 1024
"""The largest body of an ingest, in bytes."""
router = APIRouter(prefix="/admin", tags=["admin"])


class SentPage(BaseModel):
    """One page: its name, the address it was saved from, and its text, or its bytes in base64."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200, examples=["kent.txt"])
    source: str | None = Field(default=None, max_length=2_000, description="The address that the page came from.")
    text: str | None = None
    base64: str | None = None

    def page(self) -> Page:
        """The page as `peel ingest` reads one. Raises InvalidQuery."""
        if (self.text is None) == (self.base64 is None):
            raise InvalidQuery(f"the page {self.name} has not one content", "send text or base64")
        try:
            data = self.text.encode() if self.text is not None else base64.b64decode(str(self.base64), validate=True)
        except (binascii.Error, UnicodeEncodeError) as error:
            raise InvalidQuery(f"the page {self.name} cannot be decoded", "send text, or base64 of bytes") from error
        return Page(self.name, data, self.source)


class Ingest(BaseModel):
    """Pages to publish."""

    model_config = ConfigDict(extra="forbid")

    pages: list[SentPage] = Field(min_length=1, max_length=1_000)
    keep_going: bool = Field(default=False, description="Publish what is not refused.")


class Outcome(TypedDict):
    """The account of an ingest, as `peel ingest --json` gives it, and whether a generation was made."""

    generation: str | None
    new: bool
    reports: list[dict[str, Any]]
    refused: list[dict[str, str]]
    warnings: list[str]


class Opinion(BaseModel):
    """Why somebody decides so about a link, and who: the name of the key where none is given."""

    model_config = ConfigDict(extra="forbid")

    why: str = Field(default="", max_length=2_000, description="Needed to reject.", examples=["two matters"])
    by: str | None = Field(default=None, min_length=1, max_length=200, examples=["A. Reader"])


class Decided(TypedDict):
    """What is on record now, and the generation that it stands in."""

    generation: str
    relation: str
    start: str
    end: str
    verdict: str
    by: str
    why: str


class Serving(TypedDict):
    """The generation being served now."""

    generation: str


def create_admin(settings: Settings) -> FastAPI:
    """The writing service over the home that the settings name."""
    app = FastAPI(title="Peelgraph administration", version=ontology.version(), docs_url=None, redoc_url=None)
    app.state.settings = settings
    app.state.ring = Ring(settings.home)
    app.include_router(router)
    app.include_router(health.alive)
    problems.install(app)
    openapi.install(app)
    app.add_middleware(Guard, settings=settings.model_copy(update={"max_body": MAX_BODY, "rate": ""}))
    app.add_middleware(Observed, metrics=Metrics(Served(settings.home, settings.model)))
    return app


def writer(request: Request) -> Key:
    """The admin key that a request shows. Raises HTTPException: 401 without a key, 403 with one that only reads."""
    token = bearer(request.headers)
    key = request.app.state.ring.holder(token) if token else None
    if key is None:
        raise HTTPException(401, "there is no API key here that is known", {"WWW-Authenticate": "Bearer"})
    if key.scope is not Scope.ADMIN:
        raise HTTPException(403, f"the key {key.name} may only read")
    found: Key = key
    return found


Writer = Annotated[Key, Depends(writer)]


@router.post(
    "/ingest",
    summary="Publish pages",
    operation_id="ingest",
    response_model=Outcome,
    responses={
        422: {"model": Outcome, "description": "A page is refused, and nothing is published"},
        **described(403, 413),
    },
)
def ingest(sent: Ingest, key: Writer, request: Request) -> JSONResponse:
    """Read pages and publish their findings as the next generation, all of them or none."""
    settings: Settings = request.app.state.settings
    pages = [page.page() for page in sent.pages]
    outcome = _published(settings, pages, key, sent.keep_going)
    told = {**account.of(outcome), "new": outcome.new}
    refused = outcome.refused and not sent.keep_going
    return JSONResponse(told, 422 if refused else 200)


@router.post("/rollback", summary="Go back a generation", operation_id="rollback", responses=described(403, 404))
def rollback(key: Writer, request: Request) -> Serving:
    """Serve the newest earlier generation that is whole."""
    home = request.app.state.settings.home
    with audit.written(home, "rollback", f"key:{key.name}"):
        return {"generation": generations.rollback(home).name}


@router.post(
    "/links/{link}/confirm", summary="Confirm a link", operation_id="confirm_link", responses=described(403, 404)
)
def confirm(link: str, opinion: Opinion, key: Writer, request: Request) -> Decided:
    """Put on record that a link, given by the end of its address, is right: it is kept whatever its score becomes."""
    return _decided(request.app.state.settings, link, Verdict.CONFIRMED, opinion, key)


@router.post(
    "/links/{link}/reject", summary="Reject a link", operation_id="reject_link", responses=described(400, 403, 404)
)
def reject(link: str, opinion: Opinion, key: Writer, request: Request) -> Decided:
    """Put on record that a link, given by the end of its address, is wrong, and why: it is not shown again."""
    return _decided(request.app.state.settings, link, Verdict.REJECTED, opinion, key)


def _decided(settings: Settings, link: str, verdict: Verdict, opinion: Opinion, key: Key) -> Decided:
    with audit.written(settings.home, f"{verdict.value} link", f"key:{key.name}"):
        home = Home(settings.home, settings.model)
        one = curation.decision(home, link, verdict, opinion.by or key.name, opinion.why)
        generation = curation.decide(home, [one], lambda: open_encoder(settings.model))
        return {
            "generation": generation,
            "relation": one.relation.value,
            "start": one.start,
            "end": one.end,
            "verdict": one.verdict.value,
            "by": one.by,
            "why": one.why,
        }


def _published(settings: Settings, pages: Sequence[Page], key: Key, keep_going: bool) -> publish.Outcome:
    with audit.written(settings.home, "ingest", f"key:{key.name}") as entry:
        entry.read(page.data for page in pages)
        outcome = publish.publish(settings.home, pages, lambda: open_encoder(settings.model), keep_going=keep_going)
        entry.came(outcome.new, len(outcome.refused))
        return outcome
