"""Forces and regions, by every name they go by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from search.facets import Facets
from search.understand.reading import LEFT, Draft

SHORT = {
    "avon-and-somerset": ("Somerset",),
    "bedfordshire": ("Beds",),
    "cambridgeshire": ("Cambs",),
    "city-of-london": ("CoLP",),
    "devon-and-cornwall": ("Devon", "Cornwall"),
    "durham": ("County Durham",),
    "dyfed-powys": ("Dyfed", "Powys"),
    "gloucestershire": ("Glos",),
    "greater-manchester": ("Manchester",),
    "hampshire": ("Hants", "Isle of Wight"),
    "hertfordshire": ("Herts",),
    "lancashire": ("Lancs",),
    "leicestershire": ("Leics", "Rutland"),
    "lincolnshire": ("Lincs",),
    "metropolitan": ("Met",),
    "northamptonshire": ("Northants",),
    "north-yorkshire": ("N Yorks", "North Yorks"),
    "northumbria": ("Northumberland", "Tyne and Wear"),
    "nottinghamshire": ("Notts",),
    "south-yorkshire": ("S Yorks", "South Yorks"),
    "staffordshire": ("Staffs",),
    "thames-valley": ("Berkshire", "Buckinghamshire", "Oxfordshire"),
    "warwickshire": ("Warks",),
    "west-mercia": ("Herefordshire", "Shropshire", "Worcestershire"),
    "west-midlands": ("West Mids",),
    "west-yorkshire": ("W Yorks", "West Yorks"),
    "wiltshire": ("Wilts",),
}
"""How people shorten forces' names, and counties of one force, beside the names of the vocabulary."""
COUNTRY = {
    "england": ("England", "English"),
    "wales": ("Wales", "Welsh"),
    "london": ("London", "Greater London"),
    "yorkshire-and-the-humber": ("Yorkshire and Humber", "Yorkshire and Humberside"),
    **{f"{c}-{d}": (f"{c} {d} England", f"{c} {d} of England") for c in ("north", "south") for d in ("east", "west")},
}
"""Other names of regions and nations."""
GROUPS = {
    "yorkshire": ("force", "Yorkshire", ("north-yorkshire", "south-yorkshire", "west-yorkshire")),
    "midlands": ("region", "Midlands", ("east-midlands", "west-midlands")),
    "east-anglia": ("force", "East Anglia", ("cambridgeshire", "norfolk", "suffolk")),
}
"""Names of several forces or regions together. Humberside is of Yorkshire and the Humber, not of Yorkshire alone."""
_WORDS_TOO = frozenset({"met", "beds", "staffs", "wilts", "metropolitan"})
"""Names that are words of their own: read with "Police" after them, with a capital within the question, or at the
head of a list of forces."""

_SUFFIX = r"(?:\s+(?:police(?:\s+(?:service|force|department))?|constabulary|force(?!s)))?"
_NOT_A_FORCE_AFTER = re.compile(
    r"'?s?\s+(?:bridge|university|cathedral|street|road|(?:county |city )?council|airport|hospital|quays|house|way"
    r"|avenue|lane|college|prison|boroughs?|county|counties|districts?|areas?\b(?! for improvement)|arena|fire"
    r"|ambulance|island|language|speak\w*|combined authority|mayor\w*)\b|(?<=\bmet)\s+office\b"
)
_NOT_A_FORCE_BEFORE = re.compile(
    r"\b(?:duke of|prince of|mr|mrs|ms|sir|new|clark|university of|riding of)\s+(?:the\s+)?$"
)
_PART_BEFORE = re.compile(r"\b(?:north|south|east|west|central)(?:\s+(?:and|&))?[\s-]+$")
_COMPASS_OF = re.compile(r"\s+of\s+(?!england)|\s+(?:london|yorkshire|lincolnshire|kent|essex|wales)\b")
_REGION_BEFORE = re.compile(r"(?:\bthe\s+|\bforces?\s+(?:in|across|from|of|within|covering)\s+)$")
_REGION_AFTER = re.compile(r"\s+(?:region(?:al)?|forces)\b")
_EXCEPT = re.compile(
    r"\b(?:other than|apart from|except(?:ing)?(?: (?:for|in|from|at))?|excluding|aside from|besides|outside(?: of)?"
    r"|without|bar|minus|(?:all|any|every|anywhere|everywhere|anyone|everyone|forces?) but(?: (?:in|from|for|at))?"
    r"|(?:but |and )?not(?: (?:in|from|for|at))?)\s+(?:(?:those|the ones|forces) (?:in|from|of)\s+)?(?:the\s+)?$"
)
_ALONGSIDE = re.compile(
    r"(?:\b(?:not (?:only|just|simply|all of)|no|like|unlike|near|bordering|neighbouring|surrounding|next to|closest to"
    r"|(?:collaborat\w+|work\w*|alliance|partner\w*|shar\w+|joint\w*|merg\w+) with|(?:neighbours?|peers?) (?:of|to)"
    r"|forces around|never mind"
    r"|similar(?: [\w ]{1,20})? to|same(?: [\w ]{1,30})? as)\s+(?:the\s+)?)$"
)
_COMPARED = re.compile(r"\b(?:than|compared (?:with|to))\s+(?:the\s+)?$")
_NEIGHBOURS = re.compile(r"(?<=['s])\s+(?:\w+\s+)?(?:neighbours|peers|neighbouring\s+forces)\b")
_HALF = re.compile(r"\b(?P<half>north|south|east|west)\s*(?:,|/|&|\b(?:and|or)\b)\s*$")
_HEAD = re.compile(r"(?:^|[,:?]|\b(?:in|at|for|of|by|on|between|compare))\s*$")
_BESIDE = re.compile(r"\s*(?:[,/&]|\b(?:and|or|v|vs|versus)\b)\.?\s*(?:the\s+)?")

Names = Mapping[str, tuple[tuple[str, str], ...]]
_Entry = tuple[str, str, tuple[str, ...]]
_Place = tuple[str, str, tuple[int, int]]


def read(draft: Draft) -> None:
    """Forces and regions as filters.

    - "West Midlands" is the force; "the West Midlands", "West Midlands region", "West Midlands forces" and
      "forces in the West Midlands" are the region, of which the force is part.
    - "London" is the region of both forces there; England is its nine regions; "England and Wales" is no limit;
      "Yorkshire", "the Midlands" and "East Anglia" are the forces or regions of `GROUPS`; "North and South Wales"
      are both.
    - "other than Kent", "not in Wales" take all the others. A force named only to compare or link with ("like
      Kent", "collaborating with Essex", "Kent's neighbours", "better than Kent") limits nothing, unless another force
      is named beside it.
    """
    pattern, names = _compiled(_entries(draft.known))
    compared = []
    excluded = aside = -1
    for match in draft.find(pattern):
        name = _folded(match["name"])
        if not _meant(draft, match, name) and not _heads_a_list(draft, match, pattern):
            continue
        places = _decided(draft, match, names)
        start, end = places[0][2][0], places[-1][2][1]
        before = draft.before(start)
        opening = _EXCEPT.search(before)
        if opening or draft.joins(excluded, (start, end)):
            for facet, value, (first, last) in places:
                opened = len(opening[0]) if opening and first == start else 0
                take(draft, facet, value, (first - opened, last), excludes=True)
            excluded = end
        elif _NEIGHBOURS.match(draft.plain, end) or _ALONGSIDE.search(before) or draft.joins(aside, (start, end)):
            draft.strike((start, end), LEFT)
            aside = end
        elif _COMPARED.search(before):
            compared += places
        else:
            for facet, value, span in places:
                take(draft, facet, value, span)
    for facet, value, span in compared:
        if draft.has("force") or draft.has("region"):
            take(draft, facet, value, span)
        else:
            draft.strike(span, LEFT)


def named(words: str, known: Facets) -> tuple[str, str] | None:
    """The facet and value of the force, region or group that words name and nothing else; None for others."""
    pattern, names = _compiled(_entries(known))
    match = pattern.fullmatch(" ".join(words.lower().split()))
    if match is None or _folded(match["name"]) in _WORDS_TOO:
        return None
    return names[_folded(match["name"])][0]


def take(draft: Draft, facet: str, value: str, span: tuple[int, int], *, excludes: bool = False) -> None:
    """Read a span as a force, region or group, or as all others of its facet."""
    label = GROUPS[value][1] if value in GROUPS else draft.label(facet, value)
    draft.read(facet, _values(facet, value, draft.known), span, label=label, key=value, excludes=excludes)


def _values(facet: str, value: str, known: Facets) -> tuple[str, ...]:
    if (facet, value) == ("region", "england"):
        return tuple(v["value"] for v in known.values["region"] if v["value"] not in {"england", "wales"})
    return GROUPS[value][2] if value in GROUPS else (value,)


def _meant(draft: Draft, match: re.Match[str], name: str) -> bool:
    """Whether the words name a force or region here."""
    start, end = match.span("name")
    before = draft.before(start)
    written = draft.written((start, end))
    suffixed = match.end("suffix") > match.start("suffix") or name.endswith(("police", "constabulary"))
    if name == "england and wales" or (_NOT_A_FORCE_AFTER.match(draft.plain, end) and not suffixed):
        return False
    if _NOT_A_FORCE_BEFORE.search(before) or (name in {"yorkshire", "midlands"} and _PART_BEFORE.search(before)):
        return False
    if name == "mps":
        return written == "MPS"
    if name in _WORDS_TOO and not suffixed:
        return written[:1].isupper() and bool(before.strip())
    return not (re.fullmatch("(?:north|south) (?:east|west)", name) and _COMPASS_OF.match(draft.plain, end))


def _heads_a_list(draft: Draft, match: re.Match[str], pattern: re.Pattern[str]) -> bool:
    """Whether a name that is a word of its own opens a list of forces: "met, gmp and wmp"."""
    beside = _BESIDE.match(draft.plain, match.end())
    return (
        _folded(match["name"]) in _WORDS_TOO
        and _HEAD.search(draft.before(match.start())) is not None
        and beside is not None
        and pattern.match(draft.plain, beside.end()) is not None
    )


def _decided(draft: Draft, match: re.Match[str], names: Names) -> list[_Place]:
    """Which of the things of this name it is, after those that share its last word: "North and South Wales"."""
    name = _folded(match["name"])
    halves = _halves(draft, match.start(), name, names)
    facets = dict(names[name])
    if any("force" not in dict(names[half]) for half, _ in halves):
        facets.pop("force", None)
    facet, value, end = _which(draft, match, facets)
    shared = [(facet, dict(names[half]).get(facet), span) for half, span in halves]
    return [*((f, v, span) for f, v, span in shared if v), (facet, value, (match.start(), end))]


def _halves(draft: Draft, start: int, name: str, names: Names) -> list[tuple[str, tuple[int, int]]]:
    """The names whose first words alone stand before a name, and where; in order."""
    rest = re.sub(r"^(?:north|south|east|west)\b", "", name)
    found: list[tuple[str, tuple[int, int]]] = []
    while (half := _HALF.search(draft.before(start))) and rest != name and half["half"] + rest in names:
        start -= len(half[0])
        found.insert(0, (half["half"] + rest, (start, start + len(half["half"]))))
    return found


def _which(draft: Draft, match: re.Match[str], facets: Mapping[str, str]) -> tuple[str, str, int]:
    """The one of the facets that a name is of here, its value, and where its words end."""
    suffixed = match.end("suffix") > match.start("suffix")
    start, end = match.start(), match.end()
    region = _REGION_AFTER.match(draft.plain, match.end("name"))
    if "force" in facets and "region" in facets:
        regional = not suffixed and (region or _REGION_BEFORE.search(draft.before(start)))
        facet = "region" if regional else "force"
    else:
        facet = next(iter(facets))
    if facet == "region":
        end = region.end() if region and not region[0].endswith("forces") else match.end("name")
    return facet, facets[facet], end


def _entries(known: Facets) -> tuple[_Entry, ...]:
    return tuple(
        (facet, value["value"], (value["value"], value["label"], *value["names"]))
        for facet in ("force", "region")
        for value in known.values[facet]
    )


@lru_cache(maxsize=4)
def _compiled(entries: tuple[_Entry, ...]) -> tuple[re.Pattern[str], Names]:
    """One pattern for all names, longest first, and what each stands for; made once for a vocabulary."""
    found: dict[str, tuple[tuple[str, str], ...]] = {"england and wales": (("region", "england"),)}
    for facet, value, names in entries:
        more = SHORT if facet == "force" else COUNTRY
        for name in (*names, *more.get(value, ())):
            found[_folded(name)] = tuple(dict.fromkeys((*found.get(_folded(name), ()), (facet, value))))
    found |= {_folded(label): ((facet, group),) for group, (facet, label, _) in GROUPS.items()}
    written = "|".join(_spelt(name) for name in sorted(found, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?P<name>{written})(?!\w)(?P<suffix>{_SUFFIX})(?!\w)(?:'s?(?!\w))?"), found


def _spelt(name: str) -> str:
    """A folded name as a pattern: "&" for "and", hyphens for spaces."""
    words: Iterable[str] = (
        r"(?:and|&)" if word == "and" else re.escape(word) + r"\.?" * (len(word) == 1) for word in name.split()
    )
    return r"[\s-]*".join(words) if "and" in name.split() else r"(?:\s+|-)".join(words)


def _folded(name: str) -> str:
    return " ".join(name.casefold().replace("&", " and ").replace("-", " ").replace(",", " ").replace(".", " ").split())
