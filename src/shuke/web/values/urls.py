"""The addresses of choices made while one types."""

from __future__ import annotations

from django.urls import path

from shuke.web.values import lookup, regions

urlpatterns = [
    path("lookup/tags/<str:dictionary>", lookup.tag_lookup, name="tag-lookup"),
    path("lookup/region/levels", regions.region_levels, name="region-levels"),
    path("lookup/<str:name>", lookup.lookup, name="lookup"),
]
