"""Figures of the servers beside us: database and cache; no exporter is needed for them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection
from prometheus_client.core import Metric

from accounts.redis_tls import redis_trust
from uaip_project.operations.gauge_families import counter, gauge

CONNECTIONS = """
    SELECT count(*) FILTER (WHERE state = 'active'), count(*),
        current_setting('max_connections')::int
    FROM pg_stat_activity WHERE backend_type = 'client backend'
"""
#: Archiving counts as wanted where the server says so; an age of none is the server's own start.
ARCHIVER = """
    SELECT current_setting('archive_mode') <> 'off',
        EXTRACT(EPOCH FROM now() - COALESCE(last_archived_time, pg_postmaster_start_time()))::float,
        failed_count, COALESCE(last_failed_time > last_archived_time, last_failed_time IS NOT NULL)
    FROM pg_stat_archiver
"""
LAG = """
    SELECT COALESCE(EXTRACT(EPOCH FROM max(replay_lag))::float, 0), count(*)
    FROM pg_stat_replication
"""
SIZE = "SELECT pg_database_size(current_database())"


def server() -> Iterator[Metric]:
    """Of PostgreSQL by its own statistics; of SQLite the size of its file."""
    if connection.vendor == "postgresql":
        yield from _postgres()
    else:
        size = Path(str(connection.settings_dict["NAME"])).stat().st_size
        yield gauge("uaip_database_size_bytes", "Size of the database", {(): size})


def _postgres() -> Iterator[Metric]:
    with connection.cursor() as cursor:
        cursor.execute(CONNECTIONS)
        active, used, most = cursor.fetchone()
        cursor.execute(SIZE)
        (size,) = cursor.fetchone()
        cursor.execute(LAG)
        lag, replicas = cursor.fetchone()
        cursor.execute(ARCHIVER)
        is_archiving, age, failed, is_failing = cursor.fetchone()
    yield gauge("uaip_database_size_bytes", "Size of the database", {(): size})
    states = {"active": active, "idle": used - active}
    yield gauge("uaip_postgres_connections", "Connections at the server", states, ["state"])
    yield gauge("uaip_postgres_connections_max", "Connections the server takes", {(): most})
    yield gauge("uaip_postgres_replicas", "Replicas that follow", {(): replicas})
    yield gauge("uaip_postgres_replica_lag_seconds", "How far the slowest is behind", {(): lag})
    if is_archiving:
        yield gauge("uaip_wal_archive_age_seconds", "Since WAL was last archived", {(): age})
        yield gauge("uaip_wal_archive_failing", "1 while archiving fails", {(): is_failing})
        yield counter("uaip_wal_archive_failures", "Times archiving failed", {(): failed})


def cache() -> Iterator[Metric]:
    """Of the Redis that caches, by its own count; nothing where there is none."""
    if not settings.CACHE_URL:
        return
    info = _client(settings.CACHE_URL).info()
    looks = {"hit": info["keyspace_hits"], "miss": info["keyspace_misses"]}
    yield counter("uaip_cache_lookups", "Looks into the cache", looks, ["outcome"])
    yield counter("uaip_cache_evictions", "Entries driven out", {(): info["evicted_keys"]})
    yield gauge("uaip_cache_memory_bytes", "What the cache holds", {(): info["used_memory"]})
    if info["maxmemory"]:
        most = {(): info["maxmemory"]}
        yield gauge("uaip_cache_memory_max_bytes", "What the cache may hold", most)


@lru_cache(maxsize=4)
def _client(url: str) -> redis.Redis:
    trust = redis_trust(url, settings.REDIS_CA_FILE)
    return redis.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.25, **trust)
