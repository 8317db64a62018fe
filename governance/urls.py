"""Addresses of charters and decisions."""

from django.urls import path

from governance import views

app_name = "governance"

urlpatterns = [
    path("charters/", views.charter_list, name="charter-list"),
    path("charters/<uuid:charter_code>/", views.newest_revision, name="charter-newest"),
    path("charters/<uuid:charter_code>/<int:number>/", views.charter, name="charter"),
    path(
        "charters/<uuid:charter_code>/<int:number>/answers/<str:question_key>/",
        views.charter_answer,
        name="charter-answer",
    ),
    path(
        "charters/<uuid:charter_code>/<int:number>/<str:file_format>",
        views.download,
        name="charter-download",
    ),
    path("sessions/<uuid:session_code>/decision/", views.preview, name="preview"),
    path("sessions/<uuid:session_code>/submit/", views.submit, name="submit"),
]
