"""The WSGI application that granian serves."""

from __future__ import annotations

import gc
import multiprocessing
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuke.config.settings")
# Set before the settings are read: this process answers browsers, so it pools connections and cuts off long statements.
os.environ["SHUKE_WEB"] = "1"

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from shuke.cli.processes import follow_parent


def _application() -> Any:
    starter = multiprocessing.parent_process()
    if starter is not None and starter.pid is not None:
        # granian's workers do not notice when granian itself is killed.
        follow_parent(starter.pid)
    application = get_wsgi_application()
    # What is loaded by now stays for good: looking through it again and again for garbage costs a tenth of every page.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    proxies = list(settings.ENVIRONMENT.trusted_proxies)
    return wrap_wsgi_with_proxy_headers(application, trusted_hosts=proxies) if proxies else application


application = _application()
