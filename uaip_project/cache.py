"""A cache that is missed, not missed dearly, while Redis is away."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class _Client(RedisCacheClient):
    """Keeps the client that Django makes anew for every look: it is a table of all commands."""

    @cached_property
    def _kept(self) -> Redis:
        return self._client(connection_pool=self._get_connection_pool(write=True))

    def get_client(self, key: str | None = None, *, write: bool = False) -> Redis:
        """The one client of the one server that this house has."""
        return self._kept


class ForgivingRedisCache(RedisCache):
    """Answers like an empty cache when Redis does not: signing in must not depend on it."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client

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
