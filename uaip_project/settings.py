"""Every setting of U-AIP; the only module that reads the environment."""

from __future__ import annotations

import logging
import secrets
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from accounts.made_once import made_once
from accounts.redis_tls import redis_trust
from accounts.sso_config import SsoMisconfigured, load_sso
from uaip_project import logs
from uaip_project.described import described
from uaip_project.env import (
    env_bool,
    env_choice,
    env_choices,
    env_float,
    env_int,
    env_is_set,
    env_list,
    env_networks,
    env_secret,
    env_str,
    publish,
)
from uaip_project.operationsconfig import load_operations
from uaip_project.siteconfig import load_conversation, load_llm, load_stages

# --- Where things are -------------------------------------------------------------------------
BASE_DIR = Path(__file__).resolve().parent.parent
SQLITE_PATH = Path(env_str("UAIP_SQLITE_PATH", str(BASE_DIR / "data" / "uaip.sqlite3")))
# Everything that a start writes beside the database: broker folders and the generated key.
DATA_DIR = Path(env_str("UAIP_DATA_DIR", str(SQLITE_PATH.parent)))
CONFIG_DIR = Path(env_str("UAIP_CONFIG_DIR", str(BASE_DIR / "uaip_project" / "config")))
PROTOCOL_DIR = env_str("UAIP_PROTOCOL_DIR")
# Fonts beside the shipped ones, for PDF files in scripts that those do not know.
FONTS_DIR = env_str("UAIP_FONTS_DIR")

# --- The application --------------------------------------------------------------------------
APP_NAME = env_str("APP_NAME", "U-AIP")
APP_VERSION = env_str("APP_VERSION", "1.0.0")
APP_PORT = env_int("APP_PORT", default=10000, least=1)
ENVIRONMENT = env_choice(
    "ENVIRONMENT", choices=("development", "staging", "production"), default="development"
)
IS_PRODUCTION = ENVIRONMENT != "development"
DEBUG = env_bool("UAIP_DEBUG", default=False)
LOG_LEVEL = env_choice(
    "LOG_LEVEL", choices=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), default="INFO"
)
# As the setting that is changed at run time has it, and until when everything is written.
LOG_LEVEL_NUMBER = logging.getLevelNamesMapping()[LOG_LEVEL]
LOG_DEBUG_UNTIL = 0
LOG_FORMAT = env_choice(
    "UAIP_LOG_FORMAT", choices=("json", "line"), default="json" if IS_PRODUCTION else "line"
)
# Files app, error, access and audit there, one a day; "" = everything to standard error.
LOG_DIR = env_str("UAIP_LOG_DIR")
LOG_DAYS = env_int("UAIP_LOG_DAYS", default=30, least=1)
LOG_MEGABYTES = env_int("UAIP_LOG_MEGABYTES", default=100, least=1)


SECRET_KEY = env_secret("SECRET_KEY")
# Signs the API's access tokens; without one an embedded start makes its own at first use.
JWT_PRIVATE_KEY = env_secret("JWT_PRIVATE_KEY")
JWT_PREVIOUS_PUBLIC_KEYS = env_secret("JWT_PREVIOUS_PUBLIC_KEYS")
HAS_JWT_SECRET = env_is_set("JWT_SECRET")
# API keys are kept hashed with these: id:value, newest first.
KEY_PEPPERS = env_secret("UAIP_KEY_PEPPERS")
# What people wrote is sealed at rest with these: id:key, newest first; "" = stored clear.
FIELD_KEYS = env_secret("FIELD_KEYS")
KEY_MAX_DAYS = env_int("UAIP_KEY_MAX_DAYS", default=365, least=1)
for _name, _value, _needs in (
    ("SECRET_KEY", SECRET_KEY, "one of at least 32 random bytes"),
    ("JWT_PRIVATE_KEY", JWT_PRIVATE_KEY, "an RSA key in PEM"),
    ("UAIP_KEY_PEPPERS", KEY_PEPPERS, "an id, a colon and at least 32 random characters"),
):
    if IS_PRODUCTION and not _value:
        raise ImproperlyConfigured(f"{_name} is not set: ENVIRONMENT={ENVIRONMENT} needs {_needs}.")
if not SECRET_KEY:
    SECRET_KEY = made_once(DATA_DIR / "secret_key", lambda: secrets.token_urlsafe(50))
# What was signed with these still holds; the key before the last rotation.
SECRET_KEY_FALLBACKS = env_secret("UAIP_SECRET_KEY_FALLBACKS").split()

ALLOWED_HOSTS = env_list(
    "ALLOWED_HOSTS", default=[] if IS_PRODUCTION else ["localhost", "127.0.0.1", "[::1]"]
)
# How people reach this installation: what links in mails begin with.
BASE_URL = env_str("UAIP_BASE_URL", f"http://localhost:{APP_PORT}")
# Proxies of ours in front of the web process: only what they say of a caller's address is believed.
TRUSTED_PROXY_COUNT = env_int("TRUSTED_PROXY_COUNT", default=0, least=0)
# Where they stand, such as 10.0.0.0/24; none named: whoever connects counts as one.
TRUSTED_PROXY_CIDRS = env_networks("TRUSTED_PROXY_CIDRS")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "accounts",
    "interviews",
    "charters",
    "governance",
    "uaip_project.operations",
]

MIDDLEWARE = [
    "uaip_project.middleware.believe_our_proxies_alone",
    "uaip_project.middleware.named",
    "uaip_project.access_log.written",
    "uaip_project.http_figures.counted",
    "uaip_project.middleware.security_headers",
    "uaip_project.middleware.programs_speak_https",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "uaip_project.middleware.refuse_unreadable",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.session_limits.SessionsEnd",
    "uaip_project.limiting.limited",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.second_factor.SecondFactorFirst",
    "uaip_project.operations.maintenance_door.WritesWait",
    "uaip_project.middleware.InterviewOfAnotherSet",
    "uaip_project.middleware.SealedAway",
]

ROOT_URLCONF = "uaip_project.urls"
WSGI_APPLICATION = "uaip_project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "uaip_project.templatetags.entrance",
                "uaip_project.templatetags.maintenance",
                "uaip_project.templatetags.ui",
                "uaip_project.templatetags.wording",
            ],
        },
    }
]

# --- Data -------------------------------------------------------------------------------------
POSTGRES_HOST = env_str("POSTGRES_HOST")
# Thread workers and the web process share a pool; a prefork worker must not (psycopg #1232).
POSTGRES_POOL = env_bool("UAIP_POSTGRES_POOL", default=True)
DB_POOL_SIZE = env_int("DB_POOL_SIZE", default=20, least=2)

# verify-full compares name and certificate; "prefer" takes TLS where the server offers it.
POSTGRES_SSLMODE = env_choice(
    "POSTGRES_SSLMODE",
    choices=("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    default="prefer",
)
POSTGRES_CA_FILE = env_str("UAIP_POSTGRES_CA_FILE")
# Whether nobody else can listen between the services, so that they may speak without TLS.
IS_CLOSED_NETWORK = env_bool("UAIP_CLOSED_NETWORK", default=False)

if POSTGRES_HOST:
    DATABASES: dict[str, dict[str, Any]] = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": POSTGRES_HOST,
            "PORT": env_int("POSTGRES_PORT", default=60543),
            "NAME": env_str("POSTGRES_DB", "uaip"),
            "USER": env_str("POSTGRES_USER", "uaip_user"),
            "PASSWORD": env_secret("POSTGRES_PASSWORD"),
            "CONN_MAX_AGE": 0,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                "sslmode": POSTGRES_SSLMODE,
                **({"sslrootcert": POSTGRES_CA_FILE} if POSTGRES_CA_FILE else {}),
                "connect_timeout": 10,
                "options": "-c lock_timeout=3000 -c statement_timeout=15000",
            },
        }
    }
    if POSTGRES_POOL:
        DATABASES["default"]["OPTIONS"]["pool"] = {
            "min_size": 2,
            "max_size": DB_POOL_SIZE,
            # A worker's hundreds of threads stand in line after a start; a page must not.
            "timeout": 30 if "celery" in sys.argv[0] else 5,
            "max_lifetime": 3600,
        }
else:
    with suppress(OSError):
        # SQLite makes its file, but not the folder: the first command in a fresh clone needs both.
        SQLITE_PATH.parent.mkdir(parents=True, exist_ok=True)
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": SQLITE_PATH,
            "OPTIONS": {
                # A transaction that reads and then writes must hold the write lock from its
                # start, or two of them lock each other out ("database is locked").
                "transaction_mode": "IMMEDIATE",
                # As long as a statement may take on PostgreSQL: SQLite's writers do not queue, so on
                # a slow machine the unlucky one of eight was still waiting after five seconds.
                "timeout": 15,
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
                ),
            },
        }
    }

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env_str("REDIS_URL")
CACHE_URL = env_str("UAIP_CACHE_URL", REDIS_URL)
# Who vouches for the certificate of a rediss:// server; "" = whom this machine trusts.
REDIS_CA_FILE = env_str("UAIP_REDIS_CA_FILE")
if CACHE_URL:
    CACHES = {
        "default": {
            "BACKEND": "uaip_project.cache.ForgivingRedisCache",
            "LOCATION": CACHE_URL,
            "OPTIONS": {"socket_timeout": 0.25, "socket_connect_timeout": 0.25}
            | redis_trust(CACHE_URL, REDIS_CA_FILE),
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- Background work --------------------------------------------------------------------------
BROKER_URL = env_str("UAIP_BROKER_URL", REDIS_URL)
BROKER_DIR = DATA_DIR / "broker"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# A few rings a thread lie ready, or threads wait for the broker between two answers.
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
# On one machine Ctrl-C should end things at once: the jobs table knows what is left to do.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30 if BROKER_URL else 0
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = bool(BROKER_URL)
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that is away for an hour is no reason to end: None = try for ever.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
if BROKER_URL:
    CELERY_BROKER_URL = BROKER_URL
    CELERY_BROKER_USE_SSL = redis_trust(BROKER_URL, REDIS_CA_FILE) or None
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, float | str] = {
        "visibility_timeout": 600,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_timeout": 1,
        "socket_connect_timeout": 0.25,
    }
    if "celery" not in sys.argv[0]:
        # A web process rings once and never waits: the sweeper finds what nobody rang for.
        CELERY_BROKER_TRANSPORT_OPTIONS |= {
            "max_retries": 0,
            "interval_start": 0,
            "interval_step": 0,
            "interval_max": 0,
            "socket_timeout": 0.25,
        }
else:
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
    }

# A claimed job is free again when its worker has not been heard of for this long.
JOB_LEASE_SECONDS = env_float("UAIP_JOB_LEASE_SECONDS", default=15.0)
JOB_HEARTBEAT_SECONDS = env_float("UAIP_JOB_HEARTBEAT_SECONDS", default=5.0)
JOB_SWEEP_SECONDS = env_float("UAIP_JOB_SWEEP_SECONDS", default=5.0)
JOB_MAX_ATTEMPTS = env_int("UAIP_JOB_MAX_ATTEMPTS", default=8, least=1)
# A worker that takes nothing up for so long while work is due ends, to be started anew; 0 = never.
WORKER_WATCHDOG_SECONDS = env_float("UAIP_WORKER_WATCHDOG_SECONDS", default=60.0)

# --- The interview ----------------------------------------------------------------------------
CONVERSATION = load_conversation(CONFIG_DIR)
STAGES = load_stages(CONFIG_DIR, CONVERSATION)

# --- Language models --------------------------------------------------------------------------
# Without a provider the embedded scorer judges every answer; the guide's names throughout.
LLM_PROVIDER = env_str("LLM_PROVIDER").lower()
LLM_MODEL = env_str("LLM_MODEL")
LLM_FALLBACK_PROVIDER = env_str("LLM_FALLBACK_PROVIDER").lower()
LLM_FALLBACK_MODEL = env_str("UAIP_LLM_FALLBACK_MODEL")
# For prose; scoring always uses 0.
LLM_TEMPERATURE = env_float("LLM_TEMPERATURE", default=0.7)
LLM_MAX_TOKENS = env_int("LLM_MAX_TOKENS", default=2000, least=100)
# Of one call, and of all calls for one attempt together.
LLM_TIMEOUT_SECONDS = env_float("LLM_TIMEOUT_SECONDS", default=30.0)
LLM_ATTEMPT_SECONDS = env_float("UAIP_LLM_ATTEMPT_SECONDS", default=60.0)
# Calls that one process keeps under way at one provider.
LLM_MAX_CONCURRENCY = env_int("UAIP_LLM_MAX_CONCURRENCY", default=200, least=1)
# Threads of one worker: nearly all of them wait for a model. Without one they compute, and on
# SQLite they would wait for its single writer.
CELERY_WORKER_CONCURRENCY = env_int(
    "UAIP_WORKER_CONCURRENCY",
    default=4 if not LLM_PROVIDER else 200 if POSTGRES_HOST else 20,
    least=1,
)
LLM_BATCH_SIZE = env_int("LLM_BATCH_SIZE", default=5, least=1)
LLM_BATCH_TIMEOUT = env_float("LLM_BATCH_TIMEOUT", default=1.0)
CACHE_LLM_RESPONSES = env_bool("CACHE_LLM_RESPONSES", default=True)
LLM_CACHE_TTL = env_int("LLM_CACHE_TTL", default=86_400, least=1)
# What each provider needs, by the guide's keys; which provider reads which stands in
# interviews/llm/providers.
LLM_KEYS = {
    "OPENAI_API_KEY": env_secret("OPENAI_API_KEY"),
    "ANTHROPIC_API_KEY": env_secret("ANTHROPIC_API_KEY"),
    "AZURE_OPENAI_KEY": env_secret("AZURE_OPENAI_KEY"),
    "GOOGLE_API_KEY": env_secret("GOOGLE_API_KEY"),
    "CUSTOM_LLM_API_KEY": env_secret("CUSTOM_LLM_API_KEY"),
    "OPENAI_ORG_ID": env_str("OPENAI_ORG_ID"),
    "OPENAI_BASE_URL": env_str("OPENAI_BASE_URL", "https://api.openai.com/v1"),
    "ANTHROPIC_BASE_URL": env_str("ANTHROPIC_BASE_URL", "https://api.anthropic.com"),
    "AZURE_OPENAI_ENDPOINT": env_str("AZURE_OPENAI_ENDPOINT"),
    "AZURE_OPENAI_DEPLOYMENT": env_str("AZURE_OPENAI_DEPLOYMENT"),
    "AZURE_OPENAI_API_VERSION": env_str("AZURE_OPENAI_API_VERSION", "2024-02-01"),
    "UAIP_GEMINI_BASE_URL": env_str(
        "UAIP_GEMINI_BASE_URL", "https://generativelanguage.googleapis.com/v1beta/openai/"
    ),
    "CUSTOM_LLM_ENDPOINT": env_str("CUSTOM_LLM_ENDPOINT"),
}
# Prices, budgets, circuit and retry figures (config/llm.yaml).
LLM = load_llm(CONFIG_DIR)

# --- Watching ---------------------------------------------------------------------------------
PROMETHEUS_ENABLED = env_bool("PROMETHEUS_ENABLED", default=True)
# Every process writes its figures there; /metrics adds them up. "" = each keeps its own.
METRICS_DIR = (
    env_str("PROMETHEUS_MULTIPROC_DIR", str(DATA_DIR / "metrics")) if PROMETHEUS_ENABLED else ""
)
publish("PROMETHEUS_MULTIPROC_DIR", METRICS_DIR)
# Who may read /metrics: whoever has the token, and who asks from these addresses directly.
METRICS_TOKEN = env_secret("UAIP_METRICS_TOKEN")
# A worker's own processor time and memory; 0 = it does not listen.
WORKER_METRICS_PORT = env_int("UAIP_WORKER_METRICS_PORT", default=0, least=0)
METRICS_ALLOWED_CIDRS = env_list("METRICS_ALLOWED_CIDRS", default=["127.0.0.0/8", "::1/128"])
# Certificates whose end is watched: files in PEM, or host:port to ask.
CERTIFICATES = env_list("UAIP_CERTIFICATES", default=[])

# Networks that webhooks may be sent to although they are not public; no page changes this.
WEBHOOK_ALLOWED_CIDRS = env_list("UAIP_WEBHOOK_ALLOWED_CIDRS", default=[])

# How a delivery of a webhook went, and what a request with an Idempotency-Key was answered, is
# kept for so many days.
WEBHOOK_RETENTION_DAYS = env_int("UAIP_WEBHOOK_RETENTION_DAYS", default=30, least=1)
IDEMPOTENCY_DAYS = env_int("UAIP_IDEMPOTENCY_DAYS", default=7, least=1)

# What administrators change at run time reaches every process within so many seconds.
RUNTIME_SETTINGS_SECONDS = 3.0
# How often somebody may ask (config/conversation.yaml has the figures).
RATE_LIMITING_ENABLED = env_bool(
    "RATE_LIMITING_ENABLED", default=CONVERSATION["rate_limiting"]["enabled"]
)

# --- Upkeep -------------------------------------------------------------------------------------
# Windows, times of the schedule, task lists, retention (config/operations.yaml).
OPERATIONS = load_operations(CONFIG_DIR)
# Workers do by themselves what is due; without, cron runs `maintenance schedule tick`.
SCHEDULE_ENABLED = env_bool("UAIP_SCHEDULE_ENABLED", default=True)
# Rows of operational runs are kept for so many days; those of every minute for two.
OPS_RUN_DAYS = env_int("UAIP_OPS_RUN_DAYS", default=400, least=30)
# People whom nobody has seen for so many days are deactivated once a month; 0 = nobody is.
INACTIVE_DAYS = env_int("UAIP_INACTIVE_DAYS", default=0, least=0)

# --- The record of deeds ------------------------------------------------------------------------
# Sealed segments and anchors lie there; days until a deed is sealed.
AUDIT_DIR = Path(env_str("UAIP_AUDIT_DIR", str(DATA_DIR / "audit")))
AUDIT_RETENTION_DAYS = env_int("UAIP_AUDIT_RETENTION_DAYS", default=90, least=1)

# --- Backups --------------------------------------------------------------------------------
# Where archives lie, and what seals them: base64 of 32 random bytes, newest first; "" = clear.
BACKUP_DIR = Path(env_str("UAIP_BACKUP_DIR", str(DATA_DIR / "backups")))
BACKUP_KEY = env_secret("UAIP_BACKUP_KEY")
# Files and folders of the site that archives take along, such as a compose file.
BACKUP_INCLUDE = env_list("UAIP_BACKUP_INCLUDE", default=[])
# Verified archives that are kept: one a day, one a week, one a month; and all of so many days.
BACKUP_KEEP_DAILY = env_int("UAIP_BACKUP_KEEP_DAILY", default=7, least=1)
BACKUP_KEEP_WEEKLY = env_int("UAIP_BACKUP_KEEP_WEEKLY", default=4, least=0)
BACKUP_KEEP_MONTHLY = env_int("UAIP_BACKUP_KEEP_MONTHLY", default=3, least=0)
BACKUP_KEEP_DAYS = env_int("UAIP_BACKUP_KEEP_DAYS", default=0, least=0)
# The copy elsewhere: a bucket that speaks S3; without keys of its own the SDK finds some.
BACKUP_S3_BUCKET = env_str("UAIP_BACKUP_S3_BUCKET")
BACKUP_S3_PREFIX = env_str("UAIP_BACKUP_S3_PREFIX", "uaip/")
BACKUP_S3_ENDPOINT = env_str("UAIP_BACKUP_S3_ENDPOINT")
BACKUP_S3_ACCESS_KEY = env_secret("UAIP_BACKUP_S3_ACCESS_KEY")
BACKUP_S3_SECRET_KEY = env_secret("UAIP_BACKUP_S3_SECRET_KEY")

# --- The HTTP API -----------------------------------------------------------------------------
# Nothing is open by default. The first class says how a stranger is asked who he is (401).
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.JwtAuthentication",
        "accounts.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api_permissions.Nobody"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "accounts.api_errors.in_our_words",
}

# Of one web process; half of them at most hold a stream of events open.
WEB_THREADS = env_int("UAIP_WEB_THREADS", default=8, least=2)
SPECTACULAR_SETTINGS = described(APP_NAME, APP_VERSION)

# --- People -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
# One alone: each backend would hash the password once more.
AUTHENTICATION_BACKENDS = ["accounts.backends.ByAddress"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "accounts.password_words.NoHouseWords",
        "OPTIONS": {"words": [APP_NAME, *env_list("UAIP_PASSWORD_WORDS", default=[])]},
    },
]
REGISTRATION_OPEN = env_bool("UAIP_REGISTRATION_OPEN", default=False)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if IS_PRODUCTION else "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{APP_NAME}] "
# Whoever changes how one gets in is told by mail.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {"reset_password": "accounts.forms.AskForReset"}
# Per caller's address ("ip") and per account ("key", hashed), whether there is such an account or
# not.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/5m/ip,5/5m/key",
    "reset_password": "10/m/ip,3/10m/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "signup": "10/m/ip",
}
PASSWORD_RESET_TIMEOUT = 4 * 3600
# Roles whose people do nothing before they have a second factor.
MFA_REQUIRED_ROLES = env_choices(
    "UAIP_MFA_REQUIRED_ROLES",
    choices=("user", "reviewer", "admin", "superadmin"),
    default=["admin", "superadmin"] if IS_PRODUCTION else [],
)
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "login_webauthn": "accounts.forms.PasskeySignIn",
    "authenticate_webauthn": "accounts.forms.PasskeyStep",
    "reauthenticate_webauthn": "accounts.forms.PasskeyAgain",
    "add_webauthn": "accounts.forms.AddPasskey",
}
MFA_TOTP_ISSUER = APP_NAME
# A clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Signing in asks for a confirmed address already (in production).
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Browsers take http://localhost for secure, the library does not.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION
USERSESSIONS_ADAPTER = "accounts.adapter.BrowserSessionsAdapter"
# Providers of single sign-on (sso.yaml); without one none of its addresses is there.
try:
    SSO_PROVIDERS = load_sso(CONFIG_DIR)
except SsoMisconfigured as fault:
    raise ImproperlyConfigured(str(fault)) from None
if SSO_PROVIDERS:
    INSTALLED_APPS += [
        "allauth.socialaccount.providers.openid_connect",
        "allauth.socialaccount.providers.saml",
    ]
SOCIALACCOUNT_ADAPTER = "accounts.sso.SsoAdapter"
# A form that leads to another site would break form-action 'self'; the way back is bound to this
# browser by state and PKCE.
SOCIALACCOUNT_LOGIN_ON_GET = True
# Whose address counts is decided in accounts/services/sso.py.
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
EMAIL_BACKEND = env_str("UAIP_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
DEFAULT_FROM_EMAIL = env_str("UAIP_FROM_EMAIL", "U-AIP <uaip@localhost>")

# --- Incidents and reports ------------------------------------------------------------------------
# Who is told of incidents beside whoever is on call; who gets status updates; who gets reports.
NOTIFY_EMAILS = env_list("UAIP_NOTIFY_EMAILS", default=[])
NOTIFY_STAKEHOLDERS = env_list("UAIP_NOTIFY_STAKEHOLDERS", default=[])
REPORT_EMAILS = env_list("UAIP_REPORT_EMAILS", default=[])
# Addresses that let in whoever knows them count as secrets.
NOTIFY_SLACK_URL = env_secret("UAIP_NOTIFY_SLACK_URL")
NOTIFY_WEBHOOK_URL = env_secret("UAIP_NOTIFY_WEBHOOK_URL")
NOTIFY_PAGERDUTY_KEY = env_secret("UAIP_NOTIFY_PAGERDUTY_KEY")
NOTIFY_PAGERDUTY_URL = env_str(
    "UAIP_NOTIFY_PAGERDUTY_URL", "https://events.pagerduty.com/v2/enqueue"
)
# Whether workers clean up by themselves when the disk fills; off, `incident fix disk` does it.
AUTO_REMEDIATE = env_bool("UAIP_AUTO_REMEDIATE", default=False)

# --- Web --------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# A table of 60 rows and 14 columns is one honest form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# A browser session ends when nobody used it for so long, and for good after its longest time.
SESSION_IDLE_MINUTES = env_int("UAIP_SESSION_IDLE_MINUTES", default=480, least=5)
SESSION_MAX_HOURS = env_int("UAIP_SESSION_MAX_HOURS", default=168, least=1)
SESSION_COOKIE_AGE = SESSION_MAX_HOURS * 3600
# In the session and not in a cookie of their own, which no prefix would bind to this host.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_PRODUCTION
CSRF_COOKIE_SECURE = IS_PRODUCTION
# A browser takes __Host- cookies from this very host alone, never from a neighbouring one.
SESSION_COOKIE_NAME = "__Host-sessionid" if IS_PRODUCTION else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if IS_PRODUCTION else "csrftoken"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_PRODUCTION
SECURE_SSL_REDIRECT = IS_PRODUCTION and env_bool("UAIP_SSL_REDIRECT", default=True)
# Prometheus asks inside the network, without the proxy that speaks https.
SECURE_REDIRECT_EXEMPT = [r"^metrics$"]
# Kept of our own proxies alone (uaip_project.middleware.believe_our_proxies_alone).
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_PRODUCTION else None
X_FRAME_OPTIONS = "DENY"
# To be in every browser's list of https-only hosts is the site's own choice, and hard to undo.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

LOGGING = logs.configuration(
    level=LOG_LEVEL, form=LOG_FORMAT, folder=logs.Folder(LOG_DIR, LOG_DAYS, LOG_MEGABYTES)
)
