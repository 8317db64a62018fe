"""Addresses of the portfolio and of imports."""

from __future__ import annotations

from django.urls import path

from governance.api import imports, inventory, saved_views

ONE = "imports/<code:code>"

urlpatterns = [
    path("inventory", inventory.Inventory.as_view(), name="inventory"),
    path("inventory/<code:code>", inventory.OneCase.as_view(), name="inventory-case"),
    path(
        "portfolio/figures/<str:figure>",
        inventory.PortfolioFigure.as_view(),
        name="portfolio-figure",
    ),
    path("portfolio/views", saved_views.SavedViews.as_view(), name="saved-views"),
    path("portfolio/views/<code:code>", saved_views.OneSavedView.as_view(), name="saved-view"),
    path("imports", imports.Imports.as_view(), name="imports"),
    path(ONE, imports.OneImport.as_view(), name="import"),
    path(f"{ONE}/columns", imports.ImportColumns.as_view(), name="import-columns"),
    path(f"{ONE}/check", imports.ImportCheck.as_view(), name="import-check"),
    path(f"{ONE}/confirm", imports.ImportConfirm.as_view(), name="import-confirm"),
    path(f"{ONE}/undo", imports.ImportUndo.as_view(), name="import-undo"),
    path(f"{ONE}/rows", imports.ImportRows.as_view(), name="import-rows"),
]
