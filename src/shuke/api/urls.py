"""The API's routes: one router per registered object, then what belongs to none."""

from __future__ import annotations

from ninja import NinjaAPI

from shuke import __version__
from shuke.api import (
    automation,
    company,
    explaining,
    general,
    hanging,
    import_templates,
    logs,
    numbering,
    organisation,
    problems,
    regions,
    tags,
    uploads,
    views,
)
from shuke.api.groups import add_groups
from shuke.api.members import add_members
from shuke.api.records import router_for
from shuke.api.signing import Token
from shuke.api.transfer import add_export
from shuke.api.transfer import router as transfers
from shuke.api.verbs import add_verbs
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
api.add_router("", transfers)
api.add_router("", explaining.router)
api.add_router("", automation.router)
api.add_router("/company", company.router)
api.add_router("/import-templates", import_templates.router)
api.add_router("/logs", logs.router)
api.add_router("/numbering", numbering.router)
api.add_router("/organisation", organisation.router)
api.add_router("/regions", regions.router)
api.add_router("/tags", tags.router)
api.add_router("/uploads", uploads.router)
api.add_router("/views", views.router)
for _resource in all_resources():
    _router = router_for(_resource)
    add_groups(_router, _resource)
    add_export(_router, _resource)
    add_members(_router, _resource)
    add_verbs(_router, _resource)
    api.add_router(f"/{_resource.name}", _router)

urlpatterns, _app_name, _namespace = api.urls
