"""How often somebody may ask: the generic cell rate algorithm, one number for each principal.

The number is the time at which the principal would be free again. Each request moves it on by the
limit's interval; a request that would move it further ahead than a burst is refused. Redis moves it
by a script, a database by one conditional statement: both are right with any number of processes.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import time
from dataclasses import dataclass
from functools import lru_cache

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from redis.exceptions import RedisError

from accounts.declared_settings import BURST_SIZE, IS_LIMITED, REQUESTS_PER_MINUTE
from accounts.models import RateLimit
from accounts.redis_tls import redis_trust
from accounts.runtime_settings import in_force

log = logging.getLogger(__name__)

#: For so long nobody asks a Redis that did not answer.
REST_SECONDS = 5.0
PREFIX = "uaip:limit:"
#: KEYS: the number's key. ARGV: interval and furthest lead, seconds. Gives seconds to wait.
SCRIPT = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local busy_until = tonumber(redis.call('GET', KEYS[1]) or '0')
if busy_until < now then busy_until = now end
local lead = busy_until - now - tonumber(ARGV[2])
if lead > 0 then return string.format('%.6f', lead) end
busy_until = busy_until + tonumber(ARGV[1])
redis.call('SET', KEYS[1], string.format('%.6f', busy_until), 'PX', math.ceil((busy_until - now) * 1000))
return '0'
"""
STATEMENT = """
INSERT INTO rate_limits AS kept (key, busy_until) VALUES (%s, %s)
ON CONFLICT (key) DO UPDATE
SET busy_until = CASE WHEN kept.busy_until > %s THEN kept.busy_until ELSE %s END + %s
WHERE kept.busy_until <= %s
"""
_away: dict[str, float] = {}


class LimiterAway(Exception):
    """Nobody can count, and this may not happen uncounted."""


@dataclass(frozen=True)
class Limit:
    """``burst`` at once, then ``per_minute``. One that ``must_hold`` refuses when nobody counts."""

    name: str
    per_minute: float
    burst: int
    must_hold: bool = False

    @property
    def interval(self) -> float:
        """Seconds between two requests in the long run."""
        return 60 / self.per_minute

    @property
    def lead(self) -> float:
        """Seconds by which a principal may be ahead."""
        return (self.burst - 1) * self.interval


PAGES = Limit("pages", per_minute=300, burst=100)
SIGN_IN_ACCOUNT = Limit("sign-in-account", per_minute=1, burst=10, must_hold=True)
SIGN_IN_ADDRESS = Limit("sign-in-address", per_minute=12, burst=30, must_hold=True)
#: Whoever asks too often stands in the record of deeds once an hour, not once a request.
TOLD = Limit("told", per_minute=1 / 60, burst=1)


def of_api() -> Limit:
    """The guide's figures for programs, as long as nobody chose others."""
    per_minute, burst = in_force(REQUESTS_PER_MINUTE), in_force(BURST_SIZE)
    return Limit("api", per_minute=per_minute, burst=int(burst))


def spend(limit: Limit, principal: str) -> int:
    """Counts one request: whole seconds to wait before the next try, 0 = go on.

    Raises LimiterAway where the limit must hold and neither Redis nor database answers.
    """
    if not in_force(IS_LIMITED):
        return 0
    key = f"{limit.name}:{principal}"[:120]
    try:
        return math.ceil(_count(limit, key))
    except (RedisError, DatabaseError) as fault:
        if limit.must_hold:
            raise LimiterAway from fault
        log.warning("Requests are not counted: %s", type(fault).__name__)
        return 0


def principal_at(address: str) -> str:
    """Whom an address stands for: a network of IPv6 belongs to one subscriber."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "address:unknown"
    found = getattr(found, "ipv4_mapped", None) or found
    if found.version == 6:
        return f"address:{ipaddress.ip_network((found, 64), strict=False)}"
    return f"address:{found}"


def forget_spent() -> int:
    """Deletes rows that limit nobody any more; how many."""
    return RateLimit.objects.filter(busy_until__lt=time.time()).delete()[0]


def _count(limit: Limit, key: str) -> float:
    url = settings.CACHE_URL
    if not url:
        return _in_database(limit, key)
    if time.monotonic() >= _away.get(url, 0):
        try:
            return _in_redis(url, limit, key)
        except RedisError:
            _away[url] = time.monotonic() + REST_SECONDS
            log.warning("Redis does not count requests for now.")
    # Reads go on uncounted: a database must not carry what Redis was there for.
    return _in_database(limit, key) if limit.must_hold else 0


@lru_cache(maxsize=4)
def _client(url: str) -> redis.Redis:
    trust = redis_trust(url, settings.REDIS_CA_FILE)
    return redis.Redis.from_url(url, socket_timeout=0.25, socket_connect_timeout=0.25, **trust)


def _in_redis(url: str, limit: Limit, key: str) -> float:
    script = _client(url).register_script(SCRIPT)
    return float(script(keys=[PREFIX + key], args=[limit.interval, limit.lead]))


def _in_database(limit: Limit, key: str) -> float:
    now = time.time()
    with connection.cursor() as cursor:
        values: list[str | float] = [
            key,
            now + limit.interval,
            now,
            now,
            limit.interval,
            now + limit.lead,
        ]
        cursor.execute(STATEMENT, values)
        if cursor.rowcount > 0:
            return 0
    busy_until = RateLimit.objects.filter(key=key).values_list("busy_until", flat=True).first()
    # Never 0 here: the statement has refused.
    return max(0.001, (busy_until or now) - now - limit.lead)
