"""Addresses of the portfolio, its pictures, and the import of an existing inventory."""

from django.urls import path

from governance.views import importing, pictures, portfolio

urlpatterns = [
    path("portfolio/", portfolio.portfolio, name="portfolio"),
    path("portfolio/inventory.csv", portfolio.portfolio_file, name="portfolio-file"),
    path("portfolio/pictures/", pictures.pictures, name="pictures"),
    path("portfolio/pictures/<slug:figure>.csv", pictures.picture_file, name="picture-file"),
    path("portfolio/views/", portfolio.view_save, name="portfolio-view-save"),
    path("portfolio/views/<uuid:code>/", portfolio.view, name="portfolio-view"),
    path("portfolio/cases/<uuid:session_code>/", portfolio.case, name="portfolio-case"),
    path("portfolio/imports/", importing.imports, name="imports"),
    path("portfolio/imports/<uuid:code>/", importing.columns, name="import-columns"),
    path("portfolio/imports/<uuid:code>/check/", importing.check, name="import-check"),
    path("portfolio/imports/<uuid:code>/result/", importing.result, name="import-result"),
    path("portfolio/imports/<uuid:code>/result.csv", importing.result_file, name="import-file"),
    path("portfolio/imports/<uuid:code>/undo/", importing.undo, name="import-undo"),
    path("portfolio/mappings/<uuid:code>/", importing.mapping_forget, name="import-mapping"),
]
