"""From a connection URL to Django's description of a database."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from shuke.kernel.errors import Invalid


def django_database(url: str, *, statement_timeout: int = 0, pool_size: int = 0) -> dict[str, Any]:
    """Django's ``DATABASES`` entry for a libpq URL.

    ``statement_timeout`` in milliseconds, 0: none. ``pool_size`` connections are kept open per process, 0: no pool.
    Raises Invalid when the URL is not one of PostgreSQL's.
    """
    shape = "DATABASE_URL must look like postgresql://user:password@host:5432/database (PostgreSQL only)."
    if not url.startswith(("postgresql://", "postgres://")):
        # Before it is parsed: the parser would repeat the address, password and all.
        raise Invalid(shape)
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise Invalid(f"DATABASE_URL is not a PostgreSQL address: {str(error).strip()}") from error
    if not parts.get("dbname"):
        raise Invalid(shape)
    if not str(parts.get("port", "5432")).replace(",", "").isdigit():
        raise Invalid(f"DATABASE_URL names no port: “{parts['port']}”.")
    options: dict[str, Any] = {"connect_timeout": 10, "application_name": "shuke"}
    options |= {
        name: value for name, value in parts.items() if name not in {"dbname", "user", "password", "host", "port"}
    }
    if statement_timeout:
        options["options"] = f"{options.get('options', '')} -c statement_timeout={statement_timeout}".strip()
    if pool_size:
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts["dbname"],
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0 if pool_size else None,
        # A pooled connection is tested when taken: a restarted database costs a reconnect, not an error page.
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "TEST": {"TEMPLATE": "template1"},
    }
