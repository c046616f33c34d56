"""What the operator may set from outside, read once into one typed value.

Everything has a default, so that an empty environment runs; an empty variable counts as not set.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shuke.cli.keeping import kept_secret
from shuke.kernel.errors import Invalid

_CHECKOUT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Environment:
    """The settings of one running process; docs/configuration.md says what each is for.

    ``web`` marks a process that answers browsers: its statements are cut off after ``statement_timeout`` milliseconds.
    """

    data: Path
    database_url: str | None
    host: str
    port: int
    workers: int
    threads: int
    web: bool
    debug: bool
    https: bool
    allowed_hosts: tuple[str, ...]
    trusted_origins: tuple[str, ...]
    trusted_proxies: tuple[str, ...]
    statement_timeout: int
    secret_key: str | None
    support_contact: str
    log_level: str
    file_limit_mb: int
    bin_days: int
    job_days: int
    run_days: int
    sign_in_days: int
    daily_hour: int
    webhook_hosts: tuple[str, ...]
    without_apps: tuple[str, ...]
    s3_bucket: str
    s3_endpoint: str
    s3_region: str
    s3_key: str
    s3_secret: str
    mail_url: str
    mail_from: str
    base_url: str


def read(source: Mapping[str, str] | None = None) -> Environment:
    """Read the environment (default ``os.environ``). Raises Invalid, naming the variable, for a senseless value."""
    env = os.environ if source is None else source
    return Environment(
        data=Path(env.get("SHUKE_DATA") or _default_data()).expanduser().absolute(),
        database_url=env.get("DATABASE_URL") or None,
        host=env.get("SHUKE_HOST") or "127.0.0.1",
        port=_number(env, "PORT", 8000, low=1, high=65535),
        workers=_number(env, "SHUKE_WORKERS", 2, low=1, high=128),
        threads=_number(env, "SHUKE_THREADS", 4, low=1, high=128),
        web=_flag(env, "SHUKE_WEB"),
        debug=_flag(env, "SHUKE_DEBUG"),
        https=_flag(env, "SHUKE_HTTPS"),
        allowed_hosts=_words(env, "SHUKE_ALLOWED_HOSTS"),
        trusted_origins=_words(env, "SHUKE_TRUSTED_ORIGINS"),
        trusted_proxies=_words(env, "SHUKE_TRUSTED_PROXIES"),
        statement_timeout=_number(env, "SHUKE_STATEMENT_TIMEOUT_MS", 5000, low=0, high=3_600_000),
        secret_key=env.get("SHUKE_SECRET_KEY") or None,
        support_contact=env.get("SHUKE_SUPPORT_CONTACT") or "",
        log_level=(env.get("SHUKE_LOG_LEVEL") or "INFO").upper(),
        file_limit_mb=_number(env, "SHUKE_FILE_LIMIT_MB", 50, low=1, high=2048),
        bin_days=_number(env, "SHUKE_BIN_DAYS", 90, low=1, high=36_500),
        job_days=_number(env, "SHUKE_JOB_DAYS", 7, low=1, high=36_500),
        run_days=_number(env, "SHUKE_RUN_DAYS", 30, low=1, high=36_500),
        sign_in_days=_number(env, "SHUKE_SIGN_IN_DAYS", 365, low=1, high=36_500),
        daily_hour=_number(env, "SHUKE_DAILY_HOUR", 17, low=0, high=24),
        webhook_hosts=_words(env, "SHUKE_WEBHOOK_HOSTS"),
        without_apps=_words(env, "SHUKE_WITHOUT_APPS"),
        s3_bucket=env.get("SHUKE_S3_BUCKET") or "",
        s3_endpoint=env.get("SHUKE_S3_ENDPOINT") or "",
        s3_region=env.get("SHUKE_S3_REGION") or "",
        s3_key=env.get("SHUKE_S3_KEY") or "",
        s3_secret=env.get("SHUKE_S3_SECRET") or "",
        mail_url=env.get("SHUKE_MAIL_URL") or "",
        mail_from=env.get("SHUKE_MAIL_FROM") or "shuke@localhost",
        base_url=(env.get("SHUKE_BASE_URL") or "").rstrip("/"),
    )


def secret_key(data: Path) -> str:
    """The key that signs sessions, made once and kept in ``data`` readable by its owner only."""
    return kept_secret(data / "secret.key", secrets.token_urlsafe(48))


def _default_data() -> Path:
    return (_CHECKOUT if (_CHECKOUT / "pyproject.toml").exists() else Path.cwd()) / "data"


def _words(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in env.get(name, "").split(",") if word.strip())


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "").strip().lower()
    if value in {"", "0", "no", "false", "off"}:
        return False
    if value in {"1", "yes", "true", "on"}:
        return True
    raise Invalid(f"{name} must be 1 or 0, not “{value}”.")


def _number(env: Mapping[str, str], name: str, default: int, *, low: int, high: int) -> int:
    text = env.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise Invalid(f"{name} must be a whole number from {low} to {high}, not “{text}”.")
    return int(text)
