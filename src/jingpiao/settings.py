"""Settings (设置): everything from the environment, checked at start; docs/settings.md lists each."""

from __future__ import annotations

import os
from typing import Any

from jingpiao.databases import database
from jingpiao.home import home, secret

DEBUG = False
SECRET_KEY = os.environ.get("JINGPIAO_SECRET_KEY") or secret("django")
ALLOWED_HOSTS = os.environ.get("JINGPIAO_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("JINGPIAO_ORIGINS", "").split(",") if origin]
HTTPS = os.environ.get("JINGPIAO_HTTPS", "0") == "1"

DATABASES = {"default": database(os.environ.get("JINGPIAO_DATABASE_URL", ""), home())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "jingpiao.api",
    "jingpiao.ui",
    "jingpiao.jobs",
    "jingpiao.status",
    "jingpiao.audit",
    "jingpiao.accounts",
    "jingpiao.announcements",
    "jingpiao.ledger",
    "jingpiao.sync",
    "jingpiao.verification",
    "jingpiao.inquiry",
    "jingpiao.upkeep",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "jingpiao.api.request_id.RequestIdMiddleware",
    "jingpiao.api.refusals.ProblemMiddleware",
    "jingpiao.ui.security.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "jingpiao.audit.asking.AskingMiddleware",
    "axes.middleware.AxesMiddleware",
    "jingpiao.ui.access.DenyByDefaultMiddleware",
]

ROOT_URLCONF = "jingpiao.urls"
WSGI_APPLICATION = "jingpiao.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jingpiao.ui.context.page",
            ],
        },
    },
]

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "jingpiao.ui.errors.locked_out"
CSRF_FAILURE_VIEW = "jingpiao.ui.errors.csrf_failed"
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"

SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_AGE = 8 * 3600
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "/static/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
FILE_UPLOAD_TEMP_DIR = None
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["stderr"], "level": "ERROR"}},
}
