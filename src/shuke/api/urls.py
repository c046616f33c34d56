"""The API's routes: one router per registered object, then what belongs to none."""

from __future__ import annotations

from django.urls import path
from ninja import NinjaAPI

from shuke import __version__
from shuke.api import general, hanging, problems
from shuke.api.records import router_for
from shuke.api.signing import Token
from shuke.resource.registry import all_resources

api = NinjaAPI(
    title="Shuke 熟客",
    version=__version__,
    description="The REST API of Shuke: every business object, its verbs, and undo.",
    auth=Token(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
problems.install(api)
api.add_router("", general.router)
api.add_router("", hanging.router)
for _resource in all_resources():
    api.add_router(f"/{_resource.name}", router_for(_resource))

urlpatterns = [path("", api.urls)]
