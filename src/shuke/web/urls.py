"""The addresses of all pages, package by package."""

from __future__ import annotations

from shuke.web.bulk.urls import urlpatterns as of_bulk
from shuke.web.lists.urls import urlpatterns as of_lists
from shuke.web.personal.urls import urlpatterns as of_personal
from shuke.web.record.urls import urlpatterns as of_record
from shuke.web.setup.urls import urlpatterns as of_setup
from shuke.web.values.urls import urlpatterns as of_values

app_name = "web"

urlpatterns = [*of_personal, *of_setup, *of_values, *of_bulk, *of_lists, *of_record]
