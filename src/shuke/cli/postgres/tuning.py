"""The server's configuration, fitted to the machine it runs on."""

from __future__ import annotations

import os
from collections.abc import Mapping

_MB = 1024 * 1024

# For throw-away clusters: everything may be lost in a crash, so nothing waits for the disk.
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "pg_prewarm.autoprewarm": "off",
}


def configuration(sockets: str, overrides: Mapping[str, str] | None = None) -> str:
    """The text of our configuration file, read after PostgreSQL's own. ``overrides`` win."""
    memory = _memory() // _MB
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": sockets,
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": f"{_between(128, memory // 4, 8192)}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": f"{_between(4, memory // 512, 32)}MB",
        "maintenance_work_mem": f"{_between(64, memory // 32, 512)}MB",
        # Parallel queries take this before /dev/shm, which containers keep very small.
        "min_dynamic_shared_memory": "64MB",
        "random_page_cost": "1.1",
        # After a restart the pages that were in memory come back by themselves, not one by one under people's clicks.
        "shared_preload_libraries": "pg_prewarm",
        # Compiling a query takes longer than any of ours may run.
        "jit": "off",
        # A page that is changed for the first time after a checkpoint is logged whole. Compressing it (this build knows
        # pglz alone) took nine tenths of the time of an import into a million rows; so did checkpoints that come often.
        "wal_compression": "off",
        "wal_buffers": "64MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        # Pages of lists are found along indexes alone, which takes a table that was looked after lately: of a million
        # rows PostgreSQL's own settings let 200,000 change before.
        "autovacuum_vacuum_scale_factor": "0.05",
        "autovacuum_vacuum_insert_scale_factor": "0.02",
        "autovacuum_analyze_scale_factor": "0.05",
        "logging_collector": "on",
        "log_directory": "log",
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_min_duration_statement": "1000",
        "log_line_prefix": "%m [%p] %u@%d ",
        **(overrides or {}),
    }
    lines = (f"{name} = '{_quoted(value)}'" for name, value in settings.items())
    return "# Written by shuke at every start; your own settings go into postgresql.auto.conf (ALTER SYSTEM).\n" + (
        "\n".join(lines) + "\n"
    )


def _between(low: int, value: int, high: int) -> int:
    return max(low, min(value, high))


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")
