"""The addresses of what administrators set up."""

from __future__ import annotations

from django.urls import path

from shuke.web.setup import (
    automation,
    company,
    form_layouts,
    logs,
    numbering,
    organisation,
    organisation_sheets,
    region_pages,
    tags,
    welcome,
)

urlpatterns = [
    path("logs", logs.logs, name="logs"),
    path("logs/operations", logs.operation_log, name="log-operations"),
    path("logs/operations/export", logs.export_operations, name="log-operations-export"),
    path("logs/sign-ins", logs.sign_in_log, name="log-sign-ins"),
    path("logs/sign-ins/export", logs.export_sign_ins, name="log-sign-ins-export"),
    path("regions", region_pages.regions_page, name="regions"),
    path("regions/new", region_pages.new_region, name="region-new"),
    path("regions/<id:code>", region_pages.region, name="region"),
    path("tags", tags.tags_page, name="tags"),
    path("tags/<id:pk>", tags.tag, name="tag"),
    path("tags/<id:pk>/merge", tags.merge_tag, name="tag-merge"),
    path("organisation", organisation.organisation_page, name="organisation"),
    path("organisation/move", organisation.move, name="organisation-move"),
    path("organisation/transfer", organisation.transfer, name="organisation-transfer"),
    path("organisation/units/<id:pk>/menu", organisation.unit_menu, name="organisation-menu"),
    path("organisation/units/<id:pk>/dissolve", organisation.dissolve_unit, name="organisation-dissolve"),
    path("organisation/units/<id:pk>/export", organisation_sheets.export, name="organisation-export"),
    path("organisation/template", organisation_sheets.template, name="organisation-template"),
    path("organisation/import", organisation_sheets.upload, name="organisation-import"),
    path("organisation/import/<str:token>", organisation_sheets.check, name="organisation-check"),
    path("welcome", welcome.welcome, name="welcome"),
    path("welcome/dismiss", welcome.dismiss, name="welcome-dismiss"),
    path("welcome/<slug:name>", welcome.step, name="welcome-step"),
    path("company", company.company_page, name="company"),
    path("company/logo", company.logo, name="company-logo-keep"),
    path("company/logo/<slug:digest>", company.logo_picture, name="company-logo"),
    path("numbering", numbering.numbering, name="numbering"),
    path("numbering/<resource:name>", numbering.numbering_rule, name="numbering-rule"),
    path("numbering/<resource:name>/preview", numbering.numbering_preview, name="numbering-preview"),
    path("form-layouts/<id:pk>/design", form_layouts.form_layout, name="form-layout"),
    path("automation-rules/<id:pk>/design", automation.design, name="automation"),
    path("automation-rules/<id:pk>/design/when", automation.design_when, name="automation-when"),
    path("automation-rules/<id:pk>/design/step", automation.design_step, name="automation-step"),
    path("automation-rules/<id:pk>/runs", automation.rule_runs, name="automation-runs"),
    path("automation-rules/<id:pk>/secret", automation.rule_secret, name="automation-secret"),
    path("<resource:name>/<id:pk>/automation", automation.record_runs, name="record-runs"),
]
