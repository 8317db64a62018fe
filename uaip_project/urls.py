"""Mounts each room's pages."""

from django.contrib import admin
from django.urls import include, path

from uaip_project import views
from uaip_project.operations.views import health, metrics

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("governance.urls")),
    path("", include("charters.urls")),
    path("sessions/", include("interviews.urls")),
    # An address is changed by an administrator: here it is how deeds are signed.
    path("accounts/email/", views.closed),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("uaip_project.operations.urls")),
    path("health", health.health, name="health"),
    path("live", health.live, name="live"),
    path("ready", health.ready, name="ready"),
    path("metrics", metrics.metrics, name="metrics"),
]

handler400 = "uaip_project.views.bad_request"
handler403 = "uaip_project.views.forbidden"
handler404 = "uaip_project.views.not_found"
handler500 = "uaip_project.views.server_fault"
