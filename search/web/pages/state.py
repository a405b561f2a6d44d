"""What a search page is asked: read from its address and written back into the addresses of its links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from starlette.datastructures import QueryParams

from kg.errors import InvalidQuery
from kg.model import Filters
from search.browse import Sort
from search.facets import FACETS, Facets
from search.web.rendering import address

PAGE = 20
"""Findings on one page."""


@dataclass(frozen=True)
class State:
    """One state of the search page; an address has one state and a state one address."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    where: str = ""
    sort: Sort = Sort.BEST
    offset: int = 0
    without: tuple[str, ...] = ()

    @classmethod
    def read(cls, parameters: QueryParams, facets: Facets) -> State:
        """The state that an address asks for, every name of a filter as the value it stands for.

        Raises InvalidQuery for a filter, a sort or an offset that cannot be.
        """
        given = {facet: tuple(v for v in parameters.getlist(facet) if v) for facet in FACETS}
        filters = asdict(facets.resolve(Filters(**given)))
        sort, offset = parameters.get("sort") or Sort.BEST, parameters.get("offset") or "0"
        if sort not in set(Sort):
            raise InvalidQuery(f"there is no order {sort!r}", f"the orders are {', '.join(Sort)}")
        if not offset.isdecimal() or int(offset) > 1_000_000:
            raise InvalidQuery(f"the offset is {offset!r}", "give a number from 0 up")
        return cls(
            text=parameters.get("text", "").strip(),
            filters={facet: values for facet, values in filters.items() if values},
            where=parameters.get("where", "").strip(),
            sort=Sort(sort),
            offset=int(offset),
            without=tuple(v for v in parameters.getlist("without") if v),
        )

    @property
    def asked(self) -> bool:
        """Whether anything was asked at all."""
        return bool(self.text or self.filters or self.where)

    def parameters(self) -> dict[str, str | tuple[str, ...]]:
        """The query string as names and values; what is as it is without saying is left out."""
        sort = "" if self.sort is Sort.BEST else self.sort.value
        offset = str(self.offset) if self.offset else ""
        return {
            "text": self.text,
            **self.filters,
            "where": self.where,
            "sort": sort,
            "without": self.without,
            "offset": offset,
        }

    def address(self, path: str = "/") -> str:
        """The address of this state."""
        return address(path, self.parameters())

    def export(self, format: str) -> str:
        """Where this result set is to be had as a file."""
        given = {name: value for name, value in self.parameters().items() if name not in ("sort", "offset")}
        return address("/api/export", {**given, "format": format})

    def at(self, offset: int) -> State:
        """The same state from another place in the list."""
        return replace(self, offset=offset)

    def drop(self, facet: str, value: str) -> State:
        """The same state less one value of a filter."""
        left = tuple(v for v in self.filters[facet] if v != value)
        filters = {**self.filters, facet: left}
        return replace(self, filters={f: v for f, v in filters.items() if v}, offset=0)

    def cleared(self) -> State:
        """The question alone; what is read from it still limits it, but for what was switched off."""
        return State(text=self.text, without=self.without)

    def sorted_by(self, sort: Sort) -> State:
        """The same findings in another order."""
        return replace(self, sort=sort, offset=0)

    def unread(self, key: str) -> State:
        """The same state with one reading of the question switched off: its words then ask for nothing."""
        return replace(self, without=(*self.without, key), offset=0)
