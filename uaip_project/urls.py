"""Mounts each room's pages."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from uaip_project import api_pages, csp_report, views
from uaip_project.operations.views import health, metrics

# One door: the admin's own sign-in page would ask for no second factor.
admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("governance.urls")),
    path("", include("charters.urls")),
    path("sessions/", include("interviews.urls")),
    # An address is changed by an administrator: here it is how deeds are signed.
    path("accounts/email/", views.closed),
    # A first password comes with an invitation or a reset link.
    path("accounts/password/set/", views.closed),
    path("accounts/", include("accounts.entrance_urls")),
    path("keys/", include("accounts.key_urls")),
    path("webhooks/", include("accounts.webhook_urls")),
    path("people/", include("accounts.people_urls")),
    # One way to a new password: it ends every other session and is written down.
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path("", include("uaip_project.operations.urls")),
    path("docs", api_pages.docs, name="api-docs"),
    path("api/schema/", api_pages.Schema.as_view(), name="api-schema"),
    path("auth/", include("accounts.api.auth_urls")),
    path("api/v1/", include("uaip_project.api_urls", namespace="api-v1")),
    # The guide's addresses: the same views, not in the schema a second time.
    path("api/", include("uaip_project.api_urls", namespace="api")),
    path("health", health.health, name="health"),
    path("live", health.live, name="live"),
    path("ready", health.ready, name="ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("csp-report", csp_report.csp_report, name="csp-report"),
]

handler400 = "uaip_project.views.bad_request"
handler403 = "uaip_project.views.forbidden"
handler404 = "uaip_project.views.not_found"
handler500 = "uaip_project.views.server_fault"
