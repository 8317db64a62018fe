"""A cache that is missed, not missed dearly, while Redis is away."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Answers like an empty cache when Redis does not: signing in must not depend on it."""

    def _try(self, deed: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return deed()
        except RedisError as fault:
            log.warning("The cache is away: %s", fault)
            return otherwise

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._try(
            lambda: super(ForgivingRedisCache, self).get(key, default, version), default
        )

    def set(self, key: str, value: Any, *args: Any, **kwargs: Any) -> None:
        self._try(lambda: super(ForgivingRedisCache, self).set(key, value, *args, **kwargs), None)

    def add(self, key: str, value: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(
            self._try(
                lambda: super(ForgivingRedisCache, self).add(key, value, *args, **kwargs), True
            )
        )

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(self._try(lambda: super(ForgivingRedisCache, self).delete(key, version), False))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return int(
            self._try(lambda: super(ForgivingRedisCache, self).incr(key, delta, version), delta)
        )
