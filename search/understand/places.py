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
    "gloucestershire": ("Glos",),
    "greater-manchester": ("Manchester",),
    "hampshire": ("Hants", "Isle of Wight"),
    "hertfordshire": ("Herts",),
    "lancashire": ("Lancs",),
    "leicestershire": ("Leics",),
    "lincolnshire": ("Lincs",),
    "metropolitan": ("Met",),
    "northamptonshire": ("Northants",),
    "north-yorkshire": ("N Yorks",),
    "nottinghamshire": ("Notts",),
    "south-yorkshire": ("S Yorks",),
    "staffordshire": ("Staffs",),
    "warwickshire": ("Warks",),
    "west-midlands": ("West Mids",),
    "west-yorkshire": ("W Yorks",),
    "wiltshire": ("Wilts",),
}
"""How people shorten forces' names, beside the names of the vocabulary."""
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
"""Names that are words of their own: read with "Police" after them, or with a capital within the question."""

_SUFFIX = r"(?:\s+(?:police(?:\s+(?:service|force|department))?|constabulary|force(?!s)))?"
_NOT_A_FORCE_AFTER = re.compile(
    r"'?s?\s+(?:bridge|university|cathedral|street|road|(?:county |city )?council|airport|hospital|quays|house|way"
    r"|avenue|lane|college|prison|boroughs?|county|counties|districts?|areas?\b(?! for improvement)|arena|fire"
    r"|ambulance|island|language|speak\w*)\b"
)
_NOT_A_FORCE_BEFORE = re.compile(
    r"\b(?:duke of|prince of|mr|mrs|ms|sir|new|clark|university of|riding of)\s+(?:the\s+)?$"
)
_PART_BEFORE = re.compile(r"\b(?:north|south|east|west|central)(?:\s+(?:and|&))?[\s-]+$")
_COMPASS_OF = re.compile(r"\s+of\s+(?!england)|\s+(?:london|yorkshire|lincolnshire|kent|essex|wales)\b")
_REGION_BEFORE = re.compile(r"(?:\bthe\s+|\bforces?\s+(?:in|across|from|of|within|around|covering)\s+)$")
_REGION_AFTER = re.compile(r"\s+(?:region(?:al)?|forces)\b")
_EXCEPT = re.compile(
    r"\b(?:other than|apart from|except(?:ing)?(?: (?:for|in|from|at))?|excluding|aside from|besides|outside(?: of)?"
    r"|without|bar|minus|(?:all|any|every|anywhere|everywhere|anyone|everyone|forces?) but(?: (?:in|from|for|at))?"
    r"|(?:but |and )?not(?: (?:in|from|for|at))?)\s+(?:the\s+)?$"
)
_ALONGSIDE = re.compile(
    r"(?:\b(?:not (?:only|just|simply|all of)|no|like|unlike|near|bordering|neighbouring|next to|closest to"
    r"|(?:collaborat\w+|work\w*|alliance|partner\w*|shar\w+|joint\w*|merg\w+) with|neighbours? (?:of|to)"
    r"|similar(?: [\w ]{1,20})? to|same(?: [\w ]{1,30})? as)\s+(?:the\s+)?)$"
)
_COMPARED = re.compile(r"\b(?:than|compared (?:with|to))\s+(?:the\s+)?$")
_CHAIN = re.compile(r"\s*(?:,\s*)?(?P<word>(?:and|or|nor)\s+|&\s*)?(?:the\s+)?")
_GOES_ON = re.compile(r"\s*,\s*(?:and|or)\b|\s+(?:and|or)\b|\s*[,&]")

Names = Mapping[str, tuple[tuple[str, str], ...]]
_Entry = tuple[str, str, tuple[str, ...]]


def read(draft: Draft) -> None:
    """Forces and regions as filters.

    - "West Midlands" is the force; "the West Midlands", "West Midlands region", "West Midlands forces" and
      "forces in the West Midlands" are the region, of which the force is part.
    - "London" is the region of both forces there; England is its nine regions; "England and Wales" is no limit;
      "Yorkshire", "the Midlands" and "East Anglia" are the forces or regions of `GROUPS`.
    - "other than Kent", "not in Wales" take all the others. A force named only to compare or link with ("like
      Kent", "collaborating with Essex", "better than Kent") limits nothing, unless another force is named beside it.
    """
    pattern, names = _compiled(_entries(draft.known))
    compared = []
    excluded = aside = -1
    for match in draft.find(pattern):
        name = _folded(match["name"])
        if not _meant(draft, match, name):
            continue
        before = draft.before(match.start())
        facet, value, end = _decided(draft, match, names[name])
        opening = _EXCEPT.search(before)
        if opening or _joins(draft, excluded, (match.start(), end)):
            take(
                draft, facet, value, (match.start() - len(opening[0]) if opening else match.start(), end), excludes=True
            )
            excluded = end
        elif _ALONGSIDE.search(before) or _joins(draft, aside, (match.start(), end)):
            draft.strike((match.start(), end), LEFT)
            aside = end
        elif _COMPARED.search(before):
            compared.append((facet, value, (match.start(), end)))
        else:
            take(draft, facet, value, (match.start(), end))
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


def _joins(draft: Draft, last: int, span: tuple[int, int]) -> bool:
    """Whether a name goes on a list whose last name ended at `last` (-1 where there is none).

    A comma alone may also end the list ("apart from Kent, Durham does well"), so the list must then go on.
    """
    chain = _CHAIN.fullmatch(draft.plain, last, span[0]) if last >= 0 else None
    return chain is not None and (chain["word"] is not None or _GOES_ON.match(draft.plain, span[1]) is not None)


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
    suffixed = match.end("suffix") > match.start("suffix")
    if name == "england and wales" or (_NOT_A_FORCE_AFTER.match(draft.plain, end) and not suffixed):
        return False
    if _NOT_A_FORCE_BEFORE.search(before) or (name in {"yorkshire", "midlands"} and _PART_BEFORE.search(before)):
        return False
    if name == "mps":
        return written == "MPS"
    if name in _WORDS_TOO and not suffixed:
        return written[:1].isupper() and bool(before.strip())
    return not (re.fullmatch("(?:north|south) (?:east|west)", name) and _COMPASS_OF.match(draft.plain, end))


def _decided(draft: Draft, match: re.Match[str], meant: tuple[tuple[str, str], ...]) -> tuple[str, str, int]:
    """Which of the things of this name it is, and where its words end."""
    facets = dict(meant)
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
    words: Iterable[str] = (r"(?:and|&)" if word == "and" else re.escape(word) for word in name.split())
    return r"[\s-]*".join(words) if "and" in name.split() else r"(?:\s+|-)".join(words)


def _folded(name: str) -> str:
    return " ".join(name.casefold().replace("&", " and ").replace("-", " ").replace(",", " ").split())
