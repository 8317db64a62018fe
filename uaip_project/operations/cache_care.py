"""Looks at the cache and empties it, without touching the queue that may live beside it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from redis import Redis
from redis.exceptions import RedisError

from accounts.models import User
from accounts.redis_tls import redis_trust
from accounts.services import audit
from uaip_project.operations.runs import CouldNotRun, Outcome

#: Keys looked at in one step.
STEP = 1_000
EACH_ITS_OWN = (
    "Without UAIP_CACHE_URL or REDIS_URL each process keeps a small cache of its own, which is "
    "empty after a restart. There is nothing to look at from here."
)


def _server() -> Redis:
    trust = redis_trust(settings.CACHE_URL, settings.REDIS_CA_FILE)
    return Redis.from_url(settings.CACHE_URL, socket_timeout=5, socket_connect_timeout=5, **trust)


def _pattern() -> str:
    """Every key of Django's cache, and none of the broker, has this form."""
    return cache.make_key("*")


def stats() -> Outcome:
    """How many keys, how much memory, how often something was found. Raises CouldNotRun."""
    if not settings.CACHE_URL:
        return Outcome({"is_shared": False}, [EACH_ITS_OWN])
    try:
        with _server() as server:
            info: dict[str, Any] = server.info()
            keys = sum(1 for _ in server.scan_iter(match=_pattern(), count=STEP))
    except RedisError as fault:
        raise CouldNotRun(f"The cache does not answer: {fault}") from fault
    asked = info["keyspace_hits"] + info["keyspace_misses"]
    data = {
        "is_shared": True,
        "keys": keys,
        "used_memory_bytes": info["used_memory"],
        "hit_share": round(info["keyspace_hits"] / asked, 3) if asked else None,
        "expired": info["expired_keys"],
        "evicted": info["evicted_keys"],
    }
    memory = info["used_memory"] / 1024 / 1024
    line = f"{keys} keys; the server takes {memory:.1f} MB, expired {info['expired_keys']} keys by itself."
    return Outcome(data, [line])


def clear(*, by: User | None, is_rehearsal: bool) -> Outcome:
    """Deletes the cache's keys alone: jobs that are ringing stay. Raises CouldNotRun."""
    if not settings.CACHE_URL:
        return Outcome({"is_shared": False, "deleted": 0}, [EACH_ITS_OWN])
    try:
        with _server() as server:
            count = _swept(server, is_rehearsal=is_rehearsal)
    except RedisError as fault:
        raise CouldNotRun(f"The cache does not answer: {fault}") from fault
    if not is_rehearsal:
        with transaction.atomic():
            audit.record(type="cache.cleared", actor=by, subject="cache", detail={"keys": count})
    word = "would be deleted" if is_rehearsal else "were deleted"
    return Outcome({"is_shared": True, "deleted": count}, [f"{count} keys {word}."])


def _swept(server: Redis, *, is_rehearsal: bool) -> int:
    count, batch = 0, []
    for key in server.scan_iter(match=_pattern(), count=STEP):
        count += 1
        batch.append(key)
        if len(batch) >= STEP and not is_rehearsal:
            server.unlink(*batch)
            batch = []
    if batch and not is_rehearsal:
        server.unlink(*batch)
    return count
