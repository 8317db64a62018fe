"""Style, script and fonts: compressed, kept for a year under a name that changes, and light."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings
from whitenoise.middleware import WhiteNoiseMiddleware

from tests.house.tree import ROOT

#: Bytes over the wire of the sign-in page with all that it names.
MOST_BYTES = 150_000
NAMED = re.compile(r'(?:href|src)="/static/([^"]+)"')


@pytest.mark.django_db
def test_the_sign_in_page_is_light(client: Client) -> None:
    html = client.get("/accounts/login/").content
    files = {one.split("?")[0] for one in NAMED.findall(html.decode())}
    sizes = {name: _weight(name) for name in files}
    assert sizes
    assert sum(sizes.values()) + len(gzip.compress(html)) < MOST_BYTES


def _weight(name: str) -> int:
    """As it is sent: text compressed, fonts and pictures as they are."""
    plain = re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", name)
    path = finders.find(plain)
    assert path, f"{name} is nowhere"
    content = Path(path).read_bytes()
    return len(gzip.compress(content)) if plain.endswith((".css", ".js", ".svg")) else len(content)


@pytest.fixture
def collected(settings: Settings, tmp_path: Path) -> Path:
    """The folder that a real start fills."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [ROOT / "static"]
    call_command("collectstatic", verbosity=0, interactive=False)
    return tmp_path


def test_what_is_collected_is_hashed_and_compressed(collected: Path) -> None:
    sheets = list(collected.rglob("*.????????????.css"))
    assert any(one.stat().st_size > 2000 for one in sheets)
    # Of a few hundred bytes nothing is gained.
    for one in (sheet for sheet in sheets if sheet.stat().st_size > 2000):
        assert Path(f"{one}.gz").exists()
        assert Path(f"{one}.br").exists()


def test_only_a_name_with_its_hash_is_kept_for_ever(collected: Path) -> None:
    noise = WhiteNoiseMiddleware(lambda request: None)
    (hashed,) = collected.glob("css/base.????????????.css")
    plain = collected / "css" / "base.css"
    assert noise.immutable_file_test(str(hashed), f"/static/css/{hashed.name}") is True
    assert noise.immutable_file_test(str(plain), "/static/css/base.css") is False
