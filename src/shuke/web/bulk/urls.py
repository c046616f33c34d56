"""The addresses of work on many records."""

from __future__ import annotations

from django.urls import path

from shuke.web.bulk import deeds, import_templates, importing, work

urlpatterns = [
    path("jobs", work.jobs, name="jobs"),
    path("jobs/<id:pk>", work.job_page, name="job"),
    path("jobs/<id:pk>/cancel", work.cancel_job, name="job-cancel"),
    path("jobs/<id:pk>/file", work.job_file, name="job-file"),
    path("<resource:name>/bulk/assign", deeds.bulk_assign, name="bulk-assign"),
    path("<resource:name>/bulk/share", deeds.bulk_share, name="bulk-share"),
    path("<resource:name>/bulk/edit", deeds.bulk_edit, name="bulk-edit"),
    path("<resource:name>/bulk/tag", deeds.bulk_tag, name="bulk-tag"),
    path("<resource:name>/bulk/release", deeds.bulk_release, name="bulk-release"),
    path("<resource:name>/bulk/claim", deeds.bulk_claim, name="bulk-claim"),
    path("<resource:name>/bulk/delete", deeds.bulk_delete, name="bulk-delete"),
    path("<resource:name>/bulk/do/<slug:verb>", deeds.bulk_verb, name="bulk-verb"),
    path("<resource:name>/import/template", importing.template, name="import-template"),
    path("<resource:name>/import/templates/new", import_templates.new_template, name="import-template-new"),
    path("<resource:name>/import/templates/<id:pk>", import_templates.edit_template, name="import-template-edit"),
    path(
        "<resource:name>/import/templates/<id:pk>/delete",
        import_templates.delete_template,
        name="import-template-delete",
    ),
    path(
        "<resource:name>/import/templates/<id:pk>/workbook",
        import_templates.template_workbook,
        name="import-template-workbook",
    ),
    path("<resource:name>/import", importing.upload, name="import"),
    path("<resource:name>/import/<str:token>", importing.mapping, name="import-map"),
    path("<resource:name>/import/run/<id:pk>", importing.run, name="import-run"),
    path("<resource:name>/import/options/<id:pk>", importing.options, name="import-options"),
]
