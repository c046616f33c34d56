"""The addresses of all pages. Objects come last: their names are the registry's, so that nothing else is shadowed."""

from __future__ import annotations

from django.urls import include, path, register_converter

from shuke.resource.registry import all_resources
from shuke.web import (
    automation,
    boards,
    bulk_deeds,
    changes,
    charts,
    columns,
    company,
    conditions,
    devices,
    editing,
    exporting,
    field_files,
    filter_editor,
    form_layouts,
    groups,
    home,
    import_templates,
    importing,
    line_work,
    list_menus,
    lists,
    logs,
    lookup,
    maps,
    me,
    meant,
    members,
    moving,
    notices,
    numbering,
    organisation,
    organisation_sheets,
    printing,
    records,
    recycle,
    region_pages,
    regions,
    row_menu,
    searching,
    second_factor,
    siblings,
    sign_in,
    suggesting,
    tags,
    views,
    welcome,
    work,
)

app_name = "web"


class ResourceName:
    """Matches the name of a registered object and nothing else."""

    regex = "[a-z][a-z0-9-]*"

    def to_python(self, value: str) -> str:
        """The name; ``ValueError`` makes the router look on."""
        if all(value != resource.name for resource in all_resources()):
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        """The name as it is."""
        return value


class Id:
    """A record's id: what fits a database's bigint."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The digits."""
        return str(value)


register_converter(ResourceName, "resource")
register_converter(Id, "id")

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-in/code", sign_in.second_step, name="sign-in-code"),
    path("sign-in/captcha", sign_in.captcha, name="captcha"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("me", me.me, name="me"),
    path("me/password", me.password, name="password"),
    path("me/second-factor", second_factor.second_factor, name="second-factor"),
    path("me/sessions/end", devices.end, name="session-end"),
    path("me/language", me.language, name="language"),
    path("search", searching.search_page, name="search"),
    path("search/palette", searching.palette, name="palette"),
    path("lookup/tags/<str:dictionary>", lookup.tag_lookup, name="tag-lookup"),
    path("lookup/region/levels", regions.region_levels, name="region-levels"),
    path("lookup/<str:name>", lookup.lookup, name="lookup"),
    path("notices", notices.notices, name="notices"),
    path("notices/read", notices.read_notices, name="notices-read"),
    path("jobs", work.jobs, name="jobs"),
    path("jobs/<id:pk>", work.job_page, name="job"),
    path("jobs/<id:pk>/cancel", work.cancel_job, name="job-cancel"),
    path("jobs/<id:pk>/file", work.job_file, name="job-file"),
    path("changes/<id:pk>", changes.change_page, name="change"),
    path("changes/<id:pk>/undo", changes.undo_change, name="undo"),
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
    path("uploads/<id:pk>", field_files.download, name="held"),
    path("uploads/<id:pk>/content", field_files.content, name="held-content"),
    path("uploads/<id:pk>/preview", field_files.preview, name="held-preview"),
    path("uploads/<id:pk>/view", field_files.view, name="held-view"),
    path("uploads/<resource:name>/<slug:field>", field_files.upload, name="upload"),
    path("form-layouts/<id:pk>/design", form_layouts.form_layout, name="form-layout"),
    path("automation-rules/<id:pk>/design", automation.design, name="automation"),
    path("automation-rules/<id:pk>/design/when", automation.design_when, name="automation-when"),
    path("automation-rules/<id:pk>/design/step", automation.design_step, name="automation-step"),
    path("automation-rules/<id:pk>/runs", automation.rule_runs, name="automation-runs"),
    path("automation-rules/<id:pk>/secret", automation.rule_secret, name="automation-secret"),
    path("<resource:name>/<id:pk>/automation", automation.record_runs, name="record-runs"),
    path("<resource:name>", lists.list_page, name="list"),
    path("<resource:name>/new", editing.create_page, name="create"),
    path("<resource:name>/lines/<slug:part>", line_work.lines_part, name="lines"),
    path("<resource:name>/duplicates", editing.duplicates, name="duplicates"),
    path("<resource:name>/suggestions", suggesting.suggestions, name="suggestions"),
    path("<resource:name>/filters", filter_editor.filter_choice, name="filters"),
    path("<resource:name>/filters/<slug:field>", filter_editor.filter_form, name="filter"),
    path("<resource:name>/meant", meant.meant, name="meant"),
    path("<resource:name>/columns", columns.columns, name="columns"),
    path("<resource:name>/conditions", conditions.conditions, name="conditions"),
    path("<resource:name>/conditions/row", conditions.condition_row, name="condition-row"),
    path("<resource:name>/groups/rows", groups.group_rows, name="group-rows"),
    path("<resource:name>/menu/<slug:kind>", list_menus.menu, name="list-menu"),
    path("<resource:name>/count", lists.count_part, name="count"),
    path("<resource:name>/totals", groups.totals_part, name="totals"),
    path("<resource:name>/print", printing.print_list, name="print"),
    path("<resource:name>/board/cards", boards.more_cards, name="board-cards"),
    path("<resource:name>/chart", charts.chart_part, name="chart"),
    path("<resource:name>/map", maps.map_part, name="map"),
    path("<resource:name>/views/new", views.new_view, name="view-new"),
    path("<resource:name>/views/first", views.open_first, name="view-first"),
    path("<resource:name>/views/<id:pk>", views.edit_view, name="view"),
    path("<resource:name>/views/<id:pk>/save", views.save_view, name="view-save"),
    path("<resource:name>/views/<id:pk>/delete", views.delete_view, name="view-delete"),
    path("<resource:name>/views/<id:pk>/restore", views.restore_view, name="view-restore"),
    path("<resource:name>/bulk/assign", bulk_deeds.bulk_assign, name="bulk-assign"),
    path("<resource:name>/bulk/share", bulk_deeds.bulk_share, name="bulk-share"),
    path("<resource:name>/bulk/edit", bulk_deeds.bulk_edit, name="bulk-edit"),
    path("<resource:name>/bulk/tag", bulk_deeds.bulk_tag, name="bulk-tag"),
    path("<resource:name>/bulk/release", bulk_deeds.bulk_release, name="bulk-release"),
    path("<resource:name>/bulk/claim", bulk_deeds.bulk_claim, name="bulk-claim"),
    path("<resource:name>/bulk/delete", bulk_deeds.bulk_delete, name="bulk-delete"),
    path("<resource:name>/bulk/do/<slug:verb>", bulk_deeds.bulk_verb, name="bulk-verb"),
    path("<resource:name>/export", exporting.export, name="export"),
    path("<resource:name>/export/choose", exporting.export_dialog, name="export-choose"),
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
    path("<resource:name>/bin", recycle.bin_page, name="bin"),
    path("<resource:name>/<id:pk>", records.record_page, name="record"),
    path("<resource:name>/<id:pk>/menu", row_menu.row_menu, name="row-menu"),
    path("<resource:name>/<id:pk>/siblings", siblings.siblings, name="siblings"),
    path("<resource:name>/<id:pk>/edit", editing.edit_page, name="edit"),
    path("<resource:name>/<id:pk>/order/<slug:key>", records.order_related, name="order"),
    path("<resource:name>/<id:pk>/members/<slug:key>", members.members, name="members"),
    path("<resource:name>/<id:pk>/move", moving.move, name="move"),
    path("<resource:name>/<id:pk>/field/<slug:field>", editing.field_in_place, name="field"),
    path("", include("shuke.web.record_urls")),
]
