"""What people decide about links, published as the next generation."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kg import curation
from kg.errors import InvalidQuery, NotFound
from kg.links import name_of
from kg.model import Decision, Relation, Verdict
from search import publish
from search.link.linked import link_ends

if TYPE_CHECKING:
    from search.encoder import Encoder
    from search.home import Home


def decision(home: Home, link: str, verdict: Verdict, by: str | None = None, why: str = "") -> Decision:
    """The decision of a person about a link, now; `link` is its IRI or the end of it.

    `by` is who decides, the account on this machine unless given. A link rejected before can be confirmed.
    Raises NotFound for a link that is not there, InvalidQuery for a rejection without a reason.
    """
    if verdict is Verdict.REJECTED and not why.strip():
        raise InvalidQuery("a link is rejected without a reason", "say why with --why")
    relation, start, end = _ends(home, link)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Decision(relation, start, end, verdict, (by or "").strip() or getpass.getuser(), now, why.strip())


def decide(home: Home, decisions: Sequence[Decision], encoder: Callable[[], Encoder]) -> str:
    """Publish decisions; the generation that they stand in comes back.

    Raises NotFound for a decision about findings that are not there, and the errors of publishing.
    """
    known = set(home.snapshot.iris)
    for one in decisions:
        for end in (one.start, one.end):
            if end not in known:
                raise NotFound(f"there is no finding {end}", "decide about findings of this home only")
    if not decisions:
        return home.generation
    outcome = publish.publish(home.folder, [], encoder, decisions=decisions)
    return str(outcome.generation)


def held(home: Home) -> list[Decision]:
    """What people decided so far, by time."""
    return curation.held(home.store)


def _ends(home: Home, link: str) -> tuple[Relation, str, str]:
    try:
        return link_ends(home.snapshot, link)
    except NotFound:
        for one in held(home):
            if name_of(one.relation, one.start, one.end) == link.rsplit("/", 1)[-1]:
                return one.relation, one.start, one.end
        raise
