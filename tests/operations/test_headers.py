"""What every reply tells the browser, and what browsers tell back."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client, override_settings

from accounts import sealing
from tests.house.tree import ROOT
from uaip_project import csp_report, middleware
from uaip_project.operations.backups import backup_keys

PAGES = ["/live", "/accounts/login/", "/no-such-page", "/"]
PRODUCTION = {
    "UAIP_BASE_URL": "https://uaip.example.org",
    "UAIP_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "ENVIRONMENT": "production",
    "SECRET_KEY": "a-key-of-a-test-that-is-long-enough-and-has-50-different-signs-1234567",
    "ALLOWED_HOSTS": "uaip.example.org",
    "POSTGRES_HOST": "postgres",
    "POSTGRES_PASSWORD": "secret of a test",
    "POSTGRES_SSLMODE": "verify-full",
    "REDIS_URL": "rediss://redis:6379/0",
    "TRUSTED_PROXY_COUNT": "1",
    "TRUSTED_PROXY_CIDRS": "10.0.0.0/24",
    "UAIP_KEY_PEPPERS": "one:0123456789abcdef0123456789abcdef",
    "FIELD_KEYS": sealing.new_field_key(),
    "UAIP_BACKUP_KEY": backup_keys.new_key(),
}


@pytest.fixture(autouse=True)
def turnstile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csp_report, "turnstile", csp_report.Turnstile(csp_report.MOST_A_MINUTE))


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_every_reply_carries_every_header(client: Client, page: str) -> None:
    headers = client.get(page).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Reporting-Endpoints"] == 'csp="/csp-report"'
    assert "camera=()" in headers["Permissions-Policy"]
    assert "X-XSS-Protection" not in headers


@pytest.mark.django_db
def test_the_content_policy_lets_nothing_in_from_elsewhere(client: Client) -> None:
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts.pop("report-uri") == "/csp-report"
    assert parts.pop("report-to") == "csp"
    assert parts.pop("default-src") == "'none'"
    assert parts.pop("img-src") == "'self' data:"
    assert set(parts.values()) == {"'self'", "'none'"}
    assert "unsafe" not in policy


def test_static_files_carry_them_too(client: Client) -> None:
    headers = client.get("/static/css/base.css").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_passkeys_are_not_switched_off() -> None:
    assert "publickey" not in middleware.PERMISSIONS_POLICY


@override_settings(SECURE_HSTS_SECONDS=31_536_000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True)
def test_https_is_asked_for_as_the_guide_says() -> None:
    reply = Client().get("/live", secure=True)
    assert reply["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


# --- reports -------------------------------------------------------------------------------------


OLD_FORM = {
    "csp-report": {
        "effective-directive": "script-src",
        "blocked-uri": "https://evil.example/x.js?token=abc",
        "document-uri": "https://uaip.example.org/sessions/start/?q=secret-word",
    }
}
NEW_FORM = [
    {
        "type": "csp-violation",
        "body": {
            "effectiveDirective": "style-src",
            "blockedURL": "inline",
            "documentURL": "https://uaip.example.org/no-such-page/secret-word",
        },
    }
]


def report(body: Any, content_type: str = "application/csp-report") -> int:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    stranger = Client(enforce_csrf_checks=True)
    return stranger.post("/csp-report", text, content_type=content_type).status_code


def test_a_report_is_one_bounded_line(caplog: pytest.LogCaptureFixture) -> None:
    assert report(OLD_FORM) == 204
    assert report(NEW_FORM, "application/reports+json") == 204
    said = [one.getMessage() for one in caplog.records if one.name == "uaip_project.csp_report"]
    assert said == [
        "The content policy refused script-src from evil.example on /sessions/start/.",
        "The content policy refused style-src from inline on a page that is not ours.",
    ]


@pytest.mark.parametrize(
    "body",
    ["[]", "7", "null", "[[1]]", '{"csp-report": 7}', '{"csp-report": {"blocked-uri": [1]}}'],
)
def test_a_strange_report_is_no_fault(body: str) -> None:
    assert report(body) == 204


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("{", "application/csp-report", 400),
        ("[" * 5000, "application/csp-report", 400),
        (b"\xff\xfe", "application/csp-report", 400),
        ("x" * 20_000, "application/csp-report", 413),
        ("a=1", "application/x-www-form-urlencoded", 415),
    ],
)
def test_what_is_no_report_is_refused(body: Any, content_type: str, status: int) -> None:
    assert report(body, content_type) == status


def test_a_page_that_is_broken_in_many_browsers_fills_no_disk(
    caplog: pytest.LogCaptureFixture,
) -> None:
    statuses = [report(OLD_FORM) for _ in range(csp_report.MOST_A_MINUTE + 5)]
    assert statuses.count(204) == csp_report.MOST_A_MINUTE
    assert statuses[-1] == 429
    many = [one for one in caplog.records if one.name == "uaip_project.csp_report"]
    assert len(many) == csp_report.MOST_A_MINUTE


def test_after_a_minute_reports_are_taken_again() -> None:
    gate = csp_report.Turnstile(2, seconds=60.0)
    assert [gate.lets_in(now) for now in (0, 1, 2, 61)] == [True, True, False, True]


def test_one_message_with_many_reports_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    report(NEW_FORM * 50, "application/reports+json")
    many = [one for one in caplog.records if one.name == "uaip_project.csp_report"]
    assert len(many) == csp_report.MOST_IN_ONE


# --- a production site ---------------------------------------------------------------------------


def manage(*words: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Django's command in a production-like environment; nothing is connected to."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = keep | PRODUCTION | {"JWT_PRIVATE_KEY": _rsa_key()} | changes
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


def _rsa_key() -> str:
    from_openssl = ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"]
    return subprocess.run(from_openssl, capture_output=True, text=True, check=True).stdout


def test_djangos_own_check_for_production_is_clean(tmp_path: Any) -> None:
    done = manage("check", "--deploy", "--fail-level", "INFO", UAIP_DATA_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert re.search(r"no issues \(1 silenced\)", done.stdout + done.stderr)


def test_cookies_of_production_belong_to_this_host_alone(tmp_path: Any) -> None:
    words = (
        "from django.conf import settings as s;"
        "import json; import sys;"
        "sys.stdout.write(json.dumps([s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME,"
        " s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_PATH,"
        " s.SESSION_COOKIE_DOMAIN, s.LOG_FORMAT]))"
    )
    done = manage("shell", "--no-imports", "-c", words, UAIP_DATA_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    names = ["__Host-sessionid", "__Host-csrftoken"]
    assert json.loads(done.stdout.splitlines()[-1]) == [*names, True, True, "/", None, "json"]
