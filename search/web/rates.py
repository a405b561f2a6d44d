"""Who asks, and how often they may: by API key, else by address."""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Sequence

from limits import RateLimitItem, parse
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import ConfigurationError
from limits.storage import storage_from_string
from starlette.datastructures import Headers

from kg.errors import InvalidQuery
from search.keys import Key
from search.settings import Settings

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")


class Rates:
    """Counts requests in a sliding window. Raises InvalidQuery for a rate or store in the settings that is none."""

    def __init__(self, settings: Settings) -> None:
        self._trusted = _networks(settings.trusted_proxies)
        try:
            self._rate = parse(settings.rate) if settings.rate else None
            self._key_rate = parse(settings.key_rate) if settings.key_rate else None
            storage = storage_from_string(f"async+{settings.rate_store}")
            self._limiter = SlidingWindowCounterRateLimiter(storage)
        except (ValueError, LookupError, ConfigurationError) as error:
            raise InvalidQuery(f"the rates cannot be kept ({error})", "write them as 600/minute") from error

    def client(self, peer: str | None, headers: Headers) -> str | None:
        """The address that asks; None for somebody at this machine, who is not counted.

        X-Forwarded-For is believed as far as trusted proxies wrote it. A proxy on this machine that nobody
        configured gives itself away by its header and is then counted like any one client.
        """
        address = _address(peer)
        if address is None or (address.is_loopback and not self._is_trusted(address)):
            forwarded = any(name in headers for name in _FORWARDED)
            return str(peer) if forwarded else None
        if self._is_trusted(address):
            named = ",".join(headers.getlist("x-forwarded-for")).split(",")
            for one in reversed([_address(part.strip()) for part in named if part.strip()]):
                if one is None:
                    break
                address = one
                if not self._is_trusted(one):
                    break
        if isinstance(address, ipaddress.IPv6Address):
            return str(ipaddress.ip_network((address, 64), strict=False))  # one household or office
        return str(address)

    async def wait(self, client: str | None, key: Key | None, cost: int = 1) -> int | None:
        """How many seconds to wait before asking again; None where the request is admitted, and counted."""
        item: RateLimitItem | None = self._key_rate if key else self._rate
        who = f"key:{key.name}" if key else client
        if item is None or who is None or await self._limiter.hit(item, who, cost=cost):
            return None
        stats = await self._limiter.get_window_stats(item, who)
        return max(1, math.ceil(stats.reset_time - time.time()))

    def _is_trusted(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        return any(address in network for network in self._trusted)


def _address(text: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(str(text))
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _networks(names: Sequence[str]) -> list[Network]:
    try:
        return [ipaddress.ip_network(name, strict=False) for name in names]
    except ValueError as error:
        raise InvalidQuery(f"a trusted proxy is no address ({error})", "write 127.0.0.1 or 10.0.0.0/8") from error
