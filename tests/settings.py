"""The settings of the product with what tests need: fast hashes, plain static files, no port."""

import os
import tempfile
from pathlib import Path

_FOLDER = Path(tempfile.mkdtemp(prefix="uaip-tests-"))
os.environ.setdefault("UAIP_SQLITE_PATH", str(_FOLDER / "uaip.sqlite3"))
os.environ.setdefault("UAIP_DATA_DIR", str(_FOLDER))
# Each of several test processes counts in a folder of its own.
_PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(
    Path(os.environ["UAIP_DATA_DIR"]) / f"metrics-{_PROCESS}"
)
# Playwright's own event loop runs in the test's thread; the ORM calls there are ours.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from uaip_project.settings import *  # noqa: E402, F403
from uaip_project.settings import (  # noqa: E402
    CACHE_URL,
    CACHES,
    DATABASES,
    INSTALLED_APPS,
    STORAGES,
)

# As on a site with single sign-on; its addresses are mounted by tests.urls_with_sso alone.
INSTALLED_APPS = [
    *INSTALLED_APPS,
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
# Nobody rings a broker in a test; jobs are run by name (tests.jobs).
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, str] = {}
JOB_SWEEP_SECONDS = 1.0
JOB_LEASE_SECONDS = 3.0
JOB_HEARTBEAT_SECONDS = 1.0
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(_FOLDER / "test.sqlite3")}
    # Of several who write at once on a slow machine the last one waits longer than a person would.
    DATABASES["default"]["OPTIONS"]["timeout"] = 60
else:
    DATABASES["default"]["OPTIONS"].pop("pool", None)
if CACHE_URL:
    # Each process has its own keys, and a busy machine's Redis has not gone away.
    CACHES["default"] |= {"BACKEND": "tests.caches.CacheOfOneProcess", "KEY_PREFIX": _PROCESS}
    CACHES["default"]["OPTIONS"] |= {"socket_timeout": 10.0, "socket_connect_timeout": 10.0}
# Tests ask as fast as they can; tests/accounts/test_limits.py switches it on.
RATE_LIMITING_ENABLED = False
# No test counts the statement that looks for changed settings (tests/accounts/test_setting_changes.py does).
RUNTIME_SETTINGS_SECONDS = 3600.0
