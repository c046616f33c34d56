"""The addresses of lists."""

from __future__ import annotations

from django.urls import path

from shuke.web.lists import (
    boards,
    charts,
    columns,
    conditions,
    exporting,
    filter_editor,
    groups,
    maps,
    meant,
    menus,
    page,
    printing,
    siblings,
    views,
)

urlpatterns = [
    path("<resource:name>", page.list_page, name="list"),
    path("<resource:name>/filters", filter_editor.filter_choice, name="filters"),
    path("<resource:name>/filters/<slug:field>", filter_editor.filter_form, name="filter"),
    path("<resource:name>/meant", meant.meant, name="meant"),
    path("<resource:name>/columns", columns.columns, name="columns"),
    path("<resource:name>/conditions", conditions.conditions, name="conditions"),
    path("<resource:name>/conditions/row", conditions.condition_row, name="condition-row"),
    path("<resource:name>/groups/rows", groups.group_rows, name="group-rows"),
    path("<resource:name>/menu/<slug:kind>", menus.menu, name="list-menu"),
    path("<resource:name>/count", page.count_part, name="count"),
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
    path("<resource:name>/export", exporting.export, name="export"),
    path("<resource:name>/export/choose", exporting.export_dialog, name="export-choose"),
    path("<resource:name>/<id:pk>/siblings", siblings.siblings, name="siblings"),
]
