"""While Redis is away people still sign in: the cache only answers as if it were empty."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.test import Client, override_settings

from accounts.models import User
from tests.builders.people import PASSWORD

NOBODY_LISTENS = {
    "default": {
        "BACKEND": "uaip_project.cache.ForgivingRedisCache",
        "LOCATION": "redis://127.0.0.1:1/0",
    }
}


@override_settings(CACHES=NOBODY_LISTENS)
def test_a_cache_without_its_server_is_empty_and_takes_nothing_amiss() -> None:
    cache = caches["default"]
    cache.set("key", "value")
    assert cache.get("key", "nothing") == "nothing"
    assert cache.add("key", "value")
    assert cache.incr("count") == 1
    assert not cache.delete("key")


@pytest.mark.django_db
@override_settings(CACHES=NOBODY_LISTENS)
def test_alice_signs_in_while_the_cache_is_away(alice: User) -> None:
    reply = Client().post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    assert reply.status_code == 302
