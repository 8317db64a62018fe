"""Where the keys come from that tokens and API keys rest on."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from accounts import peppers, signing
from accounts.made_once import made_once

ROOT = Path(__file__).resolve().parents[2]
PEPPER = f"one:{'p' * 32}"


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def rsa_pem(bits: int) -> str:
    return pem(rsa.generate_private_key(public_exponent=65537, key_size=bits))


def test_a_key_is_made_once_however_many_start_at_once(tmp_path: Path) -> None:
    made: list[str] = []

    def make() -> str:
        made.append("made")
        return f"key {len(made)}"

    found: list[str] = []
    path = tmp_path / "data" / "key"
    threads = [
        threading.Thread(target=lambda: found.append(made_once(path, make))) for _ in range(8)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (found, made) == (["key 1"] * 8, ["made"])
    assert path.stat().st_mode & 0o077 == 0


def test_an_embedded_start_makes_its_keys_and_keeps_them(
    tmp_path: Path, settings: Settings
) -> None:
    settings.DATA_DIR, settings.JWT_PRIVATE_KEY, settings.KEY_PEPPERS = tmp_path, "", ""
    first, pepper = signing.ring().kid, peppers.newest()
    assert (signing.ring().kid, peppers.newest()) == (first, pepper)
    for name in ("jwt_private_key.pem", "key_peppers"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0


def test_a_key_is_named_by_its_thumbprint() -> None:
    """The example of RFC 7638, 3.1."""
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebW"
        "KRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQM"
        "icAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2Nc"
        "Rwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    number = int.from_bytes(base64.urlsafe_b64decode(modulus + "=="), "big")
    key = rsa.RSAPublicNumbers(65537, number).public_key()
    assert signing.thumbprint(key) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


@pytest.mark.parametrize("text", ["no key", "one:short", "one:" + "x" * 31, f"{PEPPER} {PEPPER}"])
def test_peppers_that_cannot_be_used_are_named(settings: Settings, text: str) -> None:
    settings.KEY_PEPPERS = text
    with pytest.raises(ImproperlyConfigured, match="UAIP_KEY_PEPPERS"):
        peppers.peppers()
    assert complaints() == {"uaip.E007"}


@pytest.mark.parametrize(
    "text",
    ["no key", pem(ec.generate_private_key(ec.SECP256R1())), rsa_pem(1024)],
    ids=["nonsense", "another sort", "too short"],
)
def test_a_signing_key_that_cannot_be_used_is_named(settings: Settings, text: str) -> None:
    settings.JWT_PRIVATE_KEY = text
    with pytest.raises(ImproperlyConfigured, match="JWT_PRIVATE_KEY"):
        signing.ring()
    assert complaints() == {"uaip.E007"}


@pytest.mark.parametrize("text", ["no key", "-----BEGIN PUBLIC KEY-----x-----END PUBLIC KEY-----"])
def test_a_previous_key_that_cannot_be_used_is_named(settings: Settings, text: str) -> None:
    settings.JWT_PRIVATE_KEY, settings.JWT_PREVIOUS_PUBLIC_KEYS = rsa_pem(2048), text
    with pytest.raises(ImproperlyConfigured, match="JWT_PREVIOUS_PUBLIC_KEYS"):
        signing.ring()


def complaints() -> set[str]:
    return {one.id for one in run_checks() if one.id in {"uaip.E007", "uaip.W007", "uaip.W008"}}


def test_a_short_signing_key_and_jwt_secret_are_warned_about(settings: Settings) -> None:
    assert complaints() == set()
    settings.JWT_PRIVATE_KEY, settings.HAS_JWT_SECRET = rsa_pem(2048), True
    assert complaints() == {"uaip.W007", "uaip.W008"}
    settings.JWT_PRIVATE_KEY, settings.HAS_JWT_SECRET = rsa_pem(3072).replace("\n", "\\n"), False
    assert complaints() == set()


PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "s" * 50,
    "JWT_PRIVATE_KEY": "any text: its form is looked at later",
    "UAIP_KEY_PEPPERS": PEPPER,
}


@pytest.mark.parametrize("missing", ["", "SECRET_KEY", "JWT_PRIVATE_KEY", "UAIP_KEY_PEPPERS"])
def test_production_starts_with_all_its_keys_or_not_at_all(tmp_path: Path, missing: str) -> None:
    given = {name: value for name, value in PRODUCTION.items() if name != missing}
    ended = subprocess.run(
        [sys.executable, "-c", "import uaip_project.settings"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "UAIP_DATA_DIR": str(tmp_path)} | given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode == 0) == (missing == "")
    if missing:
        assert f"{missing} is not set" in ended.stderr
    assert list(tmp_path.iterdir()) == []
