"""The cache in figures: a known pattern of finds and misses is counted as such."""

from __future__ import annotations

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from redis import Redis

from tests.operations.system.commands import run_json

pytestmark = pytest.mark.django_db


def _counted() -> tuple[int, int]:
    with Redis.from_url(configured.CACHE_URL) as server:
        info = server.info("stats")
    return int(info["keyspace_hits"]), int(info["keyspace_misses"])


@pytest.mark.skipif(not configured.CACHE_URL, reason="there is no shared cache")
def test_finds_and_misses_are_counted() -> None:
    before = _counted()
    cache.set("there", 1)
    for key in ("there", "there", "there", "away"):
        cache.get(key)
    after = _counted()
    # Others may ask the same server meanwhile: at least ours are counted.
    assert (after[0] - before[0] >= 3, after[1] - before[1] >= 1) == (True, True)
    code, said = run_json("maintenance", "cache")
    assert (code, said["is_shared"], 0 <= said["hit_share"] <= 1) == (0, True, True)
    assert said["keys"] >= 1
