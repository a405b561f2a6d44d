"""Addresses: which may be fetched, how they are tidied, which an inspection has, what their files are called."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Network, ip_address
from urllib.parse import urljoin, urlsplit, urlunsplit

from kg.errors import InvalidQuery, PeelError
from ontology import BASE

HMICFRS = "hmicfrs.justiceinspectorates.gov.uk"
"""The host that new addresses are built on; the older one redirects to it."""

_ADDRESS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]{1,2000}")
_PORTS = {"http": 80, "https": 443}
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_DETAILED = "2018/19"
_WHOLE_REPORTS = ("2021/22", "2023-25")


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be fetched, and how politely. As it stands it is the strict one, the command line's."""

    agent: str = f"Peelgraph (+{BASE})"
    hosts: frozenset[str] = frozenset({HMICFRS, "www.justiceinspectorates.gov.uk"})
    """Each as it stands in an address: with its port, unless that is the scheme's own."""
    schemes: frozenset[str] = frozenset({"https"})
    allow_private: frozenset[str] = frozenset()
    """The hosts that may be at a private or loopback address: none, but for tests."""
    delay: float = 5.0
    """Seconds between the end of one request and the next; longer where robots.txt asks for it."""
    connect: float = 10.0
    read: float = 30.0
    whole: float = 120.0
    """Seconds for one request, from looking up the name to the last byte."""
    tries: int = 4
    backoff: float = 4.0
    """Seconds after the first failed try, doubled after each further one."""
    patience: float = 300.0
    """The longest pause that is waited for; where the site asks for a longer one, its pages are given up."""
    redirects: int = 5
    size: int = 10 * 2**20
    fresh: float = 86_400.0
    """Seconds for which a page without ETag and Last-Modified is not asked for again."""


class FetchRefused(PeelError):
    """An address that may not be fetched, or an answer that may not be kept."""

    exit_code = 2


def checked(address: str, policy: Policy, base: str = "") -> str:
    """The address, if it may be fetched at all: over https, without its fragment; a relative one from its base.

    Raises FetchRefused; nothing has been sent, and no name looked up, by then.
    """
    if not _ADDRESS.fullmatch(address):
        raise FetchRefused(f"{address[:200]!r} is not an address", "give it as a browser shows it, percent-encoded")
    try:
        parts = urlsplit(urljoin(base, address))
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise FetchRefused(f"{address} is not an address ({error})", "check it") from error
    if port is not None and port != _PORTS.get(parts.scheme):
        host += f":{port}"
    scheme = "https" if parts.scheme == "http" and "http" not in policy.schemes else parts.scheme
    if scheme not in policy.schemes or "@" in parts.netloc:
        raise FetchRefused(f"{address} is not a plain https address", "begin it with https:// and the host")
    if host not in policy.hosts:
        raise FetchRefused(f"{address} is not on the inspectorate's site", f"the hosts are {_listed(policy.hosts)}")
    return urlunsplit((scheme, host, parts.path or "/", parts.query, ""))


def normalised(address: str, policy: Policy) -> str:
    """The one form of an address that goes by several: single slashes, no dots, no bare `?`, a slash at the end."""
    parts = urlsplit(checked(address.strip(), policy))
    path = posixpath.normpath(re.sub("/+", "/", re.sub("%2e", ".", parts.path, flags=re.IGNORECASE)))
    if path != "/" and "." not in posixpath.basename(path):
        path += "/"
    return urlunsplit(parts._replace(path=path))


def is_public(address: str) -> bool:
    """Whether an IP address is on the open internet, and hides no other address inside it."""
    ip = ip_address(address.partition("%")[0])
    if not ip.is_global or ip.is_multicast:
        return False
    return ip.version == 4 or (ip in _GLOBAL_UNICAST and ip.sixtofour is None)


def candidates(forces: Sequence[str], cycles: Sequence[str], pillars: Sequence[str]) -> Iterator[str]:
    """The addresses at which the reports of these forces and cycles stand; every pillar where none is named.

    Raises InvalidQuery for a force, cycle or pillar that there is not.
    """
    slugs, named = [_force(force) for force in forces], [_cycle(cycle) for cycle in cycles]
    pages = [page for cycle in named for page in _pages(cycle, pillars)]
    return (f"https://{HMICFRS}/{page.format(force=slug)}" for slug in slugs for page in pages)


def _pages(cycle: str, wanted: Sequence[str]) -> Iterator[str]:
    from kg import vocabulary

    pillars = [pillar for pillar in vocabulary.pillars() if vocabulary.questions(cycle, pillar)]
    for pillar in wanted:
        if pillar not in pillars:
            had = f"they are {', '.join(pillars)}" if pillars else "leave --pillar out: there is one report a force"
            raise InvalidQuery(f"PEEL {cycle} has no pillar {pillar!r}", had)
    if not pillars:
        yield _whole_report(cycle)
        return
    folder = f"peel-assessments/peel-{cycle[:4]}/{{force}}/"
    if not wanted:
        yield folder
    for pillar in wanted or pillars:
        yield f"{folder}{pillar}/"
        if cycle == _DETAILED:
            yield f"{folder}{pillar}/detailed-findings/"


def _whole_report(cycle: str) -> str:
    if cycle not in _WHOLE_REPORTS:
        raise InvalidQuery(f"where the reports of PEEL {cycle} stand is not known", "give the pages' addresses")
    return f"peel-reports/{{force}}-{cycle.replace('/', '-')}/"


def _force(name: str) -> str:
    from kg import vocabulary

    force = vocabulary.force_named(name)
    if force is None:
        raise InvalidQuery(f"there is no force {name!r}", f"the forces are {_listed(vocabulary.forces())}")
    return force.slug


def _cycle(name: str) -> str:
    from kg import vocabulary

    for cycle in vocabulary.cycles():
        if vocabulary.folded(name) in {vocabulary.folded(cycle), cycle[:4]}:
            return cycle
    raise InvalidQuery(f"there is no cycle {name!r}", f"the cycles are {', '.join(vocabulary.cycles())}")


def stem(url: str) -> str:
    """The name of a page's file, without its ending: the address's words, and a digest that tells it from others."""
    parts = urlsplit(url)
    words = re.sub("[^a-z0-9]+", "-", f"{parts.path} {parts.query}".lower()).strip("-")[:100].strip("-")
    return f"{words or 'page'}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
