"""The product's settings on a throw-away data folder; conftest starts the database that they address."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# xdist workers inherit the controller's folder, and with it the controller's database server.
if "SHUKE_TEST_RUN" not in os.environ:
    os.environ["SHUKE_TEST_RUN"] = tempfile.mkdtemp(prefix="shuke-test-")
_run = Path(os.environ["SHUKE_TEST_RUN"])
_run.chmod(0o711)
for _name in [name for name in os.environ if name == "DATABASE_URL" or name.startswith("SHUKE_")]:
    if _name != "SHUKE_TEST_RUN":
        del os.environ[_name]
os.environ["SHUKE_DATA"] = str(_run)

from shuke.config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A document with lines, before the apps that look after every table.
INSTALLED_APPS.insert(INSTALLED_APPS.index("shuke.engine.query"), "tests.documents")  # noqa: F405
