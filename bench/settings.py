"""The product's settings with one more middleware that says in a header how many queries a page took."""

from __future__ import annotations

import os

from shuke.config.settings import *  # noqa: F403
from shuke.config.settings import MIDDLEWARE as _PRODUCT

if os.environ.get("SHUKE_BENCH") == "1":
    MIDDLEWARE = ["bench.counting.count_queries", *_PRODUCT]
