"""The one door for query text: what is admitted, and how a pattern becomes a query.

Query text from people is never formatted into other query text except here, after it was taken apart into tokens.
"""

from kg.sparql.admission import (
    FORMS,
    MAX_DEPTH,
    MAX_LENGTH,
    MAX_OPERATORS,
    MAX_TERMS,
    PREFIXES,
    admit,
    filter_query,
    form,
    is_volatile,
    named_place,
    names_graphs,
    shape,
)
from kg.sparql.search_block import Search, Searcher
from kg.sparql.tokens import Token, is_iri, tokens

__all__ = [
    "FORMS",
    "MAX_DEPTH",
    "MAX_LENGTH",
    "MAX_OPERATORS",
    "MAX_TERMS",
    "PREFIXES",
    "Search",
    "Searcher",
    "Token",
    "admit",
    "filter_query",
    "form",
    "is_iri",
    "is_volatile",
    "named_place",
    "names_graphs",
    "shape",
    "tokens",
]
