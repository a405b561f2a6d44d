"""What a search may ask for: the same names in a query string and in a JSON body."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from search.facets import FACETS
from search.find import MAX_K, MAX_OFFSET, MAX_TEXT, Answer, Mode
from search.home import Home

GENERATION = r"^[0-9]{1,6}$"


class Filtered(BaseModel):
    """Constraints on findings. A filter given twice allows either value; every filter given must hold."""

    model_config = ConfigDict(extra="forbid")

    force: list[str] = Field(default=[], description="A force: kent, GMP, the Met.", examples=[["kent"]])
    region: list[str] = Field(default=[], description="An English region, or wales.", examples=[["south-east"]])
    cycle: list[str] = Field(default=[], description="A PEEL cycle: 2017, 2018/19.", examples=[["2017"]])
    pillar: list[str] = Field(default=[], description="A pillar.", examples=[["effectiveness"]])
    question: list[str] = Field(
        default=[], description="A question's printed number, or an area's name.", examples=[["2"]]
    )
    kind: list[str] = Field(default=[], description="The kind of finding.", examples=[["area-for-improvement"]])
    grade: list[str] = Field(default=[], description="The grade of its question or pillar.", examples=[["good"]])
    polarity: list[str] = Field(default=[], description="positive, negative or neutral.", examples=[["negative"]])
    topic: list[str] = Field(default=[], description="A subject of the thesaurus.", examples=[["body-worn-video"]])
    where: str | None = Field(
        default=None,
        description="A SPARQL group pattern that binds ?finding; common prefixes are known.",
        examples=["?finding peel:polarity polarity:negative"],
    )
    generation: str | None = Field(
        default=None,
        pattern=GENERATION,
        description="Answer from this generation, while it is kept, and not from the newest.",
        examples=["000001"],
    )

    def filters(self) -> dict[str, Any]:
        """The filters that were given, by facet."""
        return {facet: values for facet in FACETS if (values := getattr(self, facet))}


class SearchRequest(Filtered):
    """A question with its constraints."""

    text: str = Field(
        min_length=1,
        max_length=MAX_TEXT,
        description="What to look for, in your own words.",
        examples=["use of body-worn video"],
    )
    mode: Mode = Field(default=Mode.HYBRID, description="Rank by meaning and words, or by one of them.")
    k: int = Field(default=10, ge=1, le=MAX_K, description="How many findings to give.", examples=[3])
    offset: int = Field(default=0, ge=0, le=MAX_OFFSET, description="How many of the best to pass over.", examples=[0])
    understand: bool = Field(default=True, description="Read forces, years and the like out of the question.")
    without: list[str] = Field(default=[], description="What of that is not to be a filter: `query.understood[].key`.")
    explain: bool = Field(default=False, description="Tell how the answer was reached and how long each step took.")

    def answer(self, home: Home) -> Answer:
        """Ask a home."""
        return home.find(
            self.text,
            where=self.where,
            k=self.k,
            offset=self.offset,
            mode=self.mode,
            understand=self.understand,
            without=self.without,
            explain=self.explain,
            **self.filters(),
        )
